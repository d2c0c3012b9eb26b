// Access tokens: JWTs (RS256) that say who signed in; what the user may do is looked up per request.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/session_service.hpp"
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
  UserId user_id;                   ///< nil: an application acts for itself
  std::string session_id;           ///< empty likewise
  std::vector<std::string> scopes;  ///< sorted
  std::string client_id;            ///< the OAuth client it was issued to; empty: none
  std::string granted;              ///< OAuth scopes that the user granted it (`openid profile`); empty: no client
  std::string grant_id;             ///< what it was issued from; empty: no client
  std::optional<TeamId> team_id;    ///< a delegated token acts in this team whatever the active one is
  bool is_delegated = false;        ///< an application of a team acts in the user's name
  Timestamp expires_at{};
  Timestamp not_before{};

  bool is_machine() const { return session_id.empty(); }
};

/// An access token for a session that exists: what the OAuth token endpoint asks for.
struct TokenRequest {
  std::string session_id;
  std::string client_id;                           ///< claim `client_id`; empty: none
  std::string granted;                             ///< claim `scope`; what the token may do on the API comes from the user's roles
  std::vector<std::string> audiences;              ///< beside our API
  std::optional<Timestamp> keep_session_until;     ///< a refresh token lives so long: the session is not over before
  std::string grant_id = {};                       ///< claim `grant`: it is asked whether that still stands (ClientTokens)
  std::optional<TeamId> delegated_team = {};       ///< for an application of this team: the token acts there only …
  std::vector<std::string> delegated_scopes = {};  ///< … and may do at most this (sorted)
};

/// An access token for an application that acts for itself.
struct MachineRequest {
  std::string client_id;
  std::string client_name;
  TeamId team_id;
  std::string grant_id;
  std::vector<std::string> scopes;
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

  using Origin = identity::Origin;
  struct Issued {
    std::string access_token;
    Timestamp expires_at{};
    std::string session_id;
  };
  /// Starts a session. `team` absent: the user's first team, or none. forbidden `user_blocked`; not_found when the user is
  /// not a member of the team.
  Result<Issued> issue(UserId user, std::optional<TeamId> team, const Origin& origin);
  /// unauthenticated `token_invalid` when the session is unknown, over or was ended; forbidden `user_blocked`.
  Result<Issued> issue_for(const TokenRequest& request);
  Result<Issued> issue_machine(const MachineRequest& request);
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
