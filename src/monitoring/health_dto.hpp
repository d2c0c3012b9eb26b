// The fleet's history and a site's availability on the wire.
#pragma once

#include <optional>
#include <vector>

#include "fleet/types.hpp"
#include "http/dto.hpp"

namespace openstrat::monitoring {

struct HealthRequest {
  std::optional<Timestamp> from, to;
  std::optional<int> step;
};
struct HealthPointView {
  Timestamp at{};
  std::int64_t online = 0, offline = 0, pending = 0, open_faults = 0;
};
struct HealthView {
  std::int64_t step_s = 60;
  std::vector<HealthPointView> points;
};

struct AvailabilityRequest {
  fleet::SiteRef site;
  int hours = 24;
};
struct AvailabilityHourView {
  Timestamp at{};
  double missed_percent = 0, minutes_down = 0, listened_minutes = 0;
};

}  // namespace openstrat::monitoring

namespace openstrat {

template <>
struct http::Fields<monitoring::HealthRequest> {
  using V = monitoring::HealthRequest;
  static constexpr auto table = fields<V>("FleetHealthRequest", query<&V::from>("from", "begin; a day before `to` if absent"), query<&V::to>("to", "end; now if absent"),
      query<&V::step>("step", "seconds a point stands for, whole minutes; chosen by the range if absent").range(60, 86'400));
};
template <>
struct http::Fields<monitoring::HealthPointView> {
  using V = monitoring::HealthPointView;
  static constexpr auto table = fields<V>("FleetHealthPoint", body<&V::at>("at", "begin of the step"), body<&V::online>("online", "sites with a pulse"),
      body<&V::offline>("offline", "adopted sites without one"), body<&V::pending>("pending", "sites that no router has adopted yet"),
      body<&V::open_faults>("open_faults", "faults that lasted"));
};
template <>
struct http::Fields<monitoring::HealthView> {
  using V = monitoring::HealthView;
  static constexpr auto table = fields<V>("FleetHealth", body<&V::step_s>("step_s", "seconds a point stands for"),
      body<&V::points>("points", "oldest first; steps in which the platform did not look have none"));
};
template <>
struct http::Fields<monitoring::AvailabilityRequest> {
  using V = monitoring::AvailabilityRequest;
  static constexpr auto table = fields<V>("SiteAvailabilityRequest", path<&V::site>("site", "UUID or `site_…`"),
      query<&V::hours>("hours", "how many, with the current one; 24 if absent").range(1, 2160));
};
template <>
struct http::Fields<monitoring::AvailabilityHourView> {
  using V = monitoring::AvailabilityHourView;
  static constexpr auto table = fields<V>("SiteAvailabilityHour", body<&V::at>("at", "begin of the hour"),
      body<&V::missed_percent>("missed_percent", "0–100 of the heartbeats that the platform could have heard"), body<&V::minutes_down>("minutes_down", "0–60"),
      body<&V::listened_minutes>("listened_minutes", "0–60: how long the platform listened to the site; 0 means that nothing is known"));
};

}  // namespace openstrat
