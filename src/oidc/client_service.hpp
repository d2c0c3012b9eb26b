// The applications of a team: registered, changed, removed; and found again by the client_id that they name.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/guarded.hpp"
#include "oidc/settings.hpp"
#include "oidc/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::oidc {

/// What a team says about an application.
struct ClientDraft {
  std::string name;
  AuthMethod auth_method = AuthMethod::client_secret_basic;
  std::optional<std::string> jwks;         ///< private_key_jwt: the public keys, as a JWK Set
  std::vector<std::string> redirect_uris;
  std::vector<std::string> logout_uris;
  std::vector<GrantType> grants;
  std::vector<std::string> scopes;         ///< of the API
  std::optional<std::string> homepage;
};

/// Who registers: nobody gives an application a scope that the giver does not hold.
struct Registrar {
  std::optional<UserId> user_id;
  std::vector<std::string> scopes;         ///< sorted
};

class ClientService {
 public:
  static constexpr int kMostOfATeam = 50;
  /// How long a change by another process may go unnoticed.
  static constexpr std::chrono::seconds kRemembered{1};

  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit ClientService(Dependencies dependencies);

  struct Created { Client client; std::optional<std::string> secret; };  ///< `secret` is shown once and kept nowhere
  /// invalid with every wrong field; conflict `limit_reached`.
  Result<Created> create(const Tenant& tenant, const ClientDraft& draft, const Registrar& registrar);
  struct Page { std::vector<Client> clients; std::int64_t total = 0; };
  Result<Page> list(const Tenant& tenant, std::int64_t offset, int limit);
  Result<Client> find(const Tenant& tenant, std::string_view id);
  /// A change of the way it authenticates makes, or forgets, the secret. What was handed out for scopes that are gone no longer works.
  Result<Created> update(const Tenant& tenant, std::string_view id, const ClientDraft& draft, const Registrar& registrar);
  /// The old secret is worth nothing at once. conflict when the client has none.
  Result<Created> rotate_secret(const Tenant& tenant, std::string_view id);
  /// Ends everything that was handed out to it.
  Status remove(const Tenant& tenant, std::string_view id);

  /// Whoever it belongs to; null: unknown. Remembered for a second.
  Result<std::shared_ptr<const Client>> look_up(std::string_view client_id);
  /// Written behind, once a minute at most.
  void note_use(const Client& client);

 private:
  Status check(const ClientDraft& draft, const Registrar& registrar, const std::vector<std::string>& held_before) const;
  std::string give_secret(Client& client) const;
  Status announce(db::Session& session, const Client& client, const char* event) const;
  void forget(std::string_view client_id);

  struct Remembered { std::shared_ptr<const Client> client; Duration until{}; };
  Dependencies deps_;
  const std::shared_ptr<const Client> web_;
  Guarded<std::map<std::string, Remembered, std::less<>>> remembered_;
};

/// The web application of this installation: public, trusted, at home under public_url.portal.
Client web_client(const Settings& settings);

}  // namespace openstrat::oidc
