// Values of the fleet: sites, their jobs, the runbooks that adopt them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::fleet {

/// Short number of a site, key of its time series.
enum class SiteNumber : std::int64_t {};

using BatchId = Id<struct BatchTag>;

/// A site as clients name it: its UUID, with or without `site_`, or its `pid`.
struct SiteRef {
  static constexpr std::string_view kFormat = "site";
  static constexpr std::string_view kExpected = "a site id (UUID or site_…)";
  std::string text;
  static std::optional<SiteRef> parse(std::string_view text);
  std::string to_string() const { return text; }
};

enum class SiteState { pending, online, offline, deleting };
const char* to_string(SiteState state);

/// What a router says of itself; every field may be missing.
struct SiteFacts {
  std::optional<std::string> identity, model, board_name, serial_number, software_id, software_version, architecture_name;
  std::optional<bool> routerboard;
  std::optional<std::string> hardware_hash;  ///< lower-case hex SHA-1
  std::int64_t facts_hash = 0;
  std::string oem = "{}";                    ///< JSON object of the last full heartbeat
};

/// What every heartbeat changes; the freshest value is in LiveSites, the row is written behind.
struct SitePulse {
  std::optional<Timestamp> last_seen_at;
  std::string last_seen_from;
  std::optional<std::int64_t> uptime_seconds;
};

struct Site {
  CustomerId customer_id;
  SiteId id;
  SiteNumber number{};
  std::string pid;
  std::optional<RunbookId> runbook_id;
  std::optional<PolicyId> policy_id;
  std::string name;
  std::optional<std::string> address;
  std::optional<double> lat, lng;
  std::optional<std::string> timezone;
  bool has_pulse = false;
  std::optional<Timestamp> adopted_at;
  std::optional<Timestamp> booted_at;
  SiteFacts facts;
  SitePulse pulse;
  std::int64_t token_version = 0;
  std::optional<Timestamp> takeover_until;
  std::optional<Timestamp> deleted_at, scheduler_removal_at, deletion_completed_at;
  std::optional<Timestamp> offline_since;
  std::int64_t revision = 1;
  Timestamp created_at{}, updated_at{};

  SiteState state() const {
    if (deleted_at) return SiteState::deleting;
    if (!adopted_at) return SiteState::pending;
    return has_pulse ? SiteState::online : SiteState::offline;
  }
  Tenant tenant() const { return {customer_id}; }
};

struct Runbook {
  CustomerId customer_id;
  RunbookId id;
  PolicyId policy_id;
  std::string name;
  Uuid token;
  std::optional<SiteId> site_id;         ///< one-site token: adopts into this site, once
  std::optional<Timestamp> expires_at;
  bool disabled = false;
  Timestamp created_at{};
};

enum class JobState { pending, sent, busy, completed, failed };
const char* to_string(JobState state);
std::optional<JobState> parse_job_state(std::string_view text);

/// sent → pending is a redelivery; out of failed only when we had given up waiting and the router reports after all
/// (failed → failed: then it says why).
constexpr bool may_move(JobState from, JobState to) {
  using enum JobState;
  switch (from) {
    case pending: return to != pending;  // completed: no acknowledgement wanted; busy: a late report after the redelivery began
    case sent: return to == pending || to == busy || to == completed || to == failed;
    case busy: return to == completed || to == failed;
    case completed: return false;
    case failed: return to == busy || to == completed || to == failed;
  }
  std::unreachable();
}
static_assert(!may_move(JobState::completed, JobState::failed));
static_assert(!may_move(JobState::busy, JobState::pending));

struct Job {
  CustomerId customer_id;
  JobId id;
  SiteId site_id;
  std::string token;                     ///< 10 base62, shown in the router's log
  std::optional<BatchId> batch_id;
  std::optional<JobId> retry_of;
  Uuid idempotency_key;
  std::string kind = "user";             ///< `user`, or the platform's own: `backup`, `removal`, …
  std::string description;
  std::string script;
  bool express = false;
  bool needs_ack = true;
  bool should_backup = false;
  std::optional<std::string> associated_backup;  ///< `<site uuid>/<unix>.rsc`
  std::optional<std::string> notify_url;
  std::optional<std::string> notify_key;
  JobState state = JobState::pending;
  int deliveries = 0;
  std::optional<std::string> failure_code;
  std::optional<std::string> failure_reason;
  std::string created_by;
  Timestamp created_at{};
  std::optional<Timestamp> expires_at, sent_at, started_at, completed_at, failed_at;
};

struct JobEvent {
  Uuid id;
  Timestamp at{};
  std::string kind;      ///< created, express_requested, script_downloaded, busy, done, fail, timeout, deleted, notify_sent, notify_failed
  std::string message;
  std::string context;   ///< JSON object
};

}  // namespace openstrat::fleet
