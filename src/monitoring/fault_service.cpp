#include "monitoring/fault_service.hpp"

#include "bus/bus.hpp"
#include "db/database.hpp"
#include "monitoring/fault_events.hpp"
#include "monitoring/fault_store.hpp"
#include "tasks/queue.hpp"

namespace openstrat::monitoring {
namespace {

constexpr const char* kSite = "site";
constexpr const char* kOffline = "offline";
constexpr int kStep = 500;

}  // namespace

void FaultService::subscribe() {
  const auto handler = [this](const bus::Event& event) { return handle(event); };
  for (const char* name : {"site.offline", "site.online", "site.rebooted", "site.deleted"}) bus_.subscribe("monitoring.faults", name, handler);
}

Status FaultService::forget_team(CustomerId customer) {
  while (true) {
    const auto removed = database_.write([&](db::Session& session) { return fault_store::remove_of_customer(session, customer, kStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kStep) return {};
  }
}

Status FaultService::handle(const bus::Event& event) {
  return database_.write([&](db::Session& session) -> Status {
    const auto fresh = fault_store::first_sight(session, event.id, clock_.now());
    if (!fresh) return fail(fresh.error());
    if (!*fresh) return {};
    return apply(session, event);
  });
}

Status FaultService::apply(db::Session& session, const bus::Event& event) {
  if (!event.site_id) return {};
  if (event.name == "site.deleted") return fault_store::remove_of_site(session, Tenant{event.customer_id}, *event.site_id);
  if (event.name == "site.online") return resolve_offline(session, event);

  Fault fault = fault_of(event);
  if (event.name == "site.offline") {
    if (event.data.flag("deleting").value_or(false)) return {};
    fault.kind = kOffline;
    fault.message = "Site Offline: " + event.data.text("name").value_or("");
    fault.severity = Severity::critical;
    fault.cause = "Unknown";
    return open(session, std::move(fault));
  }
  fault.kind = "rebooted";  // a point in time: begins and ends at once
  fault.message = "Site Rebooted: " + event.data.text("name").value_or("");
  fault.severity = Severity::low;
  fault.cause = "Rebooted";
  fault.resolved_at = fault.created_at;
  return open(session, std::move(fault));
}

Fault FaultService::fault_of(const bus::Event& event) const {
  Fault fault;
  fault.customer_id = event.customer_id;
  fault.id = FaultId(uuid_v7(event.occurred_at, rng_));
  fault.pid = "flt_" + ksuid(event.occurred_at, rng_);
  fault.type = kSite;
  fault.resource_id = event.resource_id;
  fault.site_id = event.site_id;
  fault.created_at = event.occurred_at;
  fault.resource_path = event.resource_id;
  return fault;
}

Status FaultService::open(db::Session& session, Fault fault) {
  const auto opened = fault_store::open(session, fault, clock_.now());
  if (!opened) return fail(opened.error());
  if (!*opened) return {};
  if (auto announced = announce(bus_, session, fault, FaultNews::created, clock_.now()); !announced) return announced;
  return fault.resolved_at ? announce(bus_, session, fault, FaultNews::resolved, clock_.now()) : Status{};
}

Status FaultService::resolve_offline(db::Session& session, const bus::Event& event) {
  const Tenant tenant{event.customer_id};
  auto fault = fault_store::find_open(session, tenant, kSite, kOffline, event.resource_id);
  if (!fault) return fail(fault.error());
  if (!*fault) return {};
  (*fault)->cause = event.data.flag("power_outage").value_or(false) ? "Power Outage" : "Disconnected";
  (*fault)->resolved_at = event.occurred_at;
  const auto resolved = fault_store::resolve(session, tenant, (*fault)->id, event.occurred_at, (*fault)->cause, clock_.now());
  if (!resolved) return fail(resolved.error());
  return *resolved ? announce(bus_, session, **fault, FaultNews::resolved, clock_.now()) : Status{};
}

Result<std::vector<Fault>> FaultService::newest_of_site(const Tenant& tenant, SiteId site, int limit) {
  return database_.read([&](db::Session& session) { return fault_store::newest_of_site(session, tenant, site, limit); });
}

void FaultService::register_tasks(tasks::Queue& queue, int retention_days) {
  queue.handle("monitoring.purge_faults", {}, [this, retention_days](const tasks::Task&) { return purge(retention_days); });
  queue.schedule("purge faults", "41 3 * * *", "monitoring.purge_faults");
}

Status FaultService::purge(int retention_days) {
  const Timestamp now = clock_.now();
  while (true) {
    const auto removed = database_.write(
        [&](db::Session& session) { return fault_store::purge_before(session, now - std::chrono::days(retention_days), kStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kStep) break;
  }
  return database_.write([&](db::Session& session) { return fault_store::forget_sights_before(session, now - std::chrono::days(7)); });
}

}  // namespace openstrat::monitoring
