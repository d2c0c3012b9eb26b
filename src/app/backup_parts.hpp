// The part of the composition that owns the blob directory: one process at a time, so only the server has it.
#pragma once

#include <memory>

#include "app/services.hpp"
#include "backups/backup_schedule.hpp"
#include "backups/backup_service.hpp"
#include "storage/blob_vault.hpp"
#include "storage/disk_blob_store.hpp"
#include "backups/http_uploads.hpp"
#include "backups/sftp_server.hpp"

namespace openstrat::app {

struct BackupParts {
  static Result<std::unique_ptr<BackupParts>> create(Services& services);
  BackupParts(Services& services, std::unique_ptr<storage::DiskBlobStore> blob_store);

  std::unique_ptr<storage::DiskBlobStore> blobs;
  storage::BlobVault vault;
  backups::BackupService backups;
  backups::BackupSchedule schedule;
  backups::HttpUploads http_uploads;
  backups::SftpServer sftp;
};

}  // namespace openstrat::app
