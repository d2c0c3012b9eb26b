// Sources that are kept out of an account: what people and their administrators can do about them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/error.hpp"
#include "protection/settings.hpp"
#include "protection/types.hpp"

namespace openstrat::audit {
class AuditLog;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::protection {

class AttemptMemory;

class Blocks {
 public:
  struct Dependencies {
    db::Database& database;
    AttemptMemory& memory;
    audit::AuditLog& audit;
    const Clock& clock;
    const Settings& settings;
    crypto::Key32 link_key;
  };
  explicit Blocks(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  /// Live blocks of the team's members, newest first.
  Result<std::vector<Block>> of_team(const Tenant& tenant, const std::optional<BlockPosition>& after, int limit);
  Status remove(const Tenant& tenant, BlockId id);  ///< not_found for a block of nobody in the team

  /// Every block of the user; other processes may keep it up for AttemptMemory::kLife.
  Status lift_all(UserId user);

  struct Link { std::string url; Timestamp expires_at{}; };
  Link unblock_link(UserId user) const;
  /// What the link does. gone `link_expired`; forbidden `signature_invalid`.
  Status unblock_by_link(std::string_view token, const std::string& address);

 private:
  std::string signature(std::string_view signed_part) const;

  Dependencies deps_;
};

}  // namespace openstrat::protection
