// Ties the SFTP server to grants and backups.
#pragma once

#include "backups/sftp_server.hpp"

namespace openstrat::backups {

class BackupService;
class GrantFragments;

UploadHandler make_upload_handler(GrantFragments& grants, BackupService& backups);

}  // namespace openstrat::backups
