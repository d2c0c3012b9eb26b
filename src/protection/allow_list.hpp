// Networks that teams trust. They count for the team's own people only: nobody can open a door to the accounts of others.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protection/team_cache.hpp"
#include "protection/team_store.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::identity {
class UserService;
}

namespace openstrat::protection {

class AllowList {
 public:
  static constexpr int kMostNetworks = 200;  ///< of a team

  struct Dependencies {
    db::Database& database;
    identity::UserService& users;
    const Clock& clock;
    Rng& rng;
  };
  explicit AllowList(Dependencies dependencies) : deps_(dependencies), all_(deps_.clock) {}

  Result<std::vector<AllowedNetwork>> list(const Tenant& tenant);
  /// invalid for a network wider than /8 (IPv4) or /32 (IPv6); conflict `already_exists`, `limit_reached`.
  Result<AllowedNetwork> add(const Tenant& tenant, const Cidr& cidr, const std::string& note, std::optional<UserId> by);
  Status remove(const Tenant& tenant, AllowedNetworkId id);  ///< not_found

  /// Whether a team of this account trusts the address. The account is looked up only when some team trusts the address.
  bool trusts(const IpAddress& address, std::string_view email);

 private:
  using All = std::shared_ptr<const std::vector<team_store::Trust>>;
  All all();

  Dependencies deps_;
  TeamCache<int, All> all_;  ///< one entry
};

}  // namespace openstrat::protection
