// The part of the composition that owns directories of the disk: one process at a time, so only the server has it.
#pragma once

#include <memory>

#include "app/services.hpp"
#include "backups/backup_schedule.hpp"
#include "backups/backup_service.hpp"
#include "backups/http_uploads.hpp"
#include "backups/sftp_server.hpp"
#include "site_files/file_service.hpp"
#include "storage/blob_vault.hpp"
#include "storage/disk_blob_store.hpp"

namespace openstrat::app {

struct DiskParts {
  static Result<std::unique_ptr<DiskParts>> create(Services& services);
  DiskParts(Services& services, std::unique_ptr<storage::DiskBlobStore> backup_blobs, std::unique_ptr<storage::DiskBlobStore> file_blobs);

  std::unique_ptr<storage::DiskBlobStore> blobs;
  storage::BlobVault vault;
  backups::BackupService backups;
  backups::BackupSchedule schedule;
  backups::HttpUploads http_uploads;
  backups::SftpServer sftp;

  std::unique_ptr<storage::DiskBlobStore> file_blobs;
  storage::BlobVault file_vault;
  site_files::FileService files;
};

}  // namespace openstrat::app
