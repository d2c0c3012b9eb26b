// Uploads in pieces over HTTP, for routers whose network lets no SFTP out.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "backups/types.hpp"
#include "backups/upload_memory.hpp"
#include "base/error.hpp"
#include "base/guarded.hpp"

namespace openstrat::backups {

class BackupService;
class GrantFragments;

/// Pieces come in order, each perhaps more than once; the last one stores the backup. They lie in memory: a restart in between costs
/// the router another try.
class HttpUploads {
 public:
  HttpUploads(GrantFragments& grants, BackupService& backups, const Clock& clock) : grants_(grants), backups_(backups), clock_(clock) {}

  /// not_found: no such grant; invalid: numbers that make no sense; conflict: a piece is missing; too_large; unavailable.
  Status take(GrantId id, std::int64_t part, std::int64_t of, std::string_view bytes);

 private:
  struct Progress {
    Grant grant;
    std::string text;
    std::int64_t parts = 0, of = 0;
    bool storing = false, stored = false;
    Timestamp since{};
  };
  using Uploads = std::map<GrantId, Progress>;
  void forget_old(Uploads& uploads);

  GrantFragments& grants_;
  BackupService& backups_;
  const Clock& clock_;
  UploadMemory memory_{128 * 1024 * 1024};
  Guarded<Uploads> uploads_;
};

}  // namespace openstrat::backups
