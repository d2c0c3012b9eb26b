#include "fleet/adoption_store.hpp"

#include <algorithm>
#include <unordered_map>

#include "db/in_list.hpp"
#include "db/session.hpp"
#include "db/within.hpp"

#define ATTEMPT_COLUMNS "a.customer_id, a.id, a.runbook_id, a.site_id, a.address, a.hardware_hash, a.router, a.adopted, a.started_at, a.updated_at"

namespace openstrat::fleet::adoption_store {
namespace {

using db::params;
using db::Query;

constexpr Query kFindOpen{"adoption_attempt.find_open",
                          "SELECT " ATTEMPT_COLUMNS " FROM adoption_attempt a WHERE a.customer_id = ?1 AND a.runbook_id = ?2 AND a.address = ?3 "
                          "AND a.updated_at >= ?5 AND a.adopted = FALSE AND (a.hardware_hash IS NULL OR a.hardware_hash = ?4) "
                          "ORDER BY a.updated_at DESC LIMIT 1"};
constexpr Query kLastOfSite{"adoption_attempt.last_of_site", "SELECT " ATTEMPT_COLUMNS " FROM adoption_attempt a WHERE a.customer_id = ?1 AND a.site_id = ?2 "
                                                             "ORDER BY a.updated_at DESC LIMIT 1"};
constexpr Query kOfRunbook{"adoption_attempt.of_runbook", "SELECT " ATTEMPT_COLUMNS " FROM adoption_attempt a WHERE a.customer_id = ?1 AND a.runbook_id = ?2 "
                                                          "ORDER BY a.updated_at DESC, a.id LIMIT ?3"};
constexpr Query kPut{"adoption_attempt.put",
                     "INSERT INTO adoption_attempt (customer_id, id, runbook_id, site_id, address, hardware_hash, router, adopted, started_at, updated_at) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (customer_id, id) DO UPDATE SET site_id = excluded.site_id, "
                     "hardware_hash = excluded.hardware_hash, router = excluded.router, adopted = excluded.adopted, updated_at = excluded.updated_at"};
constexpr Query kPutStep{"adoption_step.put",
                         "INSERT INTO adoption_step (customer_id, attempt_id, step, at, ok, reason, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
                         "ON CONFLICT (customer_id, attempt_id, step) DO UPDATE SET at = excluded.at, ok = excluded.ok, reason = excluded.reason, "
                         "detail = excluded.detail"};
#define OLD_ATTEMPTS "(SELECT id FROM adoption_attempt WHERE customer_id = ?1 ORDER BY updated_at DESC, id LIMIT 1000 OFFSET ?2)"
constexpr Query kTrimSteps{"adoption_step.trim", "DELETE FROM adoption_step WHERE customer_id = ?1 AND attempt_id IN " OLD_ATTEMPTS};
constexpr Query kTrim{"adoption_attempt.trim", "DELETE FROM adoption_attempt WHERE customer_id = ?1 AND id IN " OLD_ATTEMPTS};
constexpr Query kPurgeSteps{"adoption_step.purge", "DELETE FROM adoption_step WHERE attempt_id IN (SELECT id FROM adoption_attempt WHERE updated_at < ?1)"};
constexpr Query kPurge{"adoption_attempt.purge", "DELETE FROM adoption_attempt WHERE updated_at < ?1"};
constexpr Query kRemoveStepsOfSite{"adoption_step.remove_of_site", "DELETE FROM adoption_step WHERE customer_id = ?1 AND attempt_id IN "
                                                                   "(SELECT id FROM adoption_attempt WHERE customer_id = ?1 AND site_id = ?2)"};
constexpr Query kRemoveOfSite{"adoption_attempt.remove_of_site", "DELETE FROM adoption_attempt WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kRemoveStepsOfTeam{"adoption_step.remove_of_team", "DELETE FROM adoption_step WHERE customer_id = ?1"};
constexpr Query kRemoveOfTeam{"adoption_attempt.remove_of_team", "DELETE FROM adoption_attempt WHERE customer_id = ?1"};

AdoptionAttempt read_attempt(const db::Row& row) {
  return {.customer_id = row.get<CustomerId>(0), .id = row.get<Uuid>(1), .runbook_id = row.get<RunbookId>(2), .site_id = row.get<std::optional<SiteId>>(3),
          .address = row.get<std::string>(4), .hardware_hash = row.get<std::optional<std::string>>(5), .router = row.get<std::optional<std::string>>(6),
          .adopted = row.get<bool>(7), .started_at = row.get<Timestamp>(8), .updated_at = row.get<Timestamp>(9)};
}

AdoptionStep parse_step(std::string_view text) {
  for (const auto step : {AdoptionStep::adopt_requested, AdoptionStep::refused, AdoptionStep::adopted, AdoptionStep::first_heartbeat, AdoptionStep::identity,
                          AdoptionStep::first_backup})
    if (text == to_string(step)) return step;
  return AdoptionStep::script_fetched;
}

Status run_all(db::Session& session, std::initializer_list<Query> queries, const db::Params& values) {
  for (const Query& query : queries)
    if (const auto done = session.execute(query, values); !done) return fail(done.error());
  return {};
}

Status add_steps(db::Session& session, const Tenant& tenant, std::vector<AdoptionAttempt>& attempts) {
  if (attempts.empty()) return {};
  std::vector<Uuid> ids;
  for (const auto& attempt : attempts) ids.push_back(attempt.id);
  auto values = params(tenant.customer_id);
  const std::string sql = "SELECT attempt_id, step, at, ok, reason, detail FROM adoption_step WHERE customer_id = ?1 AND attempt_id IN " + db::in_list(ids, values);
  const auto rows = session.query(Query{"adoption_step.list", sql.c_str()}, std::move(values));
  if (!rows) return fail(rows.error());
  std::unordered_map<std::string, std::vector<AdoptionRecord>> steps;
  for (const auto& row : *rows)
    steps[row.get<std::string>(0)].push_back({.step = parse_step(row.get<std::string>(1)), .at = row.get<Timestamp>(2), .ok = row.get<bool>(3),
                                              .reason = row.get<std::optional<std::string>>(4), .detail = row.get<std::string>(5)});
  for (auto& attempt : attempts) {
    attempt.steps = std::move(steps[attempt.id.to_string()]);
    std::ranges::sort(attempt.steps, [](const auto& a, const auto& b) { return a.at != b.at ? a.at < b.at : a.step < b.step; });
  }
  return {};
}

Result<std::vector<AdoptionAttempt>> read_attempts(db::Session& session, const Tenant& tenant, Result<std::vector<db::Row>> rows) {
  if (!rows) return fail(rows.error());
  std::vector<AdoptionAttempt> attempts;
  for (const auto& row : *rows) attempts.push_back(read_attempt(row));
  if (auto added = add_steps(session, tenant, attempts); !added) return fail(added.error());
  return attempts;
}

Result<std::optional<AdoptionAttempt>> first_of(Result<std::vector<AdoptionAttempt>> attempts) {
  if (!attempts) return fail(attempts.error());
  if (attempts->empty()) return std::optional<AdoptionAttempt>{};
  return std::optional<AdoptionAttempt>(std::move(attempts->front()));
}

}  // namespace

Result<std::optional<AdoptionAttempt>> find_open(db::Session& session, const Runbook& runbook, const std::string& address,
                                                 const std::optional<std::string>& hardware_hash, Timestamp since) {
  const Tenant tenant{runbook.customer_id};
  return first_of(read_attempts(session, tenant, session.query(kFindOpen, params(runbook.customer_id, runbook.id, address, hardware_hash, since))));
}

Result<std::optional<AdoptionAttempt>> last_of_site(db::Session& session, const Tenant& tenant, SiteId site) {
  auto values = params(tenant.customer_id, site);
  const db::Within query(kLastOfSite, tenant, "a.customer_id", "a.site_id", values);
  return first_of(read_attempts(session, tenant, session.query(query, std::move(values))));
}

Result<std::vector<AdoptionAttempt>> of_runbook(db::Session& session, const Tenant& tenant, RunbookId runbook, int limit) {
  auto values = params(tenant.customer_id, runbook, limit);
  const db::Within query(kOfRunbook, tenant, "a.customer_id", "a.site_id", values);
  return read_attempts(session, tenant, session.query(query, std::move(values)));
}

Status put(db::Session& session, const AdoptionAttempt& a) {
  const auto done = session.execute(kPut, params(a.customer_id, a.id, a.runbook_id, a.site_id, a.address, a.hardware_hash, a.router, a.adopted, a.started_at, a.updated_at));
  if (!done) return fail(done.error());
  return {};
}

Status put_step(db::Session& session, const AdoptionAttempt& attempt, const AdoptionRecord& record) {
  const auto done = session.execute(kPutStep, params(attempt.customer_id, attempt.id, to_string(record.step), record.at, record.ok, record.reason, record.detail));
  if (!done) return fail(done.error());
  return {};
}

Status trim(db::Session& session, const Tenant& tenant, int most) { return run_all(session, {kTrimSteps, kTrim}, params(tenant.customer_id, most)); }
Status purge_before(db::Session& session, Timestamp before) { return run_all(session, {kPurgeSteps, kPurge}, params(before)); }
Status remove_of_site(db::Session& session, const Tenant& tenant, SiteId site) {
  return run_all(session, {kRemoveStepsOfSite, kRemoveOfSite}, params(tenant.customer_id, site));
}
Status remove_of_team(db::Session& session, const Tenant& tenant) { return run_all(session, {kRemoveStepsOfTeam, kRemoveOfTeam}, params(tenant.customer_id)); }

}  // namespace openstrat::fleet::adoption_store
