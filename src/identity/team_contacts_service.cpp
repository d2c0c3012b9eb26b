#include "identity/team_contacts_service.hpp"

#include "db/session.hpp"
#include "identity/user_service.hpp"
#include "identity/user_store.hpp"

namespace openstrat::identity {
namespace {

constexpr db::Query kAdministrators{
    "users.administrators",
    "SELECT DISTINCT u.id, u.created_at FROM user_roles r JOIN users u ON u.id = r.user_id "
    "WHERE r.team_id = ?1 AND r.role_id IN (?2, ?3) AND u.status = 'active' ORDER BY u.created_at, u.id LIMIT 100"};

}  // namespace

Result<std::vector<User>> administrators_of(db::Session& session, const Tenant& tenant) {
  const auto rows = session.query(kAdministrators, db::params(tenant.customer_id, id_of(SystemRole::owner), id_of(SystemRole::administrator)));
  if (!rows) return fail(rows.error());
  std::vector<User> people;
  for (const db::Row& row : *rows) {
    auto user = user_store::find(session, row.get<UserId>(0));
    if (!user) return fail(user.error());
    people.push_back(*std::move(user));
  }
  return people;
}

}  // namespace openstrat::identity
