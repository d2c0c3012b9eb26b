#include "search/routes.hpp"

#include <algorithm>
#include <cmath>

#include "http/pagination.hpp"
#include "http/router.hpp"
#include "search/docs_service.hpp"
#include "search/dto.hpp"
#include "search/search_service.hpp"

namespace openstrat::search {
namespace {

using http::Call;
using http::Method;
using HitsView = http::LaravelPageView<HitView>;

constexpr std::size_t kPerPage = 20;

/// Kinds whose view scope the caller has, with the sites that the scope is limited to.
std::vector<Visible> visible_types(const http::Principal& caller, const std::vector<std::string>& wanted) {
  std::vector<Visible> types;
  for (const Type& type : kTypes) {
    if (!caller.may(type.scope)) continue;
    if (!wanted.empty() && std::ranges::find(wanted, type.name) == wanted.end()) continue;
    Visible visible{.type = std::string(type.name), .sites = {}};
    if (caller.site_limits)
      if (const auto limit = caller.site_limits->find(type.scope); limit != caller.site_limits->end()) visible.sites = limit->second;
    types.push_back(std::move(visible));
  }
  return types;
}

int percentage(double score) { return static_cast<int>(std::lround(100 * score)); }

HitView to_view(const Hit& hit) {
  return {.id = hit.id, .name = hit.name, .type = hit.type, .description = hit.description, .metadata = http::Json{hit.metadata},
          .created_at = hit.created_at, .updated_at = hit.updated_at, .relevance_percentage = percentage(hit.score), .score = hit.score};
}

HitView to_view(const DocsHit& hit) {
  const Attributes metadata{{"page", hit.page}, {"path", hit.path}, {"anchor", hit.anchor}};
  return {.id = hit.anchor.empty() ? hit.path : hit.path + "#" + hit.anchor, .name = hit.heading, .type = "documentation", .description = hit.excerpt,
          .metadata = http::Json{metadata.to_json()}, .relevance_percentage = percentage(hit.score), .score = hit.score};
}

template <class H>
HitsView page_of(const Call& call, const std::vector<H>& hits, int page) {
  HitsView view;
  const auto first = std::min(hits.size(), static_cast<std::size_t>(page - 1) * kPerPage);
  const auto last = std::min(hits.size(), first + kPerPage);
  for (auto i = first; i < last; ++i) view.data.push_back(to_view(hits[i]));
  http::fill_laravel(call, page, kPerPage, static_cast<std::int64_t>(hits.size()), view.data.size(), view.links, view.meta);
  return view;
}

}  // namespace

void add_routes(http::Router& router, SearchService& things, const DocsService& docs) {
  router.add<SearchRequest, HitsView>(Method::get, "/search", {
      .family = "Search", .summary = "Search everything you may see",
      .description = "Over the things of the active team whose view scope you have, best first, up to 500. Understands parts of words, one typing error a word, "
                     "product codes with `+`, serial numbers, MAC and IP addresses.",
      .auth = http::Auth::bearer | http::Auth::api_key, .scope = "-",
      .handle = [&things](Call& call, SearchRequest request) -> Result<HitsView> {
        if (request.workspace_id && request.org_id)
          return fail(Errc::invalid, "validation_failed", "Give workspace_id or org_id, not both.");
        Question question{.text = request.q, .types = visible_types(call.principal, request.types), .created_from = request.created_from,
                          .created_until = request.created_to};
        if (request.workspace_id || request.org_id) question.types.clear();  // no team belongs to any: nothing can be found there
        const auto hits = things.search(call.tenant(), question);
        if (!hits) return fail(hits.error());
        return page_of(call, *hits, request.page);
      }});
  router.add<DocsRequest, HitsView>(Method::get, "/search/docs", {
      .family = "Search", .summary = "Search the documentation",
      .description = "Over the project's own pages, which are part of the program. `id` is page and heading; `metadata` has them apart.",
      .auth = http::Auth::bearer | http::Auth::api_key, .scope = "-", .needs_team = false,
      .handle = [&docs](Call& call, DocsRequest request) -> Result<HitsView> { return page_of(call, docs.search(request.q), request.page); }});
}

}  // namespace openstrat::search
