// The security policy of every team, kept in memory for a few seconds.
#pragma once

#include "protection/policy_service.hpp"
#include "protection/team_cache.hpp"

namespace openstrat::db {
class Database;
}
namespace openstrat::identity {
class UserService;
}

namespace openstrat::protection {

class Policies final : public PolicyService {
 public:
  struct Dependencies {
    db::Database& database;
    identity::UserService& users;
    const Clock& clock;
  };
  explicit Policies(Dependencies dependencies) : deps_(dependencies), teams_(deps_.clock), users_(deps_.clock) {}

  Result<SecurityPolicy> of_team(const Tenant& tenant) override;
  Result<SecurityPolicy> of_user(UserId user) override;
  /// invalid names every value that weakens the installation's rules or makes no sense.
  Status put(const Tenant& tenant, const SecurityPolicy& policy);

 private:
  Dependencies deps_;
  TeamCache<CustomerId, SecurityPolicy> teams_;
  TeamCache<UserId, SecurityPolicy> users_;
};

}  // namespace openstrat::protection
