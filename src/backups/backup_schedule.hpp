// What happens to backups by itself: automatic runs, catching up, overdue sites, retention, and what other areas' events mean here.
#pragma once

#include "backups/settings.hpp"
#include "backups/types.hpp"
#include "base/error.hpp"

namespace openstrat::storage {
class BlobVault;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::bus {
class Bus;
struct Event;
}
namespace openstrat::tasks {
class Queue;
}
namespace openstrat::fleet {
class SiteService;
}

namespace openstrat::backups {

class BackupService;

class BackupSchedule {
 public:
  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    tasks::Queue& tasks;
    BackupService& backups;
    fleet::SiteService& sites;
    storage::BlobVault& vault;
    const Clock& clock;
    const Settings& settings;
  };
  explicit BackupSchedule(Dependencies dependencies);

  /// Binds events, task kinds and their schedules; before bus and queue start.
  void register_handlers();

  // What the tasks do, in bounded steps.
  Status run_due();              ///< every minute: asks online sites for their backup, notes the offline ones
  Status announce_overdue();     ///< `backup.overdue`, once until a backup arrives; not in the first hour after our own start
  Status note_lost_uploads();    ///< grants that ran out unused
  Status purge_old();            ///< nightly: the retention
  Status collect_orphans();      ///< nightly: blobs that no row refers to and nobody wrote for a day
  Status reschedule(CustomerId customer);  ///< after the customer's settings changed

 private:
  Status on_adopted(const bus::Event& event);
  Status on_updated(const bus::Event& event);
  Status on_online(const bus::Event& event);
  Status on_deleted(const bus::Event& event);
  Status on_job_ended(const bus::Event& event);
  Status run(const SiteRecord& record);
  Status skip(const SiteRecord& record, bool missed);
  Status purge_site(const SiteRecord& record);

  Dependencies deps_;
  Timestamp started_at_;
};

}  // namespace openstrat::backups
