// How scripts get the right to upload a backup: the implementation of fleet's seam, and the check of a login.
#pragma once

#include <optional>
#include <string_view>

#include "backups/settings.hpp"
#include "backups/types.hpp"
#include "base/rng.hpp"
#include "fleet/backup_fragments.hpp"

namespace openstrat {
class UrlSigner;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::backups {

class GrantFragments final : public fleet::BackupFragments {
 public:
  struct Dependencies {
    db::Database& database;
    const UrlSigner& signer;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit GrantFragments(Dependencies dependencies) : deps_(dependencies) {}

  Result<routeros::BackupParams> prepare(db::Session& session, const fleet::Site& site, std::optional<JobId> job, Purpose purpose) override;

  /// The SFTP login of a router: user name is the site's UUID. nullopt: wrong, used or expired.
  Result<std::optional<Grant>> check(std::string_view user, std::string_view password);
  /// The grant of a signed upload URL; not_found when it is used or expired.
  Result<Grant> find_for_http(GrantId id);

 private:
  Dependencies deps_;
};

/// RouterOS can read files in pieces (`/file read`) from 7.13: what the HTTP upload needs.
bool can_upload_by_http(const std::optional<std::string>& routeros_version);

}  // namespace openstrat::backups
