// SQL of the users of a team: profiles, memberships, deletion.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "identity/access_types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::identity::member_store {

/// By name, with their roles.
Result<std::vector<Member>> list(db::Session& session, const Tenant& tenant, std::int64_t offset, int limit);
Result<std::int64_t> count(db::Session& session, const Tenant& tenant);
Result<Member> find(db::Session& session, const Tenant& tenant, UserId id);  ///< not_found when he is no member
/// Whether or not he is in a team; without roles.
Result<Member> find_anywhere(db::Session& session, UserId id);
Status update_profile(db::Session& session, const Member& member, Timestamp now);

/// Teams of a user besides this one.
Result<std::int64_t> other_teams(db::Session& session, const Tenant& tenant, UserId id);
/// Who holds the role Owner or Administrator and may sign in: for mails about the team.
Result<std::vector<Member>> administrators(db::Session& session, const Tenant& tenant);

/// Sessions that act for the team have no team any more.
Status leave_in_sessions(db::Session& session, const Tenant& tenant, UserId id);
/// The row stays for a while without password; the address is free at once.
Status mark_deleted(db::Session& session, UserId id, Timestamp now);
Result<std::vector<UserId>> deleted_before(db::Session& session, Timestamp before, int limit);
/// conflict `in_use` when another area still refers to the user.
Status purge(db::Session& session, UserId id);
/// What is left when purge() cannot be: a row without name and address.
Status blank(db::Session& session, UserId id);

}  // namespace openstrat::identity::member_store
