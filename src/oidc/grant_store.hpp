// SQL of what was handed out: codes, grants, refresh tokens; and of client assertions that were seen.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "oidc/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::oidc::grant_store {

Status insert_code(db::Session& session, const Code& code);
Result<std::optional<Code>> find_code(db::Session& session, std::string_view hash);
/// False: somebody else was first.
Result<bool> use_code(db::Session& session, std::string_view hash, Timestamp now);

Status insert(db::Session& session, const Grant& grant);
Result<std::optional<Grant>> find(db::Session& session, std::string_view id);
Status touch(db::Session& session, std::string_view id, Timestamp now);
/// False: it had ended already.
Result<bool> revoke(db::Session& session, std::string_view id, std::string_view why, Timestamp now);
/// Absent `user`: of everybody.
Status revoke_of_client(db::Session& session, std::string_view client_id, std::optional<UserId> user, std::string_view why, Timestamp now);

Status insert_refresh_token(db::Session& session, const RefreshToken& token);
Result<std::optional<RefreshToken>> find_refresh_token(db::Session& session, std::string_view hash);
/// False: it was used before.
Result<bool> use_refresh_token(db::Session& session, std::string_view hash, Timestamp now);

/// False: it was seen before.
Result<bool> remember_assertion(db::Session& session, std::string_view client_id, std::string_view jti_hash, Timestamp expires_at);

/// Removes at most `limit` rows of each kind that nobody needs any more; how many went.
Result<std::int64_t> purge(db::Session& session, Timestamp now, int limit);

}  // namespace openstrat::oidc::grant_store
