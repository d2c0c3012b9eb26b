#include "fleet/adoption_log.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/adoption_store.hpp"
#include "tasks/queue.hpp"

namespace openstrat::fleet {
namespace {

/// How long fetching the script and adopting may lie apart, and a refused router be the same attempt.
constexpr auto kTogether = std::chrono::minutes(15);
constexpr auto kKept = std::chrono::days(7);

bool has(const AdoptionAttempt& attempt, AdoptionStep step) {
  return std::ranges::any_of(attempt.steps, [step](const AdoptionRecord& record) { return record.step == step && record.ok; });
}

}  // namespace

const char* to_string(AdoptionStep step) {
  switch (step) {
    case AdoptionStep::command_created: return "command_created";
    case AdoptionStep::script_fetched: return "script_fetched";
    case AdoptionStep::adopt_requested: return "adopt_requested";
    case AdoptionStep::refused: return "refused";
    case AdoptionStep::adopted: return "adopted";
    case AdoptionStep::first_heartbeat: return "first_heartbeat";
    case AdoptionStep::identity: return "identity";
    case AdoptionStep::first_backup: return "first_backup";
  }
  std::unreachable();
}

Status AdoptionLog::write(db::Session& session, AdoptionAttempt& attempt, AdoptionRecord record) {
  attempt.updated_at = record.at;
  if (auto stored = adoption_store::put(session, attempt); !stored) return stored;
  if (auto stored = adoption_store::put_step(session, attempt, record); !stored) return stored;
  Attributes data{{"attempt_id", attempt.id.to_string()}, {"runbook_id", attempt.runbook_id.to_string()}, {"step", to_string(record.step)},
                  {"ok", record.ok}, {"detail", record.detail}, {"address", attempt.address}};
  if (record.reason) data.set("reason", *record.reason);
  return deps_.bus.append(session, {.name = "adoption.step", .occurred_at = record.at, .customer_id = attempt.customer_id, .site_id = attempt.site_id,
                                    .resource_id = attempt.id.to_string(), .data = std::move(data)});
}

Status AdoptionLog::note_in(db::Session& session, const Runbook& runbook, const IpAddress& from, Note note) {
  const Timestamp now = deps_.clock.now();
  note.record.at = now;
  auto found = adoption_store::find_open(session, runbook, from.to_string(), note.hardware_hash, now - kTogether);
  if (!found) return fail(found.error());
  const bool fresh = !*found;
  AdoptionAttempt attempt = fresh ? AdoptionAttempt{.customer_id = runbook.customer_id, .id = uuid_v7(now, deps_.rng), .runbook_id = runbook.id,
                                                    .site_id = runbook.site_id, .address = from.to_string(), .started_at = now}
                                  : std::move(**found);
  if (note.hardware_hash) attempt.hardware_hash = std::move(note.hardware_hash);
  if (note.router && !note.router->empty()) attempt.router = std::move(note.router);
  if (note.site_id) attempt.site_id = note.site_id;
  attempt.adopted |= note.record.step == AdoptionStep::adopted;
  if (auto written = write(session, attempt, std::move(note.record)); !written) return written;
  return fresh ? adoption_store::trim(session, {runbook.customer_id}, kMostAttempts) : Status{};
}

void AdoptionLog::note(const Runbook& runbook, const IpAddress& from, const Note& note) {
  const auto noted = deps_.database.write([&](db::Session& session) { return note_in(session, runbook, from, note); });
  if (!noted) log::warning("a step of an adoption was not recorded", {log::of(noted.error())});
}

Status AdoptionLog::follow_up_in(db::Session& session, const Tenant& tenant, SiteId site, AdoptionRecord record) {
  auto attempt = adoption_store::last_of_site(session, tenant, site);
  if (!attempt) return fail(attempt.error());
  if (!*attempt || !(*attempt)->adopted || has(**attempt, record.step)) return {};
  record.at = deps_.clock.now();
  if (record.at - (*attempt)->started_at > kKept) return {};
  return write(session, **attempt, std::move(record));
}

Result<std::optional<AdoptionAttempt>> AdoptionLog::of_site(const Tenant& tenant, SiteId site) {
  return deps_.database.read([&](db::Session& session) { return adoption_store::last_of_site(session, tenant, site); });
}

Result<std::vector<AdoptionAttempt>> AdoptionLog::of_runbook(const Tenant& tenant, RunbookId runbook, int limit) {
  return deps_.database.read([&](db::Session& session) { return adoption_store::of_runbook(session, tenant, runbook, limit); });
}

void AdoptionLog::subscribe() {
  const auto backup = [this](const char* event, bool ok) {
    deps_.bus.subscribe("fleet.adoption", event, [this, ok](const bus::Event& happened) -> Status {
      if (!happened.site_id) return {};
      AdoptionRecord record{.step = AdoptionStep::first_backup, .ok = ok, .detail = ok ? "The first backup is stored" : "The first backup did not arrive"};
      if (!ok) record.reason = happened.data.text("reason");
      return deps_.database.write([&](db::Session& session) { return follow_up_in(session, {happened.customer_id}, *happened.site_id, record); });
    });
  };
  backup("backup.created", true);
  backup("backup.failed", false);
  deps_.bus.subscribe("fleet.adoption", "site.deleted", [this](const bus::Event& happened) -> Status {
    if (!happened.site_id) return {};
    return deps_.database.write([&](db::Session& session) { return adoption_store::remove_of_site(session, {happened.customer_id}, *happened.site_id); });
  });
  deps_.bus.subscribe("fleet.adoption", "team.deleted", [this](const bus::Event& happened) -> Status {
    return deps_.database.write([&](db::Session& session) { return adoption_store::remove_of_team(session, {happened.customer_id}); });
  });
}

void AdoptionLog::register_tasks(tasks::Queue& queue) {
  queue.handle("fleet.purge_adoptions", {}, [this](const tasks::Task&) { return purge(); });
  queue.schedule("purge adoption attempts", "23 3 * * *", "fleet.purge_adoptions");
}

Status AdoptionLog::purge() {
  const Timestamp before = deps_.clock.now() - kKept;
  return deps_.database.write([&](db::Session& session) { return adoption_store::purge_before(session, before); });
}

}  // namespace openstrat::fleet
