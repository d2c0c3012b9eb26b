// The fleet's history and a site's availability.
#include <cmath>

#include "fleet/site_service.hpp"
#include "http/router.hpp"
#include "monitoring/health_dto.hpp"
#include "monitoring/health_history.hpp"
#include "monitoring/routes.hpp"

namespace openstrat::monitoring {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;

double one_decimal(double value) { return std::round(value * 10) / 10; }

}  // namespace

void add_health_routes(http::Router& router, const Services& s) {
  router.add<HealthRequest, HealthView>(Method::get, "/metrics/dashboard/health", {
      .family = "Metrics", .summary = "Get the fleet's history",
      .description = "How many sites were online, offline and pending, and how many faults were open. Looked at once a minute and kept for 14 days "
                     "(`retention.health_days`). A point is the worst minute of its step. At most 10,500 points.",
      .auth = kUsers, .scope = "site:view",
      .handle = [s](Call& call, HealthRequest request) -> Result<HealthView> {
        const auto range = HealthHistory::range_of(request.from, request.to, request.step, call.now);
        if (!range) return fail(range.error());
        const auto points = s.health.read(call.tenant(), *range);
        if (!points) return fail(points.error());
        HealthView view{.step_s = range->step.count()};
        view.points.reserve(points->size());
        for (const auto& p : *points)
          view.points.push_back({.at = p.at, .online = p.online, .offline = p.offline, .pending = p.pending, .open_faults = p.open_faults});
        return view;
      }});

  router.add<AvailabilityRequest, std::vector<AvailabilityHourView>>(Method::get, "/sites/{site}/availability", {
      .family = "Metrics", .summary = "Get a site's availability",
      .description = "Hour by hour, oldest first; the current one as far as it went. Hours before the adoption are left out.",
      .auth = kUsers, .scope = "site:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, AvailabilityRequest request) -> Result<std::vector<AvailabilityHourView>> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto hours = s.sites.uptime(call.tenant(), site->id, s.settings.heartbeat_period, request.hours);
        if (!hours) return fail(hours.error());
        std::vector<AvailabilityHourView> views;
        views.reserve(hours->size());
        for (const auto& hour : *hours)
          views.push_back({.at = hour.start, .missed_percent = one_decimal(hour.missed_percentage), .minutes_down = one_decimal(hour.minutes_down),
                           .listened_minutes = one_decimal(hour.minutes_listened)});
        return views;
      }});
}

}  // namespace openstrat::monitoring
