// From the caller of a request to an Actor.
#pragma once

#include "http/call.hpp"
#include "identity/access_types.hpp"

namespace openstrat::identity {

class TeamService;

/// What the caller holds for some sites only does not count: it is no right over the team.
Actor actor_of(const http::Call& call);
/// Rights are those in the active team, so operations that need one work there only: not_found for a team of others, forbidden
/// `insufficient_role` for another one of the caller.
Status must_be_active(const http::Call& call, TeamService& teams, TeamId team);

}  // namespace openstrat::identity
