#include "http/router.hpp"
#include "identity/actor.hpp"
#include "identity/role_service.hpp"
#include "identity/routes.hpp"
#include "identity/team_dto.hpp"

namespace openstrat::identity {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::NoContent;
using http::NoFields;

constexpr std::string_view kFamily = "Roles";

RoleView to_view(const Role& role) {
  return {.id = role.id, .name = role.name, .guard_name = "api", .team_id = role.team_id, .system = role.is_system(), .scopes = role.scopes,
          .users_count = role.users, .created_at = role.created_at, .updated_at = role.updated_at};
}

Result<RoleView> to_answer(const Result<Role>& role) {
  if (!role) return fail(role.error());
  return to_view(*role);
}

}  // namespace

void add_role_routes(http::Router& router, const Services& s) {
  router.add<NoFields, std::vector<RoleView>>(Method::get, "/roles", {
      .family = kFamily, .summary = "List roles", .description = "The system roles, then those of the team, each by name.",
      .auth = Auth::bearer | Auth::api_key, .scope = "role:view",
      .handle = [s](Call& call, NoFields) -> Result<std::vector<RoleView>> {
        const auto roles = s.roles.list(call.tenant());
        if (!roles) return fail(roles.error());
        std::vector<RoleView> views;
        for (const Role& role : *roles) views.push_back(to_view(role));
        return views;
      }});
  router.add<CreateRoleRequest, RoleView>(Method::post, "/roles", {
      .family = kFamily, .summary = "Create a role", .description = "Of scopes that you hold yourself. A team may have 50.",
      .auth = Auth::bearer, .scope = "role:create", .status = 201, .errors = {Errc::conflict},
      .handle = [s](Call& call, CreateRoleRequest request) { return to_answer(s.roles.create(actor_of(call), request.name, request.scopes)); }});
  router.add<UpdateRoleRequest, RoleView>(Method::put, "/roles/{role}", {
      .family = kFamily, .summary = "Update a role", .description = "Counts within a second for everybody who holds it. 403 for system roles.",
      .auth = Auth::bearer, .scope = "role:update", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, UpdateRoleRequest request) {
        return to_answer(s.roles.update(actor_of(call), request.role, {.name = std::move(request.name), .scopes = std::move(request.scopes)}));
      }});
  router.add<DeleteRoleRequest, NoContent>(Method::delete_, "/roles/{role}", {
      .family = kFamily, .summary = "Delete a role", .description = "409 `in_use` while somebody holds it, unless `force=true`: then they lose it.",
      .auth = Auth::bearer, .scope = "role:delete", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, DeleteRoleRequest request) -> Result<NoContent> {
        const auto force = request.force ? RoleService::Force::yes : RoleService::Force::no;
        if (auto done = s.roles.remove(actor_of(call), request.role, force); !done) return fail(done.error());
        return NoContent{};
      }});
}

}  // namespace openstrat::identity
