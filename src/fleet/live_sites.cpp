#include "fleet/live_sites.hpp"

#include <algorithm>

namespace openstrat::fleet {
namespace {

std::int64_t hour_of(Timestamp time) { return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count(); }

void copy_pulse(const LiveSite& live, SitePulse& pulse) {
  if (!live.ever_seen) return;
  pulse.last_seen_at = live.last_seen_at;
  pulse.last_seen_from = live.last_seen_from.to_string();
  if (live.uptime_s >= 0) pulse.uptime_seconds = live.uptime_s;
}

}  // namespace

void LiveSites::put(const Site& site) {
  Shard& shard = shard_of(site.id);
  const std::lock_guard lock(shard.mutex);
  LiveSite& live = shard.sites[site.id];
  if (!live.tombstone && site.revision < live.revision) return;
  live.revision = site.revision;
  live.customer_id = site.customer_id;
  live.number = site.number;
  live.token_version = site.token_version;
  live.facts_hash = site.facts.facts_hash;
  live.has_pulse = site.has_pulse;
  live.deleting = site.deleted_at.has_value();
  live.tombstone = false;
  live.removal_at = site.scheduler_removal_at.value_or(Timestamp{});
  live.look_for_work = true;
  if (site.pulse.last_seen_at && *site.pulse.last_seen_at > live.last_seen_at) {
    live.ever_seen = true;
    live.last_seen_at = *site.pulse.last_seen_at;
    live.last_seen_from = IpAddress::parse(site.pulse.last_seen_from).value_or(IpAddress{});
    live.uptime_s = site.pulse.uptime_seconds.value_or(-1);
  }
}

void LiveSites::put_pulse_state(const Site& site) {
  with(site.id, [&](LiveSite& live) {
    if (live.tombstone || site.revision < live.revision) return;
    live.revision = site.revision;
    live.has_pulse = site.has_pulse;
    live.facts_hash = site.facts.facts_hash;
  });
}

void LiveSites::erase(SiteId site) {
  Shard& shard = shard_of(site);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.sites.find(site);
  if (found != shard.sites.end() && !found->second.tombstone) shard.sites.erase(found);
}

void LiveSites::put_tombstone(SiteId site, CustomerId customer, std::int64_t token_version) {
  Shard& shard = shard_of(site);
  const std::lock_guard lock(shard.mutex);
  LiveSite& live = shard.sites[site] = LiveSite{};
  live.customer_id = customer;
  live.token_version = token_version;
  live.tombstone = true;
  live.look_for_work = false;
}

void LiveSites::erase_tombstone(SiteId site) {
  Shard& shard = shard_of(site);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.sites.find(site);
  if (found != shard.sites.end() && found->second.tombstone) shard.sites.erase(found);
}

void LiveSites::wake(SiteId site) {
  with(site, [](LiveSite& live) { live.look_for_work = !live.tombstone; });
}

std::optional<SitePulse> LiveSites::pulse(SiteId site) const {
  const Shard& shard = shard_of(site);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.sites.find(site);
  if (found == shard.sites.end() || !found->second.ever_seen) return std::nullopt;
  SitePulse pulse;
  copy_pulse(found->second, pulse);
  return pulse;
}

void LiveSites::refresh(Site& site) const {
  const Shard& shard = shard_of(site.id);
  const std::lock_guard lock(shard.mutex);
  const auto found = shard.sites.find(site.id);
  if (found != shard.sites.end() && !found->second.tombstone) copy_pulse(found->second, site.pulse);
}

void LiveSites::refresh(std::vector<Site>& sites) const {
  for (Site& site : sites) refresh(site);
}

void LiveSites::count_heartbeat(SiteId id, LiveSite& site, Timestamp now) {
  Shard& shard = shard_of(id);  // locked by with()
  const std::int64_t hour = hour_of(now);
  if (site.hour != hour) {
    if (site.unwritten > 0) shard.past_hours.push_back({site.number, site.hour, site.unwritten});
    site.hour = hour;
    site.unwritten = 0;
  }
  ++site.unwritten;
  site.ever_seen = true;
  site.last_seen_at = now;
  if (!site.dirty) {
    site.dirty = true;
    shard.dirty.push_back(id);
  }
  if (site.watched) [[unlikely]] observer_->heard(id, site);
}

bool LiveSites::watch(SiteId site, bool on) {
  return with(site, [&](LiveSite& live) { live.watched = on && observer_ != nullptr && !live.tombstone; });
}

LiveSites::Unwritten LiveSites::take_unwritten() {
  Unwritten out;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    out.hours.insert(out.hours.end(), shard.past_hours.begin(), shard.past_hours.end());
    shard.past_hours.clear();
    for (const SiteId id : shard.dirty) {
      const auto found = shard.sites.find(id);
      if (found == shard.sites.end() || found->second.tombstone) continue;
      LiveSite& site = found->second;
      site.dirty = false;
      out.sites.emplace_back(id, site);
      if (site.unwritten > 0) out.hours.push_back({site.number, site.hour, site.unwritten});
      site.unwritten = 0;
    }
    shard.dirty.clear();
  }
  return out;
}

void LiveSites::restore(Unwritten&& unwritten) {
  for (const auto& [id, copy] : unwritten.sites) {
    Shard& shard = shard_of(id);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.sites.find(id);
    if (found == shard.sites.end() || found->second.tombstone || found->second.dirty) continue;
    found->second.dirty = true;
    shard.dirty.push_back(id);
  }
  // The counts go back as ended hours: added up in the database, their order does not matter.
  Shard& shard = shards_[0];
  const std::lock_guard lock(shard.mutex);
  shard.past_hours.insert(shard.past_hours.end(), unwritten.hours.begin(), unwritten.hours.end());
}

LiveSites::Silence LiveSites::silence(Timestamp silent_before, Timestamp beating_since) const {
  Silence out;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const auto& [id, site] : shard.sites) {
      if (site.tombstone || !site.has_pulse) continue;
      ++out.online;
      if (site.last_seen_at >= beating_since) ++out.beating;
      if (site.last_seen_at < silent_before) out.silent.emplace_back(id, site);
    }
  }
  return out;
}

std::size_t LiveSites::size() const {
  std::size_t count = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    count += shard.sites.size();
  }
  return count;
}

std::size_t LiveSites::online() const {
  std::size_t count = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    count += static_cast<std::size_t>(std::ranges::count_if(shard.sites, [](const auto& entry) { return entry.second.has_pulse; }));
  }
  return count;
}

}  // namespace openstrat::fleet
