// When automatic backups run and when their absence is told. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backups/types.hpp"

namespace openstrat::backups {

/// The next automatic run after `after`: at a minute between 00:00 and 05:00 of the site's local time that its id chooses, so that a
/// fleet spreads over five hours; weekly on the day that the id chooses. nullopt: off.
std::optional<Timestamp> next_run(SiteId site, Frequency frequency, const std::string& timezone, Timestamp after);

/// When a site whose last good backup (or adoption) was at `since` counts as overdue; a weekly one a week later. nullopt: never.
std::optional<Timestamp> overdue_after(Frequency frequency, Timestamp since, int overdue_days);

/// Which of a site's backups (newest first) the retention no longer keeps. Kept are: the newest `keep_newest`, all of the last
/// `retention_days`, the first of each week up to `keep_weekly_days`, and for 90 days those made before a job.
std::vector<FileName> expired(const std::vector<Backup>& newest_first, const BackupSettings& settings, int keep_newest, Timestamp now);

}  // namespace openstrat::backups
