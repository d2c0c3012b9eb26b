#include "protection/attempt_store.hpp"

#include "db/session.hpp"

namespace openstrat::protection::attempt_store {
namespace {

using db::params;
using db::Query;
using db::Row;

constexpr Query kStanding{
    "sign_in.standing",
    "SELECT (SELECT failures FROM sign_in_failures WHERE account = ?1 AND source = ?2), "
    "(SELECT blocked_until FROM sign_in_failures WHERE account = ?1 AND source = ?2), "
    "(SELECT full_at FROM attempt_levels WHERE name = 'sign_in' AND id = ?2), "
    "(SELECT full_at FROM attempt_levels WHERE name = 'sign_up' AND id = ?2), "
    "(SELECT full_at FROM attempt_levels WHERE name = 'account' AND id = ?1), "
    "(SELECT COUNT(*) FROM (SELECT 1 FROM login_attempts WHERE source = ?2 AND at > ?3 AND kind = 'sign_in' AND success = FALSE LIMIT 6) AS recent), "
    "(SELECT COUNT(*) FROM (SELECT 1 FROM login_attempts WHERE network = ?4 AND success LIMIT 1) AS known)"};
constexpr Query kAdd{"sign_in.add_attempt",
                     "INSERT INTO login_attempts (at, kind, success, account, user_id, address, source, network, risk) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Query kCountFailure{
    "sign_in.count_failure",
    "INSERT INTO sign_in_failures (account, source, user_id, address, failures, updated_at) VALUES (?1, ?2, ?3, ?4, 1, ?5) "
    "ON CONFLICT (account, source) DO UPDATE SET user_id = excluded.user_id, address = excluded.address, updated_at = excluded.updated_at, "
    "failures = CASE WHEN sign_in_failures.blocked_until <= ?5 THEN 1 ELSE sign_in_failures.failures + 1 END, "
    "block_id = CASE WHEN sign_in_failures.blocked_until <= ?5 THEN NULL ELSE sign_in_failures.block_id END, "
    "blocked_at = CASE WHEN sign_in_failures.blocked_until <= ?5 THEN NULL ELSE sign_in_failures.blocked_at END, "
    "blocked_until = CASE WHEN sign_in_failures.blocked_until <= ?5 THEN NULL ELSE sign_in_failures.blocked_until END "
    "RETURNING failures, blocked_until"};
constexpr Query kBlock{"sign_in.block", "UPDATE sign_in_failures SET block_id = ?3, blocked_at = ?4, blocked_until = ?5 WHERE account = ?1 AND source = ?2"};
constexpr Query kForget{"sign_in.forget_failures", "DELETE FROM sign_in_failures WHERE account = ?1 AND source = ?2 AND block_id IS NULL"};
constexpr Query kTakeToken{"sign_in.take_token",
                           "INSERT INTO attempt_levels (name, id, full_at) VALUES (?1, ?2, ?3 + ?4) "
                           "ON CONFLICT (name, id) DO UPDATE SET full_at = {{greatest}}(attempt_levels.full_at, ?3) + ?4 RETURNING full_at"};

#define BLOCK_COLUMNS "f.block_id, f.user_id, f.source, f.address, f.failures, f.blocked_at, f.blocked_until, "
#define FROM_TEAM "FROM sign_in_failures f JOIN team_members m ON m.user_id = f.user_id JOIN users u ON u.id = f.user_id WHERE m.team_id = ?1 "
constexpr Query kFindBlock{"sign_in.find_block", "SELECT " BLOCK_COLUMNS "'' FROM sign_in_failures f WHERE f.block_id = ?1"};
// A block belongs to a person, not to a team; teams see those of their members.
constexpr Query kTeamBlocks{"sign_in.team_blocks",
                            "SELECT " BLOCK_COLUMNS "u.email " FROM_TEAM
                            "AND f.blocked_until > ?2 AND (f.blocked_at < ?3 OR (f.blocked_at = ?3 AND f.block_id < ?4)) "
                            "ORDER BY f.blocked_at DESC, f.block_id DESC LIMIT ?5"};
constexpr Query kTeamBlock{"sign_in.team_block",
                           "SELECT " BLOCK_COLUMNS "u.email " FROM_TEAM "AND f.block_id = ?2 AND f.blocked_until > ?3"};
#undef BLOCK_COLUMNS
#undef FROM_TEAM

constexpr Query kLift{"sign_in.lift_block", "DELETE FROM sign_in_failures WHERE block_id = ?1"};
constexpr Query kCountBlocks{"sign_in.count_blocks", "SELECT COUNT(*) FROM sign_in_failures WHERE user_id = ?1 AND blocked_until > ?2"};
constexpr Query kLiftAll{"sign_in.lift_all", "DELETE FROM sign_in_failures WHERE user_id = ?1"};
constexpr Query kTargetUsers{"sign_in.target_users",
                             "SELECT DISTINCT user_id FROM login_attempts WHERE source = ?1 AND at > ?2 AND success = FALSE AND user_id IS NOT NULL LIMIT 200"};
constexpr Query kTargetCounts{"sign_in.target_counts",
                              "SELECT COUNT(DISTINCT account), COUNT(*) FROM login_attempts WHERE source = ?1 AND at > ?2 AND success = FALSE"};
constexpr Query kMayNotify{"sign_in.may_notify",
                           "INSERT INTO throttle_notices (source, notified_at) VALUES (?1, ?2) "
                           "ON CONFLICT (source) DO UPDATE SET notified_at = ?2 WHERE throttle_notices.notified_at <= ?3"};
constexpr Query kSpendProof{"sign_in.spend_proof", "INSERT INTO spent_proofs (salt, expires_at) VALUES (?1, ?2) ON CONFLICT (salt) DO NOTHING"};

constexpr Query kPurgeAttempts{"sign_in.purge_attempts", "DELETE FROM login_attempts WHERE at < ?1"};
constexpr Query kPurgeFailures{"sign_in.purge_failures",
                               "DELETE FROM sign_in_failures WHERE updated_at < ?1 AND (blocked_until IS NULL OR blocked_until <= ?2)"};
constexpr Query kPurgeLevels{"sign_in.purge_levels", "DELETE FROM attempt_levels WHERE full_at < ?1"};
constexpr Query kPurgeNotices{"sign_in.purge_notices", "DELETE FROM throttle_notices WHERE notified_at < ?1"};
constexpr Query kPurgeProofs{"sign_in.purge_proofs", "DELETE FROM spent_proofs WHERE expires_at < ?1"};

Block to_block(const Row& row) {
  return {.id = row.get<BlockId>(0), .user_id = row.get<std::optional<UserId>>(1), .email = row.get<std::string>(7), .source = row.get<std::string>(2), .address = row.get<std::string>(3),
          .failures = row.get<int>(4), .blocked_at = row.get<Timestamp>(5), .until = row.get<Timestamp>(6)};
}

Result<std::optional<Block>> first_block(db::Session& session, const Query& query, db::Params values) {
  const auto row = session.first(query, std::move(values));
  if (!row) return fail(row.error());
  return *row ? std::optional(to_block(**row)) : std::nullopt;
}

Status done(const Result<std::int64_t>& changed) { return changed ? Status() : Status(fail(changed.error())); }

}  // namespace

Result<Standing> standing(db::Session& session, const AttemptKeys& keys, Timestamp recent_since) {
  const auto row = session.one(kStanding, params(keys.account, keys.source, recent_since, keys.network), "no standing");
  if (!row) return fail(row.error());
  const auto time = [&](std::size_t column) { return row->get<std::optional<Timestamp>>(column).value_or(Timestamp{}); };
  return Standing{.failures = row->get<std::optional<int>>(0).value_or(0), .blocked_until = time(1), .sign_in_full_at = time(2), .sign_up_full_at = time(3),
                  .account_full_at = time(4), .recent_failures = row->get<int>(5), .network_known = row->get<int>(6) > 0};
}

Status add(db::Session& session, const AttemptKeys& keys, const AttemptRow& row) {
  return done(session.execute(kAdd, params(row.at, row.kind, row.success, keys.account, row.user_id, keys.address, keys.source, keys.network, row.risk)));
}

Result<Counted> count_failure(db::Session& session, const AttemptKeys& keys, std::optional<UserId> user, Timestamp now) {
  const auto row = session.one(kCountFailure, params(keys.account, keys.source, user, keys.address, now), "no failure");
  if (!row) return fail(row.error());
  return Counted{.failures = row->get<int>(0), .blocked_until = row->get<std::optional<Timestamp>>(1)};
}

Status block(db::Session& session, const AttemptKeys& keys, BlockId id, Timestamp now, Timestamp until) {
  return done(session.execute(kBlock, params(keys.account, keys.source, id, now, until)));
}

Status forget_failures(db::Session& session, const AttemptKeys& keys) { return done(session.execute(kForget, params(keys.account, keys.source))); }

Result<Timestamp> take_token(db::Session& session, std::string_view bucket, std::string_view id, Duration step, Timestamp now) {
  const auto row = session.one(kTakeToken, params(bucket, id, now, step.count()), "no bucket");
  if (!row) return fail(row.error());
  return row->get<Timestamp>(0);
}

Result<std::optional<Block>> find_block(db::Session& session, BlockId id) { return first_block(session, kFindBlock, params(id)); }

Result<std::vector<Block>> blocks_of_team(db::Session& session, const Tenant& tenant, Timestamp now, const BlockPosition& after, int limit) {
  const auto rows = session.query(kTeamBlocks, params(tenant.customer_id, now, after.blocked_at, after.id, limit));
  if (!rows) return fail(rows.error());
  std::vector<Block> blocks;
  for (const Row& row : *rows) blocks.push_back(to_block(row));
  return blocks;
}

Result<std::optional<Block>> find_block_of_team(db::Session& session, const Tenant& tenant, BlockId id, Timestamp now) {
  return first_block(session, kTeamBlock, params(tenant.customer_id, id, now));
}

Status lift(db::Session& session, BlockId id) { return done(session.execute(kLift, params(id))); }

Result<int> lift_all(db::Session& session, UserId user, Timestamp now) {
  const auto blocks = session.one(kCountBlocks, params(user, now), "no count");
  if (!blocks) return fail(blocks.error());
  if (const auto lifted = session.execute(kLiftAll, params(user)); !lifted) return fail(lifted.error());
  return blocks->get<int>(0);
}

Result<Targets> targets_of(db::Session& session, std::string_view source, Timestamp since) {
  const auto users = session.query(kTargetUsers, params(source, since));
  if (!users) return fail(users.error());
  const auto counts = session.one(kTargetCounts, params(source, since), "no count");
  if (!counts) return fail(counts.error());
  Targets targets{.accounts = counts->get<std::int64_t>(0), .attempts = counts->get<std::int64_t>(1)};
  for (const Row& row : *users) targets.users.push_back(row.get<UserId>(0));
  return targets;
}

Result<bool> may_notify(db::Session& session, std::string_view source, Timestamp now, Duration period) {
  const auto changed = session.execute(kMayNotify, params(source, now, now - period));
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

Result<bool> spend_proof(db::Session& session, std::string_view salt, Timestamp expires_at) {
  const auto inserted = session.execute(kSpendProof, params(salt, expires_at));
  if (!inserted) return fail(inserted.error());
  return *inserted > 0;
}

Status purge(db::Session& session, Timestamp now, Timestamp attempts_before) {
  if (auto gone = done(session.execute(kPurgeAttempts, params(attempts_before))); !gone) return gone;
  if (auto gone = done(session.execute(kPurgeFailures, params(attempts_before, now))); !gone) return gone;
  if (auto gone = done(session.execute(kPurgeLevels, params(now))); !gone) return gone;
  if (auto gone = done(session.execute(kPurgeNotices, params(now - std::chrono::hours(24)))); !gone) return gone;
  return done(session.execute(kPurgeProofs, params(now)));
}

}  // namespace openstrat::protection::attempt_store
