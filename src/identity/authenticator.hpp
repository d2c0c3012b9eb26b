// Who sends this request: access token, API key, internal token or device token, told apart by their look.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/principal.hpp"
#include "identity/settings.hpp"
#include "identity/types.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::identity {

class ClientTokens;
class CredentialCache;
class SessionActivity;
struct CachedKey;
struct Claims;
class MfaRequirement;
class TokenService;

/// Opens the bearer token of a router. Implemented by app over fleet.
class DeviceTokenVerifier {
 public:
  virtual ~DeviceTokenVerifier() = default;
  struct Device {
    SiteId site_id;
    CustomerId customer_id;
  };
  /// nullopt: not a token of ours, an old version of it, or of a site that is gone. An error: cannot be told now.
  virtual Result<std::optional<Device>> verify(std::string_view token) = 0;
};

/// Thread-safe; without a query for what was seen within seconds. Errors: unauthenticated `token_missing`, `token_invalid`,
/// `token_expired`, `key_revoked`; forbidden `user_blocked`, `resource_blocked` (internal token from a foreign network),
/// `insufficient_role` (internal token on a route it is not for). `customer_missing` is the router's, for a principal
/// without a team. That a key is revoked or expired learns only who has its secret.
class BearerAuthenticator final : public http::Authenticator {
 public:
  struct Dependencies {
    db::Database& database;
    CredentialCache& cache;
    TokenService& tokens;
    DeviceTokenVerifier* devices;  ///< null: no route accepts device tokens
    const Clock& clock;
    const Settings& settings;
    MfaRequirement* mfa = nullptr; ///< null: no team demands a second factor
    SessionActivity* activity = nullptr;  ///< null: when a session was used last is not noted
    ClientTokens* clients = nullptr;      ///< null: tokens of OAuth clients are refused
  };
  explicit BearerAuthenticator(Dependencies dependencies);

  Result<http::Principal> authenticate(const http::Request& request, http::Auth accepted) override;

 private:
  Result<http::Principal> token(std::string_view token, http::Auth accepted);
  Result<http::Principal> user(const Claims& claims);
  Result<http::Principal> machine(const Claims& claims);
  Result<http::Principal> colon_key(CredentialId id, TeamId team, std::string_view secret);
  Result<http::Principal> prefixed_key(std::string_view token);
  Result<http::Principal> key_principal(const CachedKey& key);
  /// nullopt: not an internal token.
  Result<std::optional<http::Principal>> internal(const http::Request& request, std::string_view token);
  Result<std::optional<http::Principal>> device(std::string_view token);
  void note_use(const CachedKey& key);
  bool is_internal_network(const IpAddress& remote) const;

  Dependencies deps_;
};

/// The general limit of a caller: a bucket named `key` that takes `per_minute` requests.
struct RateClass {
  std::string key;
  int per_minute = 0;
};
/// 60/min an API key, 600/min a user; nullopt: no general limit (internal services, devices, public routes).
std::optional<RateClass> general_rate_class(const http::Principal& principal, const Settings& settings);

}  // namespace openstrat::identity
