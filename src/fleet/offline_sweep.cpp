#include "fleet/offline_sweep.hpp"

#include <algorithm>
#include <span>

#include "base/log.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/site_store.hpp"

namespace openstrat::fleet {
namespace {

constexpr std::size_t kStep = 100;
/// A handful of sites may well fail together; "most of the fleet" means something from here on.
constexpr std::size_t kSmallFleet = 20;
/// If the rest keeps beating that long, the silent majority is really gone.
constexpr auto kHoldBackLimit = std::chrono::minutes(15);
/// A sweep that runs this late means that this host was stopped or suspended: count anew.
constexpr auto kStalled = std::chrono::seconds(60);

}  // namespace

OfflineSweep::OfflineSweep(db::Database& database, bus::Bus& bus, LiveSites& live, const Clock& clock, const Settings& settings)
    : database_(database), bus_(bus), live_(live), clock_(clock), settings_(settings), listening_since_(clock.now()), last_run_(clock.now()) {}

bool OfflineSweep::our_own_fault(const LiveSites::Silence& silence, Timestamp now) {
  const bool most = silence.online >= kSmallFleet && silence.silent.size() * 2 > silence.online;
  if (!most) {
    held_back_since_.reset();
    return false;
  }
  if (!held_back_since_) {
    held_back_since_ = now;
    log::error("more than half of the fleet fell silent at once: looks like our own network, no site is marked offline",
               {{"silent", silence.silent.size()}, {"online", silence.online}});
  }
  const bool rest_beats = silence.beating * 10 >= silence.online;
  return !rest_beats || now - *held_back_since_ < kHoldBackLimit;
}

Status OfflineSweep::run() {
  const Timestamp now = clock_.now();
  if (now - last_run_ > kStalled) {
    log::warning("the offline sweep was held up; sites get a full window before they count as silent",
                 {{"seconds", std::chrono::duration_cast<std::chrono::seconds>(now - last_run_).count()}});
    listening_since_ = now;
  }
  last_run_ = now;
  if (now - listening_since_ < settings_.restart_guard) return {};

  const Timestamp silent_before = now - settings_.offline_after();
  const auto silence = live_.silence(silent_before, now - 2 * settings_.heartbeat_period);
  if (our_own_fault(silence, now)) return {};  // also when nobody is silent: that ends a hold-back
  const std::span all(silence.silent);
  for (std::size_t done = 0; done < all.size(); done += kStep)
    if (auto marked = mark(all.subspan(done, std::min(kStep, all.size() - done)), silent_before); !marked) return marked;
  return {};
}

Status OfflineSweep::mark(std::span<const std::pair<SiteId, LiveSite>> silent, Timestamp silent_before) {
  const Timestamp now = clock_.now();
  return database_.write([&](db::Session& session) -> Status {
    for (const auto& [id, seen] : silent) {
      const auto pulse = live_.pulse(id);
      if (pulse && pulse->last_seen_at && *pulse->last_seen_at >= silent_before) continue;  // it came back just now
      auto site = site_store::find_any(session, id);
      if (!site) return fail(site.error());
      if (!*site) continue;
      if (!(*site)->has_pulse) {  // the row knows already; the live table missed it
        session.on_commit([this, site = **site] { live_.put_pulse_state(site); });
        continue;
      }
      const Timestamp first_missed = seen.ever_seen ? seen.last_seen_at + settings_.heartbeat_period : now;
      (*site)->has_pulse = false;
      (*site)->offline_since = first_missed;
      (*site)->updated_at = now;
      if (auto updated = site_store::update(session, **site); !updated) return updated;
      auto appended = bus_.append(
          session, {.name = "site.offline", .occurred_at = first_missed, .customer_id = (*site)->customer_id, .site_id = id,
                    .resource_id = id.to_string(),
                    .data = {{"name", (*site)->name}, {"deleting", (*site)->deleted_at.has_value()}, {"offline_since", to_unix_us(first_missed)}}});
      if (!appended) return appended;
      session.on_commit([this, site = **site] { live_.put_pulse_state(site); });
    }
    return {};
  });
}

}  // namespace openstrat::fleet
