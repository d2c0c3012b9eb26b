#include "demo/routes.hpp"

#include "demo/fleet_service.hpp"
#include "http/dto.hpp"
#include "http/router.hpp"

namespace openstrat::demo {

struct StartRequest {
  int sites = Wish{}.sites;
  std::string routeros = Wish{}.routeros;
};

struct DemoFleetView {
  bool available = false;
  std::string reason;
  FleetState state = FleetState::off;
  std::optional<int> sites;
  std::optional<std::string> routeros;
  std::int64_t adopted = 0, online = 0;
  int restarts = 0;
  std::string message;
  std::optional<Timestamp> started_at;
};

}  // namespace openstrat::demo

namespace openstrat {

template <>
struct http::EnumNames<demo::FleetState> {
  using State = demo::FleetState;
  static constexpr EnumName table[] = {{"off", State::off}, {"starting", State::starting}, {"running", State::running}, {"restarting", State::restarting},
                                       {"removing", State::removing}};
};
template <>
struct http::Fields<demo::StartRequest> {
  using V = demo::StartRequest;
  static constexpr auto table = fields<V>("StartDemoFleet", body<&V::sites>("sites", "how many routers").range(1, demo::FleetService::kMostOfATeam).example("25"),
      body<&V::routeros>("routeros", "`mixed`, `7`, `6.49`, a version such as `7.20.8`, or a list of these").length(1, 100).example("mixed"));
};
template <>
struct http::Fields<demo::DemoFleetView> {
  using V = demo::DemoFleetView;
  static constexpr auto table = fields<V>("DemoFleet", body<&V::available>("available", "whether simulated routers can be started here"),
      body<&V::reason>("reason", "why not; else empty"),
      body<&V::state>("state", "`off`, `starting` until every router is adopted, `running`, `restarting` after the simulator ended by itself, or `removing`"),
      body<&V::sites>("sites", "how many routers are wished for; null: none"), body<&V::routeros>("routeros", "their versions"),
      body<&V::adopted>("adopted", "sites that simulated routers have become"), body<&V::online>("online", "of which have a pulse"),
      body<&V::restarts>("restarts", "of the simulator since the start of this node"), body<&V::message>("message", "what is wrong; else empty"),
      body<&V::started_at>("started_at", "since when they are wished for"));
};

}  // namespace openstrat

namespace openstrat::demo {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr std::string_view kFamily = "System";

Result<DemoFleetView> to_view(Result<FleetView> fleet) {
  if (!fleet) return fail(std::move(fleet.error()));
  DemoFleetView view{.available = fleet->available, .reason = fleet->reason, .state = fleet->state, .sites = {}, .routeros = {}, .adopted = fleet->adopted,
                     .online = fleet->online, .restarts = fleet->restarts, .message = fleet->message, .started_at = fleet->since};
  if (fleet->state != FleetState::off) view.sites = fleet->wish.sites, view.routeros = fleet->wish.routeros;
  return view;
}

/// They are sites of the whole team: who is limited to some of them neither makes nor removes them.
Status may_change(const Call& call) {
  if (call.tenant().sites == nullptr) return {};
  return fail(Errc::forbidden, "insufficient_role", "Your role is limited to certain sites of the team; simulated routers are for who may reach all of them.");
}

}  // namespace

void add_routes(http::Router& router, FleetService& fleets) {
  router.add<http::NoFields, DemoFleetView>(Method::get, "/system/demo-fleet", {
      .family = kFamily, .summary = "Simulated routers", .description = "Whether the active team has simulated routers to try things with, and how they are doing.",
      .auth = Auth::bearer | Auth::api_key, .scope = "site:view",
      .handle = [&fleets](Call& call, http::NoFields) { return to_view(fleets.find(Tenant{call.tenant().customer_id})); }});
  router.add<StartRequest, DemoFleetView>(Method::post, "/system/demo-fleet", {
      .family = kFamily, .summary = "Start simulated routers",
      .description = "Routers of a simulator become sites of the active team: they beat, run jobs, upload backups, reboot and fail now and then. Their serial numbers begin with `SIM`. "
                     "The same again changes nothing; more routers or other versions start them anew.",
      .auth = Auth::bearer | Auth::api_key, .scope = "site:create", .status = 202, .errors = {Errc::conflict, Errc::unavailable},
      .handle = [&fleets](Call& call, StartRequest request) -> Result<DemoFleetView> {
        if (auto allowed = may_change(call); !allowed) return fail(std::move(allowed.error()));
        return to_view(fleets.start(Tenant{call.tenant().customer_id}, {.sites = request.sites, .routeros = std::move(request.routeros)}));
      }});
  router.add<http::NoFields, DemoFleetView>(Method::delete_, "/system/demo-fleet", {
      .family = kFamily, .summary = "Remove simulated routers",
      .description = "Ends the simulator and removes its sites at once, with their backups and jobs; real sites stay. Takes some seconds: `state` is `removing` meanwhile.",
      .auth = Auth::bearer | Auth::api_key, .scope = "site:delete", .status = 202, .errors = {Errc::not_found},
      .handle = [&fleets](Call& call, http::NoFields) -> Result<DemoFleetView> {
        if (auto allowed = may_change(call); !allowed) return fail(std::move(allowed.error()));
        return to_view(fleets.remove(Tenant{call.tenant().customer_id}));
      }});
}

}  // namespace openstrat::demo
