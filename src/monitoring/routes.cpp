#include "monitoring/routes.hpp"

#include "fleet/site_service.hpp"
#include "http/router.hpp"
#include "monitoring/dto.hpp"
#include "monitoring/fault_service.hpp"

namespace openstrat::monitoring {
namespace {

RouterFaultView to_view(const Fault& fault) {
  RouterFaultView view{.id = fault.pid, .rid = fault.resource_id, .message = fault.message, .severity = to_string(fault.severity),
                       .type = fault.type, .cause = fault.cause, .created_at = fault.created_at, .resolved_at = fault.resolved_at};
  if (fault.resolved_at) view.duration = human_duration(*fault.resolved_at - fault.created_at, 2);
  return view;
}

}  // namespace

void add_developer_routes(http::Router& router, const Services& s) {
  router.add<RouterFaultsRequest, RouterFaultsView>(http::Method::get, "/api/routers/{router_id}/faults", {
      .family = "Developer API", .summary = "Retrieve router faults", .description = "Up to 100, newest first.",
      .auth = http::Auth::api_key, .scope = "fault:view", .errors = {Errc::not_found},
      .handle = [s](http::Call& call, RouterFaultsRequest request) -> Result<RouterFaultsView> {
        const auto site = s.sites.find(call.tenant(), request.router.text);
        if (!site) return fail(site.error());
        const auto newest = s.faults.newest_of_site(call.tenant(), site->id, 100);
        if (!newest) return fail(newest.error());
        RouterFaultsView view;
        for (const Fault& fault : *newest) view.data.push_back(to_view(fault));
        return view;
      }});
}

void add_routes(http::Router& router, const Services& services) {
  add_developer_routes(router, services);
  add_list_routes(router, services);
  add_fault_routes(router, services);
  add_share_routes(router, services);
  add_health_routes(router, services);
}

}  // namespace openstrat::monitoring
