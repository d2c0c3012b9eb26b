#include "app/disk_parts.hpp"

#include "backups/upload_handler.hpp"

namespace openstrat::app {

Result<std::unique_ptr<DiskParts>> DiskParts::create(Services& services) {
  auto blobs = storage::DiskBlobStore::open(services.instance.paths().blob_dir, services.clock);
  if (!blobs) return fail(blobs.error());
  auto files = storage::DiskBlobStore::open(services.instance.paths().file_dir, services.clock);
  if (!files) return fail(files.error());
  return std::make_unique<DiskParts>(services, std::move(*blobs), std::move(*files));
}

DiskParts::DiskParts(Services& s, std::unique_ptr<storage::DiskBlobStore> backup_blobs, std::unique_ptr<storage::DiskBlobStore> file_blobs_)
    : blobs(std::move(backup_blobs)), vault("backups", *blobs, s.instance.key()),
      backups({s.database, *s.bus, *s.tasks, s.jobs, vault, s.clock, s.rng, s.backup_settings}),
      schedule({s.database, *s.bus, *s.tasks, backups, s.sites, vault, s.clock, s.backup_settings}),
      http_uploads(s.grants, backups, s.clock),
      sftp({.port = s.backup_settings.sftp_port, .key_directory = s.instance.paths().ssh_dir}, backups::make_upload_handler(s.grants, backups)),
      file_blobs(std::move(file_blobs_)), file_vault("files", *file_blobs, s.instance.key()),
      files({s.database, file_vault, s.clock, s.rng}) {}

}  // namespace openstrat::app
