// SQL of teams and invitations.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/access_types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::identity::team_store {

Status update(db::Session& session, const Team& team);  ///< name, site limit, owner
Result<std::int64_t> count_owned(db::Session& session, UserId owner);
/// Memberships, roles, keys, invitations and the team itself.
Status remove(db::Session& session, const Tenant& tenant);

Result<std::vector<Invite>> invites(db::Session& session, const Tenant& tenant, Timestamp now, int limit);  ///< open ones, newest first
Result<std::int64_t> count_invites(db::Session& session, const Tenant& tenant);
Result<std::optional<Invite>> find_invite(db::Session& session, const Tenant& tenant, std::string_view email);
/// Expired or not. The secret in the link proves the team.
Result<std::optional<Invite>> find_invite_by_token(db::Session& session, std::string_view token_hash);
/// Replaces an older one to the same address.
Status put_invite(db::Session& session, const Invite& invite, std::string_view token_hash);
Result<bool> remove_invite(db::Session& session, const Tenant& tenant, const Uuid& id);
Result<std::int64_t> purge_invites(db::Session& session, Timestamp expired_before, int limit);

}  // namespace openstrat::identity::team_store
