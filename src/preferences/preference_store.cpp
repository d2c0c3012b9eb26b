#include "preferences/preference_store.hpp"

#include "db/session.hpp"

namespace openstrat::preferences::preference_store {
namespace {

using db::params;
using db::Query;

constexpr Query kList{"preference.list", "SELECT name, value, revision, updated_at FROM preference WHERE customer_id = ?1 AND user_id = ?2 ORDER BY name LIMIT ?3"};
constexpr Query kFind{"preference.find", "SELECT name, value, revision, updated_at FROM preference WHERE customer_id = ?1 AND user_id = ?2 AND name = ?3"};
constexpr Query kCount{"preference.count", "SELECT COUNT(*) FROM preference WHERE customer_id = ?1 AND user_id = ?2"};
constexpr Query kInsert{"preference.insert", "INSERT INTO preference (customer_id, user_id, name, value, revision, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                                             "ON CONFLICT (customer_id, user_id, name) DO NOTHING"};
constexpr Query kReplace{"preference.replace", "UPDATE preference SET value = ?4, revision = ?5, updated_at = ?6 "
                                               "WHERE customer_id = ?1 AND user_id = ?2 AND name = ?3 AND revision = ?5 - 1"};
constexpr Query kRemove{"preference.remove", "DELETE FROM preference WHERE customer_id = ?1 AND user_id = ?2 AND name = ?3"};
constexpr Query kRemoveOfTeam{"preference.remove_of_team", "DELETE FROM preference WHERE customer_id = ?1"};
constexpr Query kRemoveOfUser{"preference.remove_of_user", "DELETE FROM preference WHERE user_id = ?1"};

Preference read(const db::Row& row) {
  return {.name = row.get<std::string>(0), .value = row.get<std::string>(1), .revision = row.get<std::int64_t>(2), .updated_at = row.get<Timestamp>(3)};
}

Result<bool> any(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

}  // namespace

Result<std::vector<Preference>> list(db::Session& session, const Tenant& tenant, UserId user, int limit) {
  const auto rows = session.query(kList, params(tenant.customer_id, user, limit));
  if (!rows) return fail(rows.error());
  std::vector<Preference> out;
  for (const auto& row : *rows) out.push_back(read(row));
  return out;
}

Result<std::optional<Preference>> find(db::Session& session, const Tenant& tenant, UserId user, std::string_view name) {
  const auto row = session.first(kFind, params(tenant.customer_id, user, name));
  if (!row) return fail(row.error());
  return *row ? std::optional(read(**row)) : std::nullopt;
}

Result<std::int64_t> count(db::Session& session, const Tenant& tenant, UserId user) {
  const auto row = session.one(kCount, params(tenant.customer_id, user), "No count.");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Result<bool> insert(db::Session& session, const Tenant& tenant, UserId user, const Preference& preference) {
  return any(session.execute(kInsert, params(tenant.customer_id, user, preference.name, preference.value, preference.revision, preference.updated_at)));
}

Result<bool> replace(db::Session& session, const Tenant& tenant, UserId user, const Preference& preference) {
  return any(session.execute(kReplace, params(tenant.customer_id, user, preference.name, preference.value, preference.revision, preference.updated_at)));
}

Result<bool> remove(db::Session& session, const Tenant& tenant, UserId user, std::string_view name) {
  return any(session.execute(kRemove, params(tenant.customer_id, user, name)));
}

Status remove_of_team(db::Session& session, const Tenant& tenant) {
  const auto removed = session.execute(kRemoveOfTeam, params(tenant.customer_id));
  if (!removed) return fail(removed.error());
  return {};
}

Status remove_of_user(db::Session& session, UserId user) {
  const auto removed = session.execute(kRemoveOfUser, params(user));
  if (!removed) return fail(removed.error());
  return {};
}

}  // namespace openstrat::preferences::preference_store
