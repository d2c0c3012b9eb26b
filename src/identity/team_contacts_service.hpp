// Who answers for a team, for mails that concern all of it.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::identity {

/// Active users with the role Owner or Administrator in the team, at most a hundred, oldest account first.
Result<std::vector<User>> administrators_of(db::Session& session, const Tenant& tenant);

}  // namespace openstrat::identity
