#include "demo/fleet_service.hpp"

#include <algorithm>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "demo/simulator.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/site_service.hpp"

namespace openstrat::demo {
namespace {

constexpr int kMostSites = 100'000;  // that one fleet is looked at with
constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // as Crockford: none looks like another

std::string new_mark(Rng& rng) {
  std::string mark = "SIM";
  while (mark.size() < kMarkLength) mark += kLetters[rng.below(kLetters.size())];
  return mark;
}

/// `7`, `6.49`, `7.20.8`
bool is_version(std::string_view word) {
  const auto parts = text::split(word, '.');
  const auto is_number = [](std::string_view part) { return !part.empty() && part.size() <= 3 && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; }); };
  return parts.size() <= 3 && (parts.front() == "6" || parts.front() == "7") && std::ranges::all_of(parts, is_number);
}

bool is_routeros(std::string_view text) {
  if (text == "mixed") return true;
  const auto words = text::split(text, ',');
  return words.size() <= 10 && std::ranges::all_of(words, is_version);
}

}  // namespace

Status FleetService::check_wish(const Wish& wish) const {
  if (!is_routeros(wish.routeros)) return invalid_field("routeros", "must be mixed, 7, 6.49, a version such as 7.20.8, or a list of these");
  if (auto why = why_unavailable(deps_.settings); !why.empty())
    return deps_.settings.enabled ? fail(Errc::unavailable, "demo_unavailable", std::move(why)) : fail(Errc::forbidden, "demo_disabled", std::move(why));
  return {};
}

Status FleetService::store(db::Session& session, const Tenant& tenant, const Wish& wish, Asker asker) {
  const auto fleets = fleet_store::all(session);
  if (!fleets) return fail(fleets.error());
  const auto own = std::ranges::find(*fleets, tenant.customer_id, &DemoFleet::customer_id);
  const bool is_new = own == fleets->end();
  if (!is_new && own->removing_since) return fail(Errc::conflict, "demo_fleet_removing", "The simulated routers are being removed; try again in a moment.");
  if (!is_new && own->wish == wish) return {};
  if (asker == Asker::team) {
    const int before = is_new ? 0 : own->wish.sites;
    if (wish.sites < before)
      return fail(Errc::conflict, "demo_fleet_running", std::to_string(before) + " simulated routers run. Remove them first if there should be fewer.");
    int together = wish.sites - before;
    for (const DemoFleet& fleet : *fleets) together += fleet.wish.sites;
    if (together > kMostTogether) return fail(Errc::conflict, "limit_reached", "There are simulated routers of other teams; this server runs at most " + std::to_string(kMostTogether) + " together.");
    if (auto fits = deps_.room(session, tenant, wish.sites - before); !fits) return fits;
  }
  if (!is_new) return fleet_store::update(session, tenant, wish);
  return fleet_store::insert(session, {.customer_id = tenant.customer_id, .wish = wish, .mark = new_mark(deps_.rng), .created_at = deps_.clock.now(), .removing_since = {},
                                       .leased_by = {}});
}

Result<FleetView> FleetService::start(const Tenant& tenant, const Wish& wish, Asker asker) {
  if (auto good = check_wish(wish); !good) return fail(std::move(good.error()));
  if (auto stored = deps_.database.write([&](db::Session& session) { return store(session, tenant, wish, asker); }); !stored) return fail(std::move(stored.error()));
  return find(tenant);
}

Result<FleetView> FleetService::remove(const Tenant& tenant) {
  const auto begun = deps_.database.write([&](db::Session& session) -> Status {
    const auto fleet = fleet_store::find(session, tenant);
    if (!fleet) return fail(fleet.error());
    if (!*fleet) return fail(Errc::not_found, "The team has no simulated routers.");
    return fleet_store::begin_removal(session, tenant, deps_.clock.now());
  });
  if (!begun) return fail(begun.error());
  return find(tenant);
}

Result<FleetView> FleetService::find(const Tenant& tenant) {
  struct Found {
    std::optional<DemoFleet> fleet;
    std::vector<SiteId> sites;
  };
  const auto found = deps_.database.read([&](db::Session& session) -> Result<Found> {
    auto fleet = fleet_store::find(session, tenant);
    if (!fleet) return fail(fleet.error());
    if (!*fleet) return Found{};
    auto sites = fleet_store::sites(session, tenant, kMostSites);
    if (!sites) return fail(sites.error());
    return Found{*std::move(fleet), *std::move(sites)};
  });
  if (!found) return fail(found.error());
  FleetView view{.reason = why_unavailable(deps_.settings)};
  view.available = view.reason.empty();
  if (!found->fleet) return view;
  const DemoFleet& fleet = *found->fleet;
  view.wish = fleet.wish;
  view.since = fleet.created_at;
  view.adopted = static_cast<std::int64_t>(found->sites.size());
  for (const SiteId site : found->sites) deps_.live.with(site, [&](const fleet::LiveSite& live) { view.online += live.has_pulse && !live.tombstone ? 1 : 0; });
  const auto run = deps_.supervisor.state(tenant);
  if (run) view.restarts = run->restarts, view.message = run->message;
  if (fleet.removing_since) view.state = FleetState::removing;
  else if (run && !run->is_running && !run->message.empty()) view.state = FleetState::restarting;
  else if (view.adopted < fleet.wish.sites || (run && !run->is_running)) view.state = FleetState::starting;
  else view.state = FleetState::running;
  return view;
}

/// A router with a serial number of the fleet: the mark by which its site is known. What other routers the runbook adopts is none of ours.
Status FleetService::note_adopted(const Tenant& tenant, SiteId id) {
  const auto fleet = deps_.database.read([&](db::Session& session) { return fleet_store::find(session, tenant); });
  if (!fleet) return fail(fleet.error());
  if (!*fleet) return {};
  const auto site = deps_.sites.find(tenant, id);
  if (!site) return site.error().code() == Errc::not_found ? Status() : fail(site.error());
  const std::string& mark = (*fleet)->mark;
  const bool simulated = site->facts.serial_number.value_or("").starts_with(mark) || site->facts.software_id.value_or("").starts_with(mark);
  if (!simulated) return {};
  return deps_.database.write([&](db::Session& session) { return fleet_store::mark_site(session, tenant, id); });
}

void FleetService::subscribe(bus::Bus& bus) {
  bus.subscribe("demo.sites", "site.adopted", [this](const bus::Event& event) { return event.site_id ? note_adopted(Tenant{event.customer_id}, *event.site_id) : Status(); });
  bus.subscribe("demo.sites", "site.deleted", [this](const bus::Event& event) -> Status {
    if (!event.site_id) return {};
    return deps_.database.write([&](db::Session& session) { return fleet_store::forget_site(session, Tenant{event.customer_id}, *event.site_id); });
  });
  bus.subscribe("demo.sites", "team.deleted", [this](const bus::Event& event) {
    return deps_.database.write([&](db::Session& session) { return fleet_store::begin_removal(session, Tenant{event.customer_id}, deps_.clock.now()); });
  });
}

}  // namespace openstrat::demo
