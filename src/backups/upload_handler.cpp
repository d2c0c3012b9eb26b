#include "backups/upload_handler.hpp"

#include "backups/backup_service.hpp"
#include "backups/grant_fragments.hpp"
#include "base/log.hpp"

namespace openstrat::backups {

UploadHandler make_upload_handler(GrantFragments& grants, BackupService& backups) {
  return {.login = [&grants](std::string_view user, std::string_view password) { return grants.check(user, password); },
          .store = [&backups](const Grant& grant, const std::string& text) -> Status {
            const auto stored = backups.accept(grant, text);
            if (!stored) return fail(stored.error());
            return {};
          },
          .failed = [&backups](const Grant& grant, UploadFailure failure, const std::string& reason) {
            if (auto noted = backups.note_failure(grant, failure, reason); !noted)
              log::error("a failed upload could not be noted", {log::of(noted.error())});
          }};
}

}  // namespace openstrat::backups
