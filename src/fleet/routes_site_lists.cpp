// Lists of sites, and the fleet at a glance.
#include "fleet/overview_dto.hpp"
#include "fleet/routes.hpp"
#include "fleet/site_dto.hpp"
#include "fleet/site_order.hpp"
#include "fleet/site_service.hpp"
#include "base/text.hpp"
#include "http/pagination.hpp"
#include "http/router.hpp"

namespace openstrat::fleet {

SiteSummaryView to_view(const SiteSummary& summary) {
  const auto in = [&](SiteState state) { return summary.by_rank.at(static_cast<std::size_t>(state_rank(state))); };
  SiteSummaryView view{.total = summary.total,
                       .by_state = {.pending = in(SiteState::pending), .online = in(SiteState::online), .offline = in(SiteState::offline), .deleting = in(SiteState::deleting)},
                       .without_backup_48h = summary.without_backup, .open_faults = summary.open_faults,
                       .jobs = {.pending = summary.jobs_pending, .running = summary.jobs_running, .failed_24h = summary.jobs_failed}};
  for (const auto& [version, sites] : summary.versions) view.versions.push_back({version, sites});
  for (const auto& [model, sites] : summary.models) view.models.push_back({model, sites});
  for (const auto& [concern, name] : summary.attention)
    view.attention.push_back({.site_id = concern.site_id, .name = name, .kind = concern.kind, .since = concern.since, .detail = concern.detail});
  return view;
}

namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Sites";
/// What GET /sites gives at most when nobody asked for pages.
constexpr int kWholeList = 5000;
constexpr int kMostIds = 100'000;

/// `<total> <length of the key> <key><name>`: what the next page has to know.
std::string cursor_text(std::int64_t total, const SitePosition& at) {
  return std::to_string(total) + ' ' + std::to_string(at.key.size()) + ' ' + at.key + at.name;
}

Status read_cursor(const http::CursorPosition& cursor, SiteFilter& filter) {
  const std::string_view text = cursor.sort_key;
  const auto first = text.find(' ');
  const auto second = first == text.npos ? text.npos : text.find(' ', first + 1);
  const auto id = SiteId::parse(cursor.id);
  const auto total = second == text.npos ? std::nullopt : text::parse_int(text.substr(0, first));
  const auto length = second == text.npos ? std::nullopt : text::parse_int(text.substr(first + 1, second - first - 1));
  if (!id || !total || !length || *length < 0 || second + 1 + static_cast<std::size_t>(*length) > text.size())
    return fail(Errc::malformed, "parameter_invalid", "The cursor is not valid.");
  const std::string_view rest = text.substr(second + 1);
  const auto end_of_key = static_cast<std::size_t>(*length);
  filter.after = SitePosition{.key = std::string(rest.substr(0, end_of_key)), .name = std::string(rest.substr(end_of_key)), .id = *id};
  filter.total = *total;
  return {};
}

/// A list goes on by its last site, so page 1000 costs what page 1 costs, unless pages are asked for by number.
Result<std::vector<SiteView>> list_sites(const Services& s, Call& call, const ListSitesRequest& request) {
  SiteFilter filter = to_filter(request.filter, request.sort);
  const bool numbered = request.paging.page && !request.cursor;
  filter.limit = request.paging.is_given() ? request.paging.size() : kWholeList;
  if (numbered) filter.offset = static_cast<int>(request.paging.offset());
  const std::string list_key = "sites " + call.tenant().customer_id.to_string() + ' ' + std::to_string(static_cast<int>(request.sort.value_or(SiteSortOrder{}))) +
                               ' ' + http::to_json(request.filter);
  if (request.cursor) {
    const auto position = s.cursors.open(*request.cursor, list_key);
    if (!position) return fail(position.error());
    if (auto read = read_cursor(*position, filter); !read) return fail(read.error());
  }
  const auto page = s.sites.list(call.tenant(), filter);
  if (!page) return fail(page.error());
  auto facets = s.sites.facets(call.tenant(), page->sites);
  if (!facets) return fail(facets.error());

  http::add_total_count(call, page->total);
  if (numbered) http::add_page_links(call, request.paging, page->total);
  else if (static_cast<int>(page->sites.size()) == filter.limit) {
    const auto position = position_of(page->sites.back(), filter.sort);
    http::add_next_link(call, s.cursors.sign({cursor_text(page->total, position), position.id.to_string()}, list_key));
  }
  std::vector<SiteView> views;
  views.reserve(page->sites.size());
  for (const Site& site : page->sites) views.push_back(to_view(site, call.now, std::move((*facets)[site.id])));
  return views;
}

}  // namespace

void add_site_list_routes(http::Router& router, const Services& s) {
  router.add<ListSitesRequest, std::vector<SiteView>>(Method::get, "/sites", {
      .family = kFamily, .summary = "List User's Sites",
      .description = "Sites of the team, ordered by name unless `sort` says otherwise. Without `page`, `per_page` or `limit` up to 5,000. A `Link: rel=\"next\"` "
                     "header leads on from the last site, at the same cost however far; with `page` the links are numbered pages instead. `X-Total-Count` is the "
                     "number of sites in the list, counted with its first page. In the order `last_seen_at` all sites that are online count as seen now.",
      .auth = kUsers, .scope = "site:view",
      .handle = [s](Call& call, ListSitesRequest request) { return list_sites(s, call, request); }});

  router.add<SiteIdsRequest, std::vector<SiteId>>(Method::get, "/sites/ids", {
      .family = kFamily, .summary = "List the ids of sites",
      .description = "The ids of all sites that match, up to 100,000, in the order of the list: what \"select all\" means.", .auth = kUsers, .scope = "site:view",
      .handle = [s](Call& call, SiteIdsRequest request) -> Result<std::vector<SiteId>> {
        SiteFilter filter = to_filter(request.filter, request.sort);
        filter.limit = kMostIds;
        auto ids = s.sites.ids(call.tenant(), filter);
        if (ids) http::add_total_count(call, static_cast<std::int64_t>(ids->size()));
        return ids;
      }});

  router.add<http::NoFields, SiteSummaryView>(Method::get, "/sites/summary", {
      .family = kFamily, .summary = "Get the state of the fleet", .description = "Counts and what needs attention, at most five seconds old.",
      .auth = kUsers, .scope = "site:view",
      .handle = [s](Call& call, http::NoFields) -> Result<SiteSummaryView> {
        const auto summary = s.overview.of(call.tenant());
        if (!summary) return fail(summary.error());
        return to_view(**summary);
      }});

  router.add<http::NoFields, std::vector<SiteMinimalView>>(Method::get, "/site-minimal", {
      .family = kFamily, .summary = "List User's Sites (Minimal)", .description = "For drop-downs: up to 5,000 sites by name.",
      .auth = kUsers, .scope = "site:view",
      .handle = [s](Call& call, http::NoFields) -> Result<std::vector<SiteMinimalView>> {
        const auto page = s.sites.list(call.tenant(), {.limit = kWholeList});
        if (!page) return fail(page.error());
        std::vector<SiteMinimalView> views;
        views.reserve(page->sites.size());
        for (const Site& site : page->sites)
          views.push_back({.id = site.id, .pid = site.pid, .name = site.name, .has_pulse = site.has_pulse,
                           .software_version = site.facts.software_version, .software_id = site.facts.software_id,
                           .serial_number = site.facts.serial_number, .created_at = site.created_at});
        return views;
      }});
}

}  // namespace openstrat::fleet
