// The operations under /fault: lists by cursor, single faults.
#include <fmt/format.h>

#include "base/text.hpp"
#include "fleet/site_service.hpp"
#include "http/pagination.hpp"
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

Result<FaultFilter> to_filter(const Services& s, const Call& call, const FaultFilterQuery& query) {
  if (auto valid = check_range(query.from, query.to); !valid) return fail(valid.error());
  const auto site = site_of(s.sites, call.tenant(), query.site);
  if (!site) return fail(site.error());
  return FaultFilter{.site = *site, .status = query.status, .types = query.type, .severities = severities_of(query.severity), .cause = query.cause,
                     .resource_id = query.resource_id, .search = query.q, .from = query.from, .until = query.to};
}

Result<http::CursorView<FaultView>> list(const Services& s, Call& call, const ListFaultsRequest& request) {
  const auto filter = to_filter(s, call, request.filter);
  if (!filter) return fail(filter.error());
  const std::string name = "faults " + call.tenant().customer_id.to_string() + " " + http::to_json(request.filter);
  std::optional<FaultPosition> after;
  if (request.paging.cursor) {
    const auto place = s.cursors.open(*request.paging.cursor, name);
    if (!place) return fail(place.error());
    after = FaultPosition{from_unix_us(text::parse_int(place->sort_key).value_or(0)), FaultId::parse(place->id).value_or(FaultId{})};
  }
  const auto list = s.reader.list(call.tenant(), *filter, after, request.paging.limit);
  if (!list) return fail(list.error());
  http::CursorView<FaultView> view;
  for (const auto& fault : list->faults) view.data.push_back(to_view(fault, s.settings, call.now));
  view.meta.count = static_cast<std::int64_t>(view.data.size());
  view.meta.has_more = list->next.has_value();
  if (list->next) view.meta.cursor = s.cursors.sign({std::to_string(to_unix_us(list->next->created_at)), list->next->id.to_string()}, name);
  return view;
}

}  // namespace

void add_fault_routes(http::Router& router, const Services& s) {
  router.add<ListFaultsRequest, http::CursorView<FaultView>>(Method::get, "/fault", {
      .family = kFamily, .summary = "Search faults",
      .description = "Newest first. A page may have fewer entries than asked for although `has_more` is true: a search looks at 50,000 faults a call and goes on from there.",
      .auth = kUsers, .scope = "fault:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, ListFaultsRequest request) { return list(s, call, request); }});

  router.add<FaultRequest, FaultView>(Method::get, "/fault/{fault}", {
      .family = kFamily, .summary = "Get a fault", .description = "With its comments.", .auth = kUsers, .scope = "fault:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, FaultRequest request) -> Result<FaultView> {
        const auto found = s.reader.find(call.tenant(), request.fault);
        if (!found) return fail(found.error());
        return to_view(*found, s.settings, call.now);
      }});
}

}  // namespace openstrat::monitoring
