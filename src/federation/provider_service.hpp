// The identity providers of teams and of the installation.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "federation/settings.hpp"
#include "federation/types.hpp"

namespace openstrat {
class Rng;
class SecretBox;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::identity {
class UserService;
}
namespace openstrat::sign_in {
class SecondFactors;
}

namespace openstrat::federation {

/// What one team says about itself on the sign-in page.
struct Button {
  std::string provider_id;
  ProviderType type = ProviderType::oidc;
  std::string name;
  std::string team_name;  ///< empty: a provider of the installation
};

class ProviderService {
 public:
  static constexpr int kMostOfATeam = 20;

  struct Dependencies {
    db::Database& database;
    const SecretBox& secrets;
    identity::UserService& users;
    sign_in::SecondFactors& factors;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit ProviderService(Dependencies dependencies) : deps_(dependencies) {}

  Result<std::vector<Provider>> list(const Tenant& tenant);
  Result<Provider> find(const Tenant& tenant, ProviderId id);  ///< not_found
  /// invalid names every wrong field; conflict `limit_reached`.
  Result<Provider> create(const Tenant& tenant, ProviderSettings settings);
  /// The type stays. An empty secret keeps the old one. conflict `last_provider` when the owner could not sign in any more.
  Result<Provider> change(const Tenant& tenant, ProviderId id, ProviderSettings settings);
  Status remove(const Tenant& tenant, ProviderId id);  ///< conflict `last_provider`
  Status forget_team(const Tenant& tenant);            ///< that was deleted

  /// Of any team or of the installation, also a disabled one; nullopt: there is none.
  Result<std::optional<Provider>> find_for_sign_in(std::string_view id);
  /// What the sign-in page offers to this address: the installation's, and those of teams that have this mail domain. The same
  /// whether or not there is such a user. A team has a domain when its owner has a verified address in it.
  Result<std::vector<Button>> buttons(std::string_view email);
  /// Whether the user could still sign in without this provider (or, with an identity, without that link).
  Result<bool> has_other_way_in(UserId user, std::string_view without_provider, std::optional<IdentityId> without_identity);

 private:
  Status check_owner_keeps_access(const Tenant& tenant, const Provider& provider);
  Result<bool> speaks_for(const Tenant& tenant, std::string_view domain, std::string& team_name);

  Dependencies deps_;
};

}  // namespace openstrat::federation
