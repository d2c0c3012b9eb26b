// Where sites stand with their backups, as lists and overviews of sites need it.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::backups::site_backups {

/// The last backup of each of `sites` that has one; one statement.
Result<std::vector<std::pair<SiteId, Timestamp>>> last_backups(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites);
/// Sites that were adopted before `since` and have no backup from after it.
Result<std::int64_t> count_without(db::Session& session, const Tenant& tenant, Timestamp since);

struct Overdue { SiteId site_id; std::optional<Timestamp> last_backup_at; Timestamp since{}; };
/// Sites whose lack of a backup was told (`backup.overdue`), the latest first.
Result<std::vector<Overdue>> overdue(db::Session& session, const Tenant& tenant, int limit);

}  // namespace openstrat::backups::site_backups
