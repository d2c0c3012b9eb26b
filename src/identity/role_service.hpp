// The roles of a team: the system's, and those that the team makes itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "identity/access_types.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::identity {

class CredentialCache;

struct RoleChange {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> scopes;  ///< names that expand_scope() knows
};

/// Whoever could assign or change roles before a change must still be able to after it: conflict. In the transaction of the change.
Status keeps_administration(db::Session& session, const Actor& actor);

/// A change counts for every holder within a second, on every node.
class RoleService {
 public:
  static constexpr std::int64_t kMostCustom = 50;

  enum class Force { no, yes };
  struct Dependencies {
    db::Database& database;
    CredentialCache& cache;
    const Clock& clock;
    Rng& rng;
  };
  explicit RoleService(Dependencies dependencies) : deps_(dependencies) {}

  Result<std::vector<Role>> list(const Tenant& tenant);
  Result<Role> find(const Tenant& tenant, RoleId id);
  /// conflict `already_exists` (the name), `limit_reached`; forbidden `scope_missing` for a scope that the actor lacks.
  Result<Role> create(const Actor& actor, const std::string& name, const std::vector<std::string>& scopes);
  /// forbidden `insufficient_role` for a system role; conflict when the actor would lose the right to manage roles.
  Result<Role> update(const Actor& actor, RoleId id, const RoleChange& change);
  /// conflict `in_use` while somebody holds it, unless forced: then they lose it.
  Status remove(const Actor& actor, RoleId id, Force force);

 private:
  Result<Role> find_custom(db::Session& session, const Tenant& tenant, RoleId id);

  Dependencies deps_;
};

}  // namespace openstrat::identity
