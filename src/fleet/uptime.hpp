// Availability by the hour, out of counted heartbeats.
#pragma once

#include <vector>

#include "fleet/site_service.hpp"

namespace openstrat::fleet {

Result<std::vector<UptimeHour>> uptime_hours(db::Session& session, const Site& site, Timestamp now, std::chrono::seconds heartbeat_period, int hours);

/// One hour of which `span_s` seconds lie in the past and after the adoption, and in `listening_s` of which the platform listened.
/// What it could not hear is nobody's downtime; a single late heartbeat is none either.
UptimeHour uptime_of(Timestamp start, double span_s, double listening_s, std::int64_t received, std::chrono::seconds heartbeat_period);

}  // namespace openstrat::fleet
