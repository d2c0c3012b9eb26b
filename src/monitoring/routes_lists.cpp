// The lists under /faults: rows in pages by number, as the API had them first.
#include <fmt/format.h>

#include "base/crypto.hpp"
#include "fleet/site_service.hpp"
#include "http/router.hpp"
#include "monitoring/routes.hpp"
#include "monitoring/views.hpp"

namespace openstrat::monitoring {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Faults";

/// What a poller compares: which faults the page shows, and which of them are over.
std::string hash_of(const FaultReader::Page& page, int number) {
  std::string text = fmt::format("{} {}", number, page.total);
  for (const auto& [fault, name] : page.faults) text += fmt::format(" {} {} {}", fault.id.to_string(), fault.resolved_at ? to_unix_us(*fault.resolved_at) : 0, fault.message);
  return crypto::hex(crypto::sha256(text));
}

Result<FaultPageView> list(const Services& s, Call& call, const FaultRowsRequest& request, std::optional<FaultStatus> status, std::optional<SiteId> site) {
  if (auto valid = check_range(request.from, request.to); !valid) return fail(valid.error());
  const FaultFilter filter{.site = site, .status = status, .types = request.type, .severities = severities_of(request.severity),
                           .resource_id = request.resource_id, .from = request.from, .until = request.to};
  const auto page = s.reader.page(call.tenant(), filter, request.paging.size(), request.paging.offset());
  if (!page) return fail(page.error());
  FaultPageView view{.current_page = request.paging.number(), .per_page = request.paging.size(), .total = page->total, .hash = hash_of(*page, request.paging.number())};
  const std::string etag = '"' + view.hash + '"';
  call.reply.headers.set("ETag", etag);
  if (request.known && request.known->find(view.hash) != std::string::npos) {
    call.reply.status = 304;
    return view;  // a 304 has no body
  }
  view.data = to_rows(page->faults, row_form(request.version), call.now);
  return view;
}

}  // namespace

void add_list_routes(http::Router& router, const Services& s) {
  router.add<FaultRowsRequest, FaultPageView>(Method::get, "/faults/recent", {
      .family = kFamily, .summary = "List recent or ongoing faults",
      .description = "Newest first. Without `status` those that last, or ended in the last ten minutes.", .auth = kUsers, .scope = "fault:view",
      .errors = {Errc::not_found},
      .handle = [s](Call& call, FaultRowsRequest request) -> Result<FaultPageView> {
        const auto site = site_of(s.sites, call.tenant(), request.site);
        if (!site) return fail(site.error());
        return list(s, call, request, request.status.value_or(FaultStatus::recent), *site);
      }});

  router.add<FaultRowsRequest, FaultPageView>(Method::get, "/faults", {
      .family = kFamily, .summary = "List faults", .description = "Newest first, whatever their state. `GET /fault` has more filters and goes on by cursor.",
      .auth = kUsers, .scope = "fault:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, FaultRowsRequest request) -> Result<FaultPageView> {
        const auto site = site_of(s.sites, call.tenant(), request.site);
        if (!site) return fail(site.error());
        return list(s, call, request, request.status, *site);
      }});

  router.add<SiteFaultRowsRequest, FaultPageView>(Method::get, "/faults/site/{site_id}", {
      .family = kFamily, .summary = "List all faults for a given site ID", .description = "Newest first, whatever their state.",
      .auth = kUsers, .scope = "fault:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, SiteFaultRowsRequest request) -> Result<FaultPageView> {
        const auto site = site_of(s.sites, call.tenant(), request.site_id);
        if (!site) return fail(site.error());
        return list(s, call, request.filter, request.filter.status, *site);
      }});

  router.add<TopFaultsRequest, std::vector<TopFaultsView>>(Method::get, "/faults/top_faults", {
      .family = kFamily, .summary = "List top 10 WAN faults in last 14 days", .description = "The WAN tunnels with the most faults, most first.",
      .aliases = {"/fault/top_faults"}, .auth = kUsers, .scope = "fault:view",
      .handle = [s](Call& call, TopFaultsRequest request) -> Result<std::vector<TopFaultsView>> {
        const auto top = s.reader.top_wan(call.tenant());
        if (!top) return fail(top.error());
        std::vector<TopFaultsView> views;
        for (const auto& entry : *top)
          views.push_back({.tunnel_name = entry.tunnel_name, .site_id = entry.site_id, .count = entry.count, .resource_id = entry.resource_id,
                           .faults = to_rows(entry.faults, row_form(request.version), call.now)});
        return views;
      }});
}

}  // namespace openstrat::monitoring
