// The state of a fleet on the wire.
#pragma once

#include "fleet/site_overview.hpp"
#include "http/dto.hpp"

namespace openstrat::fleet {

struct StateCountsView { std::int64_t pending = 0, online = 0, offline = 0, deleting = 0; };
struct VersionShareView { std::string version; std::int64_t count = 0; };
struct ModelShareView { std::string model; std::int64_t count = 0; };
struct JobCountsView { std::int64_t pending = 0, running = 0, failed_24h = 0; };
struct AttentionView { SiteId site_id; std::string name, kind; Timestamp since{}; std::string detail; };
struct SiteSummaryView {
  std::int64_t total = 0;
  StateCountsView by_state;
  std::vector<VersionShareView> versions;
  std::vector<ModelShareView> models;
  std::int64_t without_backup_48h = 0, open_faults = 0;
  JobCountsView jobs;
  std::vector<AttentionView> attention;
};
SiteSummaryView to_view(const SiteSummary& summary);

}  // namespace openstrat::fleet

namespace openstrat {

template <>
struct http::Fields<fleet::StateCountsView> {
  using V = fleet::StateCountsView;
  static constexpr auto table = fields<V>("SiteStateCounts", body<&V::pending>("pending", "never adopted"), body<&V::online>("online", "heartbeats arrive"),
      body<&V::offline>("offline", "heartbeats are missing"), body<&V::deleting>("deleting", "being deleted"));
};
template <>
struct http::Fields<fleet::VersionShareView> {
  using V = fleet::VersionShareView;
  static constexpr auto table = fields<V>("VersionShare", body<&V::version>("version", "RouterOS version"), body<&V::count>("count", "sites"));
};
template <>
struct http::Fields<fleet::ModelShareView> {
  using V = fleet::ModelShareView;
  static constexpr auto table = fields<V>("ModelShare", body<&V::model>("model", "model"), body<&V::count>("count", "sites"));
};
template <>
struct http::Fields<fleet::JobCountsView> {
  using V = fleet::JobCountsView;
  static constexpr auto table = fields<V>("JobCounts", body<&V::pending>("pending", "wait for their routers"), body<&V::running>("running", "were handed to routers and have not ended"),
      body<&V::failed_24h>("failed_24h", "failed in the last 24 hours"));
};
template <>
struct http::Fields<fleet::AttentionView> {
  using V = fleet::AttentionView;
  static constexpr auto table = fields<V>("SiteAttention", body<&V::site_id>("site_id", "site"), body<&V::name>("name", "its name"),
      body<&V::kind>("kind", "offline, fault, job_failed, backup_overdue, adoption_refused"), body<&V::since>("since", "since when"), body<&V::detail>("detail", "for people"));
};
template <>
struct http::Fields<fleet::SiteSummaryView> {
  using V = fleet::SiteSummaryView;
  static constexpr auto table = fields<V>("SiteSummary", body<&V::total>("total", "sites"), body<&V::by_state>("by_state", "sites by state"),
      body<&V::versions>("versions", "most frequent first, 20 at most"), body<&V::models>("models", "most frequent first, 20 at most"),
      body<&V::without_backup_48h>("without_backup_48h", "adopted sites without a backup in the last 48 hours"),
      body<&V::open_faults>("open_faults", "disturbances that go on"), body<&V::jobs>("jobs", "jobs by what they do now"),
      body<&V::attention>("attention", "what needs somebody now, one line a site, worst first, 20 at most"));
};

}  // namespace openstrat
