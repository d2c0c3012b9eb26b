// The seam that keeps fleet from knowing SFTP: what a script needs to take and upload a backup. Implemented by backups.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "fleet/types.hpp"
#include "routeros/scripts.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet {

class BackupFragments {
 public:
  virtual ~BackupFragments() = default;
  enum class Purpose { adopt, job, backup };
  /// Grants one upload (password, file name) and says how the script makes it. Runs inside the hand-out's transaction.
  virtual Result<routeros::BackupParams> prepare(db::Session& session, const Site& site, std::optional<JobId> job,
                                                 Purpose purpose) = 0;
};

}  // namespace openstrat::fleet
