// The heartbeat path: hear a router, commit what changed, answer with its next job.
// A quiet heartbeat costs no query and no lock but its shard's; everything else goes through one transaction.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/net.hpp"
#include "fleet/live_sites.hpp"
#include "fleet/settings.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat {
class UrlSigner;
}

namespace openstrat::fleet {

class AdoptionLog;
class DeviceTokens;
class JobService;
class SiteRemoval;

struct Poll {
  std::string token;      ///< bearer token as sent
  std::string body;
  IpAddress remote;
  bool readable = false;  ///< header x-ros-debug
};

struct PollAnswer {
  int status = 200;       ///< 200, 401, 429 or 503
  std::string script;     ///< empty: nothing to do
};

class HeartbeatService {
 public:
  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    LiveSites& live;
    JobService& jobs;
    SiteRemoval& removal;
    const DeviceTokens& tokens;
    const Clock& clock;
    const Settings& settings;
    AdoptionLog& adoptions;
  };
  explicit HeartbeatService(Dependencies dependencies) : deps_(dependencies), polls_per_minute_(deps_.settings.polls_per_minute) {}

  /// A site's polls a minute; 0 = no limit. Any thread.
  void set_poll_limit(int per_minute) { polls_per_minute_.store(per_minute, std::memory_order_relaxed); }

  /// Never blocks; `answer` runs at once for a quiet heartbeat, else after the commit on a database thread.
  void poll(Poll poll, std::move_only_function<void(PollAnswer)> answer);

 private:
  /// What one heartbeat changes beyond its counters.
  struct Changes {
    SiteId site_id;
    std::string body;
    std::int64_t facts_hash = 0;
    Timestamp received_at{};
    std::optional<std::int64_t> uptime_s;
    bool facts = false;
    bool rebooted = false;
    bool first = false;        ///< after an adoption
    bool readable = false;
  };
  PollAnswer answer_tombstone(std::int64_t token_version, std::int64_t claimed_version, bool readable) const;
  Result<std::string> apply(db::Session& session, const Changes& changes);
  Status record_first(db::Session& session, const Site& site, const Changes& changes);
  Status record_transition(db::Session& session, Site& site, const Changes& changes);

  Dependencies deps_;
  std::atomic<int> polls_per_minute_;
};

}  // namespace openstrat::fleet
