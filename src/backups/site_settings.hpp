// What holds for a site: its own settings over its customer's over the installation's.
#pragma once

#include "backups/settings.hpp"
#include "backups/types.hpp"
#include "base/error.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::backups {

/// No site: what holds for the customer's sites that say nothing themselves.
Result<BackupSettings> effective_settings(db::Session& session, const Tenant& tenant, std::optional<SiteId> site, const Settings& installation);

}  // namespace openstrat::backups
