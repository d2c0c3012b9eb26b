// Access tokens: JWTs (RS256) that say who signed in; what the user may do is looked up per request.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/settings.hpp"
#include "identity/ttl_cache.hpp"
#include "identity/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::identity {

class CredentialCache;
class SigningKeys;

/// The claims that we read. Others (name, e-mail, formats) are for the client.
struct Claims {
  UserId user_id;
  std::string session_id;
  std::vector<std::string> scopes;  ///< sorted
  Timestamp expires_at{};
  Timestamp not_before{};
};

class TokenService {
 public:
  static constexpr std::chrono::seconds kLeeway{60};

  struct Dependencies {
    db::Database& database;
    SigningKeys& keys;
    CredentialCache& cache;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit TokenService(Dependencies dependencies);

  /// Where a sign-in came from; empty for the command line.
  struct Origin {
    std::optional<std::string> ip;
    std::optional<std::string> user_agent;
  };
  struct Issued {
    std::string access_token;
    Timestamp expires_at{};
    std::string session_id;
  };
  /// Starts a session. `team` absent: the user's first team, or none. forbidden `user_blocked`; not_found when the user is
  /// not a member of the team.
  Result<Issued> issue(UserId user, std::optional<TeamId> team, const Origin& origin);
  /// Signature, issuer, audience and times. unauthenticated `token_invalid` or `token_expired` with the reason. Signatures
  /// that held are remembered for a minute.
  Result<std::shared_ptr<const Claims>> verify(std::string_view token);

  Status revoke_session(std::string_view session_id);
  /// Deletes sessions that ended a while ago, in bounded steps.
  Status purge_sessions();

 private:
  Result<Claims> decode(std::string_view token);

  Dependencies deps_;
  TtlCache<Claims> verified_;  ///< by SHA-256 of the token
};

}  // namespace openstrat::identity
