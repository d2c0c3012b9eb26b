// Backups: taken in from routers, shown to operators, asked for on demand.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backups/export_text.hpp"
#include "backups/settings.hpp"
#include "backups/types.hpp"
#include "base/error.hpp"
#include "base/guarded.hpp"
#include "base/rng.hpp"
#include "routeros/export.hpp"

namespace openstrat::storage {
class BlobVault;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::tasks {
class Queue;
}
namespace openstrat::fleet {
class JobService;
struct Site;
}

namespace openstrat::backups {


class BackupService {
 public:
  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    tasks::Queue& tasks;
    fleet::JobService& jobs;
    storage::BlobVault& vault;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit BackupService(Dependencies dependencies) : deps_(dependencies), request_limit_(deps_.settings.requests_per_minute) {}

  /// Requests of operators a minute and site; 0 = no limit. Any thread.
  void set_request_limit(int per_minute) { request_limit_.store(per_minute, std::memory_order_relaxed); }

  // --- routers
  /// Stores an upload: the text as a blob, then row, event and job reference in one transaction. When it returns a backup, it is on
  /// disk. invalid, too_large: not an export; conflict `grant_used`; unavailable: disk full, nothing lost. Failures are an event.
  Result<Backup> accept(const Grant& grant, const std::string& text);
  /// Says that a granted upload failed, once a grant. Nothing arriving (transport) counts for the change to the HTTP fallback.
  Status note_failure(const Grant& grant, UploadFailure failure, const std::string& reason);
  Status note_failure_in(db::Session& session, const Grant& grant, UploadFailure failure, const std::string& reason);

  // --- operators
  /// Newest first; of the caller's site only: find the site first.
  Result<std::vector<Backup>> list(const Tenant& tenant, SiteId site, std::optional<std::int64_t> before, int limit);
  Result<Backup> find(const Tenant& tenant, SiteId site, FileName file);
  Result<std::optional<Backup>> latest(const Tenant& tenant, SiteId site);
  /// The text as it was uploaded, with its secrets.
  Result<std::string> text(const Backup& backup);
  /// Empty when nothing differs. too_large above 5 MiB.
  Result<std::string> diff(const Tenant& tenant, SiteId site, FileName from, FileName to, Secrets secrets);
  /// Networks of the newest backup; not_found `no_backup`.
  using Subnets = std::shared_ptr<const std::vector<routeros::Subnet>>;
  Result<Subnets> subnets(const Tenant& tenant, SiteId site);

  struct Request { Cause cause = Cause::manual; std::string by; bool express = true; };
  struct Requested { JobId job; bool existed = false; };
  /// A job that takes a backup; an open one, or one asked for within the last minute, is answered instead of a second.
  /// conflict `site_pending`, `site_deleting`; rate_limited above 10 a minute and site.
  Result<Requested> request(const fleet::Site& site, const Request& request);

  struct SettingsAnswer { BackupSettings effective; SettingOverrides own; };
  /// No site: the customer's own; a change reaches the schedule of its sites through the task `backups.reschedule`.
  Result<SettingsAnswer> settings(const Tenant& tenant, std::optional<SiteId> site);
  Result<SettingsAnswer> change_settings(const Tenant& tenant, std::optional<SiteId> site, const SettingOverrides& own);

  /// Recomputes what the record of a site derives from its settings: next run and overdue time.
  Status reschedule_in(db::Session& session, SiteRecord& record);

 private:
  struct Upload;
  Result<Backup> store_upload(const Grant& grant, const Upload& upload);
  Result<Backup> commit_in(db::Session& session, const Grant& grant, const Upload& upload, const std::optional<Backup>& previous,
                           const std::string& blob_key);
  Status announce(db::Session& session, const Backup& backup, const std::optional<Backup>& previous, bool known_job);
  Result<Requested> request_in(db::Session& session, const fleet::Site& site, const Request& request, const Uuid& job_key);
  bool is_too_frequent(SiteId site);

  struct RequestCounts { std::int64_t minute = 0; std::map<SiteId, int> counts; };

  Dependencies deps_;
  Guarded<std::map<std::pair<CustomerId, std::string>, Subnets>> subnet_cache_;  ///< by blob: equal backups share
  Guarded<RequestCounts> requests_;                                             ///< of this minute
  std::atomic<int> request_limit_;
};

}  // namespace openstrat::backups
