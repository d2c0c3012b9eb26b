#include "identity/actor.hpp"

#include <algorithm>

#include "identity/team_service.hpp"

namespace openstrat::identity {

Actor actor_of(const http::Call& call) {
  Actor actor{.tenant = Tenant{call.tenant().customer_id}, .user_id = call.principal.user_id, .scopes = call.principal.scopes};
  if (const auto& limits = call.principal.site_limits) std::erase_if(actor.scopes, [&](const auto& scope) { return limits->contains(scope); });
  return actor;
}

Status must_be_active(const http::Call& call, TeamService& teams, TeamId team) {
  if (team == call.tenant().customer_id) return {};
  const auto member = teams.is_member(*call.principal.user_id, team);
  if (!member) return fail(member.error());
  if (!*member) return fail(Errc::not_found, "No such team.");
  return fail(Errc::forbidden, "insufficient_role", "Your rights are those in your active team; switch to this one first.");
}

}  // namespace openstrat::identity
