#include "mfa/code_store.hpp"

#include <vector>

#include "db/session.hpp"

namespace openstrat::mfa::code_store {
namespace {

using db::params;
using db::Query;

constexpr Query kFindTotp{"mfa_totp.find", "SELECT secret_enc, confirmed_at, expires_at, last_step FROM mfa_totp WHERE user_id = ?1"};
constexpr Query kBeginTotp{"mfa_totp.begin",
                           "INSERT INTO mfa_totp (user_id, secret_enc, confirmed_at, expires_at, last_step, created_at) "
                           "VALUES (?1, ?2, NULL, ?4, 0, ?3) ON CONFLICT (user_id) DO UPDATE SET secret_enc = excluded.secret_enc, "
                           "expires_at = excluded.expires_at, created_at = excluded.created_at WHERE mfa_totp.confirmed_at IS NULL"};
constexpr Query kConfirmTotp{"mfa_totp.confirm",
                             "UPDATE mfa_totp SET confirmed_at = ?4, last_step = ?3 "
                             "WHERE user_id = ?1 AND secret_enc = ?2 AND confirmed_at IS NULL"};
constexpr Query kUseStep{"mfa_totp.use", "UPDATE mfa_totp SET last_step = ?2 WHERE user_id = ?1 AND confirmed_at IS NOT NULL AND last_step < ?2"};
constexpr Query kRemoveTotp{"mfa_totp.delete", "DELETE FROM mfa_totp WHERE user_id = ?1"};
constexpr Query kPurgeTotp{"mfa_totp.purge", "DELETE FROM mfa_totp WHERE confirmed_at IS NULL AND expires_at < ?1"};

constexpr Query kAddCode{"mfa_recovery_code.insert",
                         "INSERT INTO mfa_recovery_codes (user_id, code_hash, created_at, used_at) VALUES (?1, ?2, ?3, NULL)"};
constexpr Query kUseCode{"mfa_recovery_code.use",
                         "UPDATE mfa_recovery_codes SET used_at = ?3 WHERE user_id = ?1 AND code_hash = ?2 AND used_at IS NULL"};
constexpr Query kCountCodes{"mfa_recovery_code.count",
                            "SELECT COUNT(CASE WHEN used_at IS NULL THEN 1 END), MIN(created_at) FROM mfa_recovery_codes WHERE user_id = ?1"};
constexpr Query kRemoveCodes{"mfa_recovery_code.delete_of_user", "DELETE FROM mfa_recovery_codes WHERE user_id = ?1"};

constexpr Query kStartAttempts{"mfa_attempts.insert",
                               "INSERT INTO mfa_attempts (user_id, kind, failures, last_failure_at) VALUES (?1, ?2, 0, 0) "
                               "ON CONFLICT (user_id, kind) DO NOTHING"};
constexpr Query kLockAttempts{"mfa_attempts.lock",
                              "SELECT failures, last_failure_at FROM mfa_attempts WHERE user_id = ?1 AND kind = ?2 {{for_update}}"};
constexpr Query kPutAttempts{"mfa_attempts.update",
                             "UPDATE mfa_attempts SET failures = ?3, last_failure_at = ?4 WHERE user_id = ?1 AND kind = ?2"};
constexpr Query kForgetAttempts{"mfa_attempts.delete", "DELETE FROM mfa_attempts WHERE user_id = ?1 AND kind = ?2"};

const char* word_for(Tried what) { return what == Tried::code ? "code" : "password"; }

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}
Result<bool> was_changed(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

}  // namespace

Result<std::optional<Totp>> find_totp(db::Session& session, UserId user) {
  const auto row = session.first(kFindTotp, params(user));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Totp>{};
  return std::optional<Totp>({.sealed_secret = (*row)->get<db::Blob>(0).bytes, .confirmed_at = (*row)->get<std::optional<Timestamp>>(1),
                              .expires_at = (*row)->get<Timestamp>(2), .last_step = (*row)->get<std::int64_t>(3)});
}

Result<bool> begin_totp(db::Session& session, UserId user, std::string_view sealed_secret, Timestamp now, Timestamp expires_at) {
  return was_changed(session.execute(kBeginTotp, params(user, db::Blob{std::string(sealed_secret)}, now, expires_at)));
}

Result<bool> confirm_totp(db::Session& session, UserId user, std::string_view sealed_secret, std::int64_t step, Timestamp now) {
  return was_changed(session.execute(kConfirmTotp, params(user, db::Blob{std::string(sealed_secret)}, step, now)));
}

Result<bool> use_totp_step(db::Session& session, UserId user, std::int64_t step) {
  return was_changed(session.execute(kUseStep, params(user, step)));
}

Status remove_totp(db::Session& session, UserId user) { return ignore_count(session.execute(kRemoveTotp, params(user))); }

Result<std::int64_t> purge_unfinished(db::Session& session, Timestamp expired_before) {
  return session.execute(kPurgeTotp, params(expired_before));
}

Status replace_recovery_codes(db::Session& session, UserId user, std::span<const std::string> hashes, Timestamp now) {
  if (auto removed = remove_recovery_codes(session, user); !removed) return removed;
  std::vector<db::Params> rows;
  for (const auto& hash : hashes) rows.push_back(params(user, hash, now));
  return ignore_count(session.execute_many(kAddCode, rows));
}

Result<bool> use_recovery_code(db::Session& session, UserId user, std::string_view hash, Timestamp now) {
  return was_changed(session.execute(kUseCode, params(user, hash, now)));
}

Result<RecoveryStatus> recovery_status(db::Session& session, UserId user) {
  const auto row = session.one(kCountCodes, params(user), "No such user.");
  if (!row) return fail(row.error());
  return RecoveryStatus{.remaining = row->get<int>(0), .created_at = row->get<std::optional<Timestamp>>(1)};
}

Status remove_recovery_codes(db::Session& session, UserId user) { return ignore_count(session.execute(kRemoveCodes, params(user))); }

Result<Attempts> lock_attempts(db::Session& session, UserId user, Tried what) {
  if (const auto started = session.execute(kStartAttempts, params(user, word_for(what))); !started) return fail(started.error());
  const auto row = session.one(kLockAttempts, params(user, word_for(what)), "No such user.");
  if (!row) return fail(row.error());
  return Attempts{.failures = row->get<int>(0), .last_failure_at = row->get<Timestamp>(1)};
}

Status put_attempts(db::Session& session, UserId user, Tried what, const Attempts& attempts) {
  return ignore_count(session.execute(kPutAttempts, params(user, word_for(what), attempts.failures, attempts.last_failure_at)));
}

Status forget_attempts(db::Session& session, UserId user, Tried what) {
  return ignore_count(session.execute(kForgetAttempts, params(user, word_for(what))));
}

}  // namespace openstrat::mfa::code_store
