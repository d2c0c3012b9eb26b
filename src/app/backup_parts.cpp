#include "app/backup_parts.hpp"

#include "backups/upload_handler.hpp"

namespace openstrat::app {

Result<std::unique_ptr<BackupParts>> BackupParts::create(Services& services) {
  auto blobs = storage::DiskBlobStore::open(services.instance.paths().blob_dir, services.clock);
  if (!blobs) return fail(blobs.error());
  return std::make_unique<BackupParts>(services, std::move(*blobs));
}

BackupParts::BackupParts(Services& s, std::unique_ptr<storage::DiskBlobStore> blob_store)
    : blobs(std::move(blob_store)), vault("backups", *blobs, s.instance.key()),
      backups({s.database, *s.bus, *s.tasks, s.jobs, vault, s.clock, s.rng, s.backup_settings}),
      schedule({s.database, *s.bus, *s.tasks, backups, s.sites, vault, s.clock, s.backup_settings}),
      http_uploads(s.grants, backups, s.clock),
      sftp({.port = s.backup_settings.sftp_port, .key_directory = s.instance.paths().ssh_dir}, backups::make_upload_handler(s.grants, backups)) {}

}  // namespace openstrat::app
