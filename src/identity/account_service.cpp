#include "identity/account_service.hpp"

#include "db/session.hpp"
#include "identity/credential_cache.hpp"
#include "identity/member_store.hpp"
#include "identity/session_store.hpp"
#include "identity/user_store.hpp"

namespace openstrat::identity {
namespace {

using db::params;
using db::Query;

constexpr int kKeptPasswords = 24;  // as many as a team may demand

constexpr Query kIsUnclaimed{"account.is_unclaimed", "SELECT 1 FROM account_claim WHERE id = 1 AND NOT claimed AND NOT EXISTS (SELECT 1 FROM users)"};
constexpr Query kHistory{"password_history.list",
                         "SELECT hash FROM password_history WHERE user_id = ?1 ORDER BY created_at DESC LIMIT ?2"};
constexpr Query kRemember{"password_history.add",
                          "INSERT INTO password_history (user_id, created_at, hash) VALUES (?1, ?2, ?3) "
                          "ON CONFLICT (user_id, created_at) DO UPDATE SET hash = excluded.hash"};
constexpr Query kForgetOld{"password_history.trim",
                           "DELETE FROM password_history WHERE user_id = ?1 AND created_at NOT IN "
                           "(SELECT created_at FROM password_history WHERE user_id = ?1 ORDER BY created_at DESC LIMIT ?2)"};
constexpr Query kSetPassword{"user.set_password",
                             "UPDATE users SET password_hash = ?2, must_change_password = ?3, password_changed_at = ?4, updated_at = ?4 "
                             "WHERE id = ?1"};
constexpr Query kReplaceHash{"user.replace_hash", "UPDATE users SET password_hash = ?2 WHERE id = ?1"};
constexpr Query kReplaceInHistory{"password_history.replace_newest",
                                  "UPDATE password_history SET hash = ?2 WHERE user_id = ?1 AND created_at = "
                                  "(SELECT MAX(created_at) FROM password_history WHERE user_id = ?1)"};
constexpr Query kSetVerified{"user.set_verified",
                             "UPDATE users SET email_verified = TRUE, updated_at = ?2, "
                             "status = CASE WHEN status IN ('invited', 'unverified') THEN 'active' ELSE status END WHERE id = ?1"};
constexpr Query kSetEmail{"user.set_email", "UPDATE users SET email = ?2, email_verified = TRUE, updated_at = ?3 WHERE id = ?1"};
constexpr Query kAcquaintance{"session.acquaintance",
                              "SELECT COUNT(*), SUM(CASE WHEN s.user_agent = ?2 OR s.ip = ?3 THEN 1 ELSE 0 END) FROM "
                              "(SELECT user_agent, ip FROM sessions WHERE user_id = ?1 AND cookie_hash IS NOT NULL "
                              "ORDER BY created_at DESC LIMIT 200) s"};

Status changed_one(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  if (*changed == 0) return fail(Errc::not_found, "No such user.");
  return {};
}

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Result<std::optional<User>> AccountService::find(db::Session& session, std::string_view normalised_email) {
  return user_store::find_by_email(session, normalised_email);
}

Result<User> AccountService::find(db::Session& session, UserId id) { return user_store::find(session, id); }

Status AccountService::add(db::Session& session, const User& user) { return user_store::insert(session, user); }

Result<bool> AccountService::is_unclaimed(db::Session& session) {
  const auto row = session.first(kIsUnclaimed);
  if (!row) return fail(row.error());
  return row->has_value();
}

Result<bool> AccountService::claim_first(db::Session& session) { return user_store::claim_first(session); }

Result<std::vector<std::string>> AccountService::earlier_passwords(db::Session& session, UserId id, int count) {
  const auto rows = session.query(kHistory, params(id, count));
  if (!rows) return fail(rows.error());
  std::vector<std::string> hashes;
  for (const auto& row : *rows) hashes.push_back(row.get<std::string>(0));
  return hashes;
}

Status AccountService::set_password(db::Session& session, UserId id, const std::string& phc, Forced forced) {
  const Timestamp now = clock_.now();
  if (auto set = changed_one(session.execute(kSetPassword, params(id, phc, forced == Forced::yes, now))); !set) return set;
  if (auto kept = ignore_count(session.execute(kRemember, params(id, now, phc))); !kept) return kept;
  if (auto noted = cache_.changed(session, Change::of(id)); !noted) return noted;
  return ignore_count(session.execute(kForgetOld, params(id, kKeptPasswords)));
}

Status AccountService::replace_hash(db::Session& session, UserId id, const std::string& phc) {
  if (auto set = changed_one(session.execute(kReplaceHash, params(id, phc))); !set) return set;
  return ignore_count(session.execute(kReplaceInHistory, params(id, phc)));
}

Status AccountService::set_verified(db::Session& session, UserId id) {
  if (auto noted = cache_.changed(session, Change::of(id)); !noted) return noted;
  return changed_one(session.execute(kSetVerified, params(id, clock_.now())));
}

Status AccountService::set_email(db::Session& session, UserId id, const std::string& normalised_email) {
  if (auto noted = cache_.changed(session, Change::of(id)); !noted) return noted;
  return changed_one(session.execute(kSetEmail, params(id, normalised_email, clock_.now())));
}

Result<Member> AccountService::profile(db::Session& session, UserId id) { return member_store::find_anywhere(session, id); }

Status AccountService::change_profile(db::Session& session, UserId id, const ProfileChange& change) {
  auto member = member_store::find_anywhere(session, id);
  if (!member) return fail(member.error());
  if (auto applied = apply_profile(*member, change); !applied) return applied;
  if (auto noted = cache_.changed(session, Change::of(id)); !noted) return noted;
  return member_store::update_profile(session, *member, clock_.now());
}

Status AccountService::end_sessions(db::Session& session, UserId id, std::string_view except) {
  if (auto noted = cache_.changed(session, Change::of(id)); !noted) return noted;
  return session_store::revoke_all(session, id, except, clock_.now());
}

Result<AccountService::Acquaintance> AccountService::acquaintance(db::Session& session, UserId id, const Origin& origin) {
  const auto row = session.one(kAcquaintance, params(id, origin.user_agent.value_or(""), origin.ip.value_or("")), "No such user.");
  if (!row) return fail(row.error());
  return Acquaintance{.any = row->get<std::int64_t>(0) > 0, .here = !row->is_null(1) && row->get<std::int64_t>(1) > 0};
}

Result<std::optional<TeamId>> AccountService::first_team(db::Session& session, UserId id) {
  const auto teams = user_store::teams_of(session, id);
  if (!teams) return fail(teams.error());
  return teams->empty() ? std::optional<TeamId>{} : std::optional<TeamId>(teams->front().id);
}

}  // namespace openstrat::identity
