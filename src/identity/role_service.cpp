#include "identity/role_service.hpp"

#include <algorithm>
#include <set>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "identity/credential_cache.hpp"
#include "identity/role_store.hpp"
#include "identity/scopes.hpp"

namespace openstrat::identity {
namespace {

Result<std::vector<std::string>> expanded(const std::vector<std::string>& names) {
  std::set<std::string> scopes;
  std::vector<FieldError> wrong;
  for (const auto& name : names) {
    const auto found = expand_scope(name);
    if (found.empty()) wrong.push_back({"scopes", "has no scope called " + name});
    scopes.insert(found.begin(), found.end());
  }
  if (names.empty()) wrong.push_back({"scopes", "must name at least one scope"});
  if (!wrong.empty()) return fail(Error(Errc::invalid, "The role is not valid.").with_fields(std::move(wrong)));
  return std::vector<std::string>(scopes.begin(), scopes.end());
}

Status check_name(const std::string& name) {
  if (text::trim(name).empty() || text::length_utf8(name) > 100) return invalid_field("name", "must have 1 to 100 characters");
  return {};
}

bool is_system_name(std::string_view name) {
  return std::ranges::any_of(kSystemRoles, [&](SystemRole role) { return text::lower(name_of(role)) == text::lower(name); });
}

/// What is in one sorted list and not in the other.
std::vector<std::string> difference(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> out;
  std::ranges::set_difference(a, b, std::back_inserter(out));
  return out;
}

Error name_taken() { return {Errc::conflict, "already_exists", "There is a role of this name already."}; }

}  // namespace

Status keeps_administration(db::Session& session, const Actor& actor) {
  if (!actor.user_id) return {};
  const auto now = role_store::unlimited_scopes(session, actor.tenant, *actor.user_id);
  if (!now) return fail(now.error());
  for (const char* scope : {"user:update", "role:update"})
    if (actor.holds(scope) && !std::ranges::binary_search(*now, scope))
      return fail(Errc::conflict, "You would take the right to manage roles from yourself. Let somebody else do it.");
  return {};
}

Result<std::vector<Role>> RoleService::list(const Tenant& tenant) {
  return deps_.database.read([&](db::Session& session) { return role_store::list(session, tenant); });
}

Result<Role> RoleService::find(const Tenant& tenant, RoleId id) {
  return deps_.database.read([&](db::Session& session) { return role_store::find(session, tenant, id); });
}

Result<Role> RoleService::create(const Actor& actor, const std::string& name, const std::vector<std::string>& names) {
  if (auto valid = check_name(name); !valid) return fail(valid.error());
  auto scopes = expanded(names);
  if (!scopes) return fail(scopes.error());
  if (auto allowed = may_grant(actor, *scopes); !allowed) return fail(allowed.error());
  const Timestamp now = deps_.clock.now();
  const Role role{.id = RoleId(uuid_v4(deps_.rng)), .team_id = actor.tenant.customer_id, .name = std::string(text::trim(name)),
                  .scopes = *std::move(scopes), .users = 0, .created_at = now, .updated_at = now};
  if (is_system_name(role.name)) return fail(name_taken());
  const auto stored = deps_.database.write([&](db::Session& session) -> Status {
    const auto count = role_store::count_custom(session, actor.tenant);
    if (!count) return fail(count.error());
    if (*count >= kMostCustom) return fail(Errc::conflict, "limit_reached", "A team may have 50 roles of its own.");
    return role_store::insert(session, role);
  });
  if (stored) return role;
  return fail(stored.error().reason() == "already_exists" ? name_taken() : stored.error());
}

Result<Role> RoleService::find_custom(db::Session& session, const Tenant& tenant, RoleId id) {
  auto role = role_store::find(session, tenant, id);
  if (role && role->is_system()) return fail(Errc::forbidden, "insufficient_role", "System roles cannot be changed; copy the role instead.");
  return role;
}

Result<Role> RoleService::update(const Actor& actor, RoleId id, const RoleChange& change) {
  if (change.name)
    if (auto valid = check_name(*change.name); !valid) return fail(valid.error());
  auto wanted = change.scopes ? expanded(*change.scopes) : Result<std::vector<std::string>>(std::vector<std::string>{});
  if (!wanted) return fail(wanted.error());
  auto updated = deps_.database.write([&](db::Session& session) -> Result<Role> {
    auto role = find_custom(session, actor.tenant, id);
    if (!role) return role;
    if (change.scopes) {  // neither give what one does not have, nor take it from others
      if (auto allowed = may_grant(actor, difference(*wanted, role->scopes)); !allowed) return fail(allowed.error());
      if (auto allowed = may_grant(actor, difference(role->scopes, *wanted)); !allowed) return fail(allowed.error());
      role->scopes = *wanted;
    }
    if (change.name) role->name = std::string(text::trim(*change.name));
    if (is_system_name(role->name)) return fail(name_taken());
    role->updated_at = deps_.clock.now();
    if (auto stored = role_store::update(session, *role); !stored) return fail(stored.error());
    if (auto kept = keeps_administration(session, actor); !kept) return fail(kept.error());
    if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return fail(noted.error());
    return role;
  });
  if (updated || updated.error().reason() != "already_exists") return updated;
  return fail(name_taken());
}

Status RoleService::remove(const Actor& actor, RoleId id, Force force) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto role = find_custom(session, actor.tenant, id);
    if (!role) return fail(role.error());
    const auto used = role_store::is_used(session, actor.tenant, id);
    if (!used) return fail(used.error());
    if (*used && force == Force::no)
      return fail(Errc::conflict, "in_use", "Somebody holds this role. Take it from them first, or delete with force=true, which does.");
    if (*used)
      if (auto allowed = may_grant(actor, role->scopes); !allowed) return allowed;
    if (auto removed = role_store::remove(session, actor.tenant, id); !removed) return removed;
    if (auto kept = keeps_administration(session, actor); !kept) return kept;
    return deps_.cache.changed(session, Change::of(id));
  });
}

}  // namespace openstrat::identity
