#include "app/backup_parts.hpp"

#include "base/log.hpp"

namespace openstrat::app {
namespace {

backups::UploadHandler handler_of(Services& services, backups::BackupService& backups) {
  return {.login = [&services](std::string_view user, std::string_view password) { return services.grants.check(user, password); },
          .store = [&backups](const backups::Grant& grant, const std::string& text) -> Status {
            const auto stored = backups.accept(grant, text);
            if (!stored) return fail(stored.error());
            return {};
          },
          .failed = [&backups](const backups::Grant& grant, backups::UploadFailure failure, const std::string& reason) {
            const auto noted = backups.note_failure(grant, failure, reason);
            if (!noted) log::warning("a failed upload was not recorded", {log::of(noted.error())});
          }};
}

}  // namespace

Result<std::unique_ptr<BackupParts>> BackupParts::create(Services& services) {
  auto blobs = backups::DiskBlobStore::open(services.instance.paths().blob_dir, services.clock);
  if (!blobs) return fail(blobs.error());
  return std::make_unique<BackupParts>(services, std::move(*blobs));
}

BackupParts::BackupParts(Services& services, std::unique_ptr<backups::DiskBlobStore> blob_store)
    : blobs(std::move(blob_store)), vault(*blobs, services.instance.key()),
      backups({services.database, *services.bus, services.jobs, vault, services.clock, services.rng, services.backup_settings}),
      sftp({.port = services.backup_settings.sftp_port, .key_directory = services.instance.paths().ssh_dir}, handler_of(services, backups)) {}

}  // namespace openstrat::app
