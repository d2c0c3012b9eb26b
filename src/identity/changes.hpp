// What has changed about who may do what: written in the transaction of the change, read by every node several times a second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::identity {

/// What a node has to look up again.
struct Change {
  enum class Kind { user, session, team, role, key };
  Kind kind;
  std::string id;

  static Change of(UserId user) { return {Kind::user, user.to_string()}; }        ///< profile, status, memberships and roles of a user
  static Change of(TeamId team) { return {Kind::team, team.to_string()}; }        ///< everything that acts for the team
  static Change of(RoleId role) { return {Kind::role, role.to_string()}; }
  static Change of(CredentialId key) { return {Kind::key, key.to_string()}; }
  static Change of_session(std::string_view id) { return {Kind::session, std::string(id)}; }
};

namespace change_store {

/// Takes the next generation. The row of the counter stays locked until the commit, so generations become visible in their
/// order and without gaps: a reader that asks for what is newer than the newest it saw misses nothing.
Status append(db::Session& session, const Change& change, Timestamp now);

struct Numbered {
  std::int64_t generation = 0;
  Change change;
};
Result<std::int64_t> newest(db::Session& session);
Result<std::vector<Numbered>> after(db::Session& session, std::int64_t generation, int limit);
Result<std::int64_t> purge_before(db::Session& session, Timestamp before, int limit);

}  // namespace change_store
}  // namespace openstrat::identity
