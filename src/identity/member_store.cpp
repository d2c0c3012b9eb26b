#include "identity/member_store.hpp"

#include "db/session.hpp"
#include "identity/role_store.hpp"

namespace openstrat::identity::member_store {
namespace {

using db::params;
using db::Query;

#define MEMBER_COLUMNS                                                                                                       \
  "u.id, u.email, u.email_verified, u.name, u.allow_login, u.idp, u.mobile_e164, u.mobile_local, u.mobile_country, "         \
  "u.mobile_verified, u.country, u.timezone, u.date_format, u.time_format, u.locale, u.picture, u.mfa_enabled, u.status, "   \
  "u.last_login_at, u.created_at, u.updated_at"
#define MEMBER_FROM " FROM team_members m JOIN users u ON u.id = m.user_id WHERE m.team_id = ?1 AND u.status <> 'deleted' "

constexpr Query kList{"team_member.list", "SELECT " MEMBER_COLUMNS MEMBER_FROM "ORDER BY u.name, u.id LIMIT ?2 OFFSET ?3"};
constexpr Query kCount{"team_member.count", "SELECT COUNT(*)" MEMBER_FROM};
constexpr Query kFind{"team_member.get", "SELECT " MEMBER_COLUMNS MEMBER_FROM "AND u.id = ?2"};
constexpr Query kFindAnywhere{"user.profile", "SELECT " MEMBER_COLUMNS " FROM users u WHERE u.id = ?1 AND u.status <> 'deleted'"};
constexpr Query kUpdate{"user.update_profile",
                        "UPDATE users SET name = ?2, allow_login = ?3, mobile_e164 = ?4, mobile_local = ?5, mobile_country = ?6, "
                        "mobile_verified = ?7, country = ?8, timezone = ?9, date_format = ?10, time_format = ?11, locale = ?12, "
                        "updated_at = ?13, picture = ?14 WHERE id = ?1"};
constexpr Query kOtherTeams{"team_member.count_others", "SELECT COUNT(*) FROM team_members WHERE user_id = ?2 AND team_id <> ?1"};
constexpr Query kAdministrators{
    "team_member.administrators",
    "SELECT DISTINCT " MEMBER_COLUMNS " FROM user_roles a JOIN roles r ON r.id = a.role_id JOIN users u ON u.id = a.user_id "
    "WHERE a.team_id = ?1 AND r.team_id IS NULL AND r.name IN ('Owner', 'Administrator') AND u.status = 'active' "
    "AND u.allow_login = TRUE ORDER BY u.id LIMIT 50"};
constexpr Query kLeave{"session.leave_team", "UPDATE sessions SET current_team_id = NULL WHERE user_id = ?2 AND current_team_id = ?1"};
constexpr Query kMarkDeleted{"user.mark_deleted",
                             "UPDATE users SET status = 'deleted', deleted_at = ?2, deleted_email = email, email = id || '@deleted.invalid', "
                             "password_hash = NULL, allow_login = FALSE, is_operator = FALSE, updated_at = ?2 WHERE id = ?1"};
constexpr Query kForgetPasswords{"password_history.delete_of_user", "DELETE FROM password_history WHERE user_id = ?1"};
constexpr Query kDeletedBefore{"user.deleted_before",
                               "SELECT id FROM users WHERE deleted_at IS NOT NULL AND deleted_at < ?1 ORDER BY deleted_at LIMIT ?2"};
constexpr Query kPurgeSessions{"session.delete_of_user", "DELETE FROM sessions WHERE user_id = ?1"};
constexpr Query kBlank{"user.blank",
                       "UPDATE users SET name = '', deleted_email = NULL, deleted_at = NULL, mobile_e164 = NULL, mobile_local = NULL, "
                       "picture = NULL WHERE id = ?1"};
constexpr Query kPurge{"user.purge", "DELETE FROM users WHERE id = ?1"};

Member read_member(const db::Row& row) {
  Member member;
  std::size_t column = 0;
  const auto next = [&](auto& field) { field = row.get<std::remove_reference_t<decltype(field)>>(column++); };
  next(member.id), next(member.email), next(member.email_verified), next(member.name), next(member.allow_login), next(member.idp);
  const auto e164 = row.get<std::optional<std::string>>(column++);
  const auto local = row.get<std::optional<std::string>>(column++);
  const auto country = row.get<std::optional<std::string>>(column++);
  if (e164) member.mobile = Mobile{*e164, local.value_or(""), country.value_or("")};
  next(member.mobile_verified), next(member.country), next(member.timezone), next(member.date_format), next(member.time_format);
  next(member.locale), next(member.picture), next(member.mfa_enabled);
  member.status = *parse_user_status(row.get<std::string>(column++));
  next(member.last_login_at), next(member.created_at), next(member.updated_at);
  return member;
}

Result<std::vector<Member>> read_members(const Result<std::vector<db::Row>>& rows) {
  if (!rows) return fail(rows.error());
  std::vector<Member> members;
  for (const auto& row : *rows) members.push_back(read_member(row));
  return members;
}

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

Result<std::int64_t> read_count(const Result<db::Row>& row) {
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

}  // namespace

Result<std::vector<Member>> list(db::Session& session, const Tenant& tenant, std::int64_t offset, int limit) {
  auto members = read_members(session.query(kList, params(tenant.customer_id, limit, offset)));
  if (!members) return members;
  auto roles = role_store::assignments(session, tenant, std::nullopt);
  if (!roles) return fail(roles.error());
  for (Member& member : *members)
    if (const auto found = roles->find(member.id); found != roles->end()) member.roles = std::move(found->second);
  return members;
}

Result<std::int64_t> count(db::Session& session, const Tenant& tenant) {
  return read_count(session.one(kCount, params(tenant.customer_id), "no count"));
}

Result<Member> find(db::Session& session, const Tenant& tenant, UserId id) {
  const auto row = session.one(kFind, params(tenant.customer_id, id), "No such user.");
  if (!row) return fail(row.error());
  Member member = read_member(*row);
  auto roles = role_store::assignments(session, tenant, id);
  if (!roles) return fail(roles.error());
  member.roles = std::move((*roles)[id]);
  return member;
}

Result<Member> find_anywhere(db::Session& session, UserId id) {
  const auto row = session.one(kFindAnywhere, params(id), "No such user.");
  if (!row) return fail(row.error());
  return read_member(*row);
}

Status update_profile(db::Session& session, const Member& m, Timestamp now) {
  const auto part = [&](std::string Mobile::*field) { return m.mobile ? std::optional((*m.mobile).*field) : std::nullopt; };
  return ignore_count(session.execute(
      kUpdate, params(m.id, m.name, m.allow_login, part(&Mobile::e164), part(&Mobile::local), part(&Mobile::country), m.mobile_verified,
                      m.country, m.timezone, m.date_format, m.time_format, m.locale, now, m.picture)));
}

Result<std::int64_t> other_teams(db::Session& session, const Tenant& tenant, UserId id) {
  return read_count(session.one(kOtherTeams, params(tenant.customer_id, id), "no count"));
}

Result<std::vector<Member>> administrators(db::Session& session, const Tenant& tenant) {
  return read_members(session.query(kAdministrators, params(tenant.customer_id)));
}

Status leave_in_sessions(db::Session& session, const Tenant& tenant, UserId id) {
  return ignore_count(session.execute(kLeave, params(tenant.customer_id, id)));
}

Status mark_deleted(db::Session& session, UserId id, Timestamp now) {
  if (auto done = ignore_count(session.execute(kForgetPasswords, params(id))); !done) return done;
  return ignore_count(session.execute(kMarkDeleted, params(id, now)));
}

Result<std::vector<UserId>> deleted_before(db::Session& session, Timestamp before, int limit) {
  const auto rows = session.query(kDeletedBefore, params(before, limit));
  if (!rows) return fail(rows.error());
  std::vector<UserId> ids;
  for (const auto& row : *rows) ids.push_back(row.get<UserId>(0));
  return ids;
}

Status purge(db::Session& session, UserId id) {
  if (auto done = ignore_count(session.execute(kPurgeSessions, params(id))); !done) return done;
  return ignore_count(session.execute(kPurge, params(id)));
}

Status blank(db::Session& session, UserId id) { return ignore_count(session.execute(kBlank, params(id))); }

}  // namespace openstrat::identity::member_store
