// Users as other ways in make them, within the caller's transaction: who comes through another provider has no password here.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "identity/scopes.hpp"
#include "identity/types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Session;
}

namespace openstrat::identity {

class CredentialCache;

class Provisioning {
 public:
  Provisioning(CredentialCache& cache, const Clock& clock, Rng& rng) : cache_(cache), clock_(clock), rng_(rng) {}

  /// An active user without a password whose address somebody trustworthy has verified. `idp`: a word of User::idp.
  Result<User> create(db::Session& session, std::string_view email, std::string_view name, std::string_view idp);
  Result<bool> is_member(db::Session& session, const Tenant& tenant, UserId user) const;
  /// Nothing happens to a member.
  Status add_member(db::Session& session, const Tenant& tenant, UserId user, SystemRole role);

 private:
  CredentialCache& cache_;
  const Clock& clock_;
  Rng& rng_;
};

}  // namespace openstrat::identity
