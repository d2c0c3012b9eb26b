// The token endpoint: a code, a refresh token or an application's own proof for tokens. No HTTP here.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "oidc/refusal.hpp"
#include "oidc/settings.hpp"
#include "oidc/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::audit {
class AuditLog;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::identity {
class TokenService;
class UserService;
}
namespace openstrat::metrics {
class Counter;
class Registry;
}

namespace openstrat::oidc {

class ClientService;
class GrantKeeper;
class IdTokens;
class Parameters;

struct Tokens {
  std::string access_token;
  std::chrono::seconds expires_in{};
  std::vector<std::string> scopes;
  std::optional<std::string> refresh_token;
  std::optional<std::string> id_token;
};

class TokenExchange {
 public:
  struct Dependencies {
    db::Database& database;
    ClientService& clients;
    GrantKeeper& grants;
    identity::TokenService& tokens;
    identity::UserService& users;
    const IdTokens& id_tokens;
    bus::Bus& bus;
    audit::AuditLog& audit;
    metrics::Registry& metrics;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit TokenExchange(Dependencies dependencies);

  /// `client` has been authenticated; `remote` is for the audit log.
  Answer<Tokens> exchange(const Client& client, const Parameters& form, const std::string& remote);

 private:
  Answer<Tokens> exchange_code(const Client& client, const Parameters& form, const std::string& remote);
  Answer<Tokens> refresh(const Client& client, const Parameters& form, const std::string& remote);
  Answer<Tokens> for_itself(const Client& client, const Parameters& form);

  Answer<Code> take_code(const Client& client, std::string_view code, const std::string& remote);
  Grant grant_of(const Code& code) const;
  Answer<Grant> check_refresh(const Client& client, std::string_view hash, const std::string& remote);
  Answer<Grant> end_family(const Client& client, const Grant& grant, const std::string& remote);
  RefreshToken new_refresh_token(const Grant& grant, std::string& plain) const;
  Answer<Tokens> tokens_of(const Grant& grant, const std::optional<std::string>& nonce);
  std::chrono::seconds seconds_until(Timestamp time) const;
  /// Somebody showed a second time what counts once: whoever it is, nothing of the grant is good any more.
  void note_reuse(const Client& client, const std::string& grant_id, const char* what, const std::string& remote);

  Dependencies deps_;
  metrics::Counter& issued_;
  metrics::Counter& refused_;
  metrics::Counter& reused_;
};

}  // namespace openstrat::oidc
