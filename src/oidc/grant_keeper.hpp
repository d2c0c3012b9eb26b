// What stands and what was ended: asked by identity for every access token of an application, told by people and applications.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.hpp"
#include "identity/client_token_service.hpp"
#include "oidc/consent_store.hpp"
#include "oidc/types.hpp"

namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::oidc {

class ClientService;

class GrantKeeper final : public identity::ClientTokens {
 public:
  /// How long a change by another process may go unnoticed.
  static constexpr std::chrono::milliseconds kRemembered{900};
  static constexpr int kMostListed = 200;

  struct Dependencies {
    db::Database& database;
    ClientService& clients;
    bus::Bus& bus;
    const Clock& clock;
  };
  explicit GrantKeeper(Dependencies dependencies) : deps_(dependencies) {}

  Result<bool> stands(std::string_view grant_id) override;
  Result<std::optional<Machine>> machine(std::string_view client_id) override;

  Result<std::optional<Grant>> find(std::string_view grant_id);
  /// Of whatever refresh token this is; nullopt: it is none.
  struct Refresh { RefreshToken token; Grant grant; };
  Result<std::optional<Refresh>> find_by_refresh_token(std::string_view token);
  Status end(const std::string& grant_id, std::string_view why);
  void forget(std::string_view grant_id);

  /// What the user allowed, newest first.
  Result<std::vector<consent_store::Line>> authorizations(UserId user);
  /// Takes it back, with everything that was handed out for it. not_found when there is nothing to take back.
  Status withdraw(UserId user, std::string_view client_id);

  /// Removes what nobody needs any more, in bounded steps.
  Status purge();

 private:
  struct Remembered { bool stands = false; Duration until{}; };
  Dependencies deps_;
  Guarded<std::map<std::string, Remembered, std::less<>>> remembered_;
};

}  // namespace openstrat::oidc
