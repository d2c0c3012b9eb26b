// The operations of backups.
#pragma once

#include "backups/settings.hpp"

namespace openstrat::http {
class Router;
}
namespace openstrat::fleet {
class SiteService;
}

namespace openstrat::backups {

class BackupService;
class GrantFragments;
class HttpUploads;

struct Services {
  BackupService& backups;
  GrantFragments& grants;
  HttpUploads& http_uploads;
  fleet::SiteService& sites;
  const Settings& settings;
};

void add_routes(http::Router& router, Services services);

// One file each; add_routes() calls them all.
void add_backup_routes(http::Router& router, const Services& services);
void add_settings_routes(http::Router& router, const Services& services);
void add_upload_routes(http::Router& router, const Services& services);

}  // namespace openstrat::backups
