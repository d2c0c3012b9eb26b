// Control-plane policies. Every team has one default policy, which cannot be deleted and which new sites get.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/rng.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::control_plane {

struct Policy {
  PolicyId id;
  std::string name;
};

/// The team's default policy, created if it has none: WinBox, SSH and API open to private networks, the rest off.
/// Idempotent, also when two callers race (the unique index decides). Locks the policy's row until the end of the transaction.
Result<Policy> ensure_default_policy(db::Session& session, const Tenant& tenant, const Clock& clock, Rng& rng);

}  // namespace openstrat::control_plane
