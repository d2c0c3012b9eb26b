// The state of every adopted site in memory: what a heartbeat needs, so that a quiet one costs no query.
// The database stays the truth for everything but last_seen/uptime/counters, which are written behind by at most a second.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/net.hpp"
#include "fleet/types.hpp"

namespace openstrat::fleet {

/// What is kept of one site: about 200 bytes. `committed` fields mirror the database; the others run ahead of it.
struct LiveSite {
  CustomerId customer_id;
  SiteNumber number{};
  std::int64_t revision = 0;            ///< of the row that the committed fields were taken from
  std::int64_t token_version = 0;       ///< committed
  std::int64_t facts_hash = 0;          ///< committed
  bool has_pulse = false;               ///< committed
  bool deleting = false;                ///< committed
  bool tombstone = false;               ///< the site is purged; only token_version counts
  bool look_for_work = true;            ///< the next poll asks the database for a job
  bool reboot_unrecorded = false;       ///< seen, not committed yet
  bool in_transaction = false;          ///< a poll of this site is being committed
  bool dirty = false;                   ///< in the dirty list of its shard
  bool ever_seen = false;
  bool just_adopted = false;            ///< its first heartbeat is still to come
  Timestamp removal_at{};               ///< committed; only while deleting
  Timestamp last_seen_at{};
  Timestamp last_asked_at{};            ///< last look into the database
  IpAddress last_seen_from;
  std::int64_t uptime_s = -1;           ///< −1: not reported
  std::int32_t cpu_load_percent = -1;
  std::int64_t free_memory = -1, free_hdd_space = -1;
  std::int64_t hour = 0;                ///< of `unwritten`
  std::int32_t unwritten = 0;           ///< heartbeats of that hour not yet added to heartbeat_hour
  bool watched = false;                 ///< the observer wants to know of each heartbeat; here, where counting looks anyway
  std::int64_t minute = 0;              ///< of `polls_in_minute`
  std::int32_t polls_in_minute = 0;
};

/// Heartbeats of one site in one hour, to be added to heartbeat_hour.
struct HourCount {
  SiteNumber number{};
  std::int64_t hour = 0;
  std::int64_t received = 0;
};

/// Hears of each heartbeat of the sites that are watched. Called while the site's shard is locked: it takes note and returns.
class HeartbeatObserver {
 public:
  virtual ~HeartbeatObserver() = default;
  virtual void heard(SiteId id, const LiveSite& site) = 0;
};

class LiveSites {
 public:
  static constexpr std::size_t kShards = 64;

  /// Before any heartbeat. The observer outlives them all.
  void observe(HeartbeatObserver& observer) { observer_ = &observer; }
  /// False when the site is not known (yet): say it again later.
  bool watch(SiteId site, bool on);

  /// Called by Session::on_commit after a site row was created, adopted, restored or changed. Never moves last_seen back, and
  /// never goes back to an older row: two commits may tell us of themselves in the wrong order.
  void put(const Site& site);
  /// The same for the fields that heartbeats and the offline sweep change.
  void put_pulse_state(const Site& site);
  /// After the purge; the id then answers as a tombstone, if one exists.
  void erase(SiteId site);
  void put_tombstone(SiteId site, CustomerId customer, std::int64_t token_version);
  void erase_tombstone(SiteId site);
  /// A job became pending, or the job in flight ended: the next poll looks into the database.
  void wake(SiteId site);

  /// The freshest pulse; nullopt when the site never polled or is unknown.
  std::optional<SitePulse> pulse(SiteId site) const;
  /// Replaces the pulse of rows read from the database by the freshest one.
  void refresh(Site& site) const;
  void refresh(std::vector<Site>& sites) const;

  /// Runs `change` on the site while its shard is locked; false when unknown. Keep it short: no database, no allocation storm.
  template <class F>
  bool with(SiteId site, F&& change) {
    Shard& shard = shard_of(site);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.sites.find(site);
    if (found == shard.sites.end()) return false;
    change(found->second);
    return true;
  }
  /// A heartbeat arrived: counts it and queues the site to be written. Only inside the closure of with().
  void count_heartbeat(SiteId id, LiveSite& site, Timestamp now);

  struct Unwritten {
    std::vector<std::pair<SiteId, LiveSite>> sites;
    std::vector<HourCount> hours;
  };
  /// Takes what is to be written behind; give it back with restore() when the write fails.
  Unwritten take_unwritten();
  void restore(Unwritten&& unwritten);

  struct Silence {
    std::vector<std::pair<SiteId, LiveSite>> silent;  ///< online in the database, last seen before the limit
    std::size_t online = 0;
    std::size_t beating = 0;                          ///< heard of in the last two periods
  };
  Silence silence(Timestamp silent_before, Timestamp beating_since) const;

  std::size_t size() const;
  std::size_t online() const;

 private:
  /// Two words: comparing the array of an id becomes a library call, and every step of a look-up compares.
  struct SameSite {
    bool operator()(SiteId a, SiteId b) const noexcept {
      std::uint64_t x[2], y[2];
      std::memcpy(x, a.value.bytes.data(), sizeof x);
      std::memcpy(y, b.value.bytes.data(), sizeof y);
      return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
    }
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<SiteId, LiveSite, std::hash<SiteId>, SameSite> sites;
    std::vector<SiteId> dirty;
    std::vector<HourCount> past_hours;  ///< hours that ended before they were written
  };
  Shard& shard_of(SiteId site) { return shards_[site.value.bytes[15] % kShards]; }
  const Shard& shard_of(SiteId site) const { return shards_[site.value.bytes[15] % kShards]; }

  std::array<Shard, kShards> shards_;
  HeartbeatObserver* observer_ = nullptr;
};

}  // namespace openstrat::fleet
