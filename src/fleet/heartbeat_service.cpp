#include "fleet/heartbeat_service.hpp"

#include <memory>

#include "base/attributes.hpp"
#include "base/log.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/adoption_log.hpp"
#include "fleet/device_token.hpp"
#include "fleet/facts.hpp"
#include "fleet/job_service.hpp"
#include "fleet/site_removal.hpp"
#include "fleet/site_store.hpp"
#include "routeros/heartbeat.hpp"
#include "routeros/scripts.hpp"

namespace openstrat::fleet {
namespace {

/// A missed wake-up (another process wrote the job) delays a job by this much at most.
constexpr auto kLookAnyway = std::chrono::minutes(5);
constexpr std::int64_t kClockSlack_s = 60;

/// New uptime far below the old one, or a boot after the last heartbeat. A heartbeat that spent a minute in a slow
/// connection is no reboot.
bool has_rebooted(const LiveSite& site, Timestamp now, std::int64_t uptime_s) {
  if (!site.ever_seen || site.uptime_s < 0) return false;
  return uptime_s < site.uptime_s - kClockSlack_s || now - std::chrono::seconds(uptime_s) > site.last_seen_at;
}

bool over_rate(LiveSite& site, Timestamp now, int limit) {
  const auto minute = std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count();
  if (site.minute != minute) site.minute = minute, site.polls_in_minute = 0;
  return limit > 0 && ++site.polls_in_minute > limit;
}

}  // namespace

PollAnswer HeartbeatService::answer_tombstone(std::int64_t version, std::int64_t claimed, bool readable) const {
  if (claimed != version) return {.status = 401};
  const routeros::TombstoneParams params{.brand = deps_.settings.brand, .quiet_fetch_log = deps_.settings.quiet_fetch_log};
  return {.script = routeros::render_tombstone_removal(params, readable ? routeros::Style::readable : routeros::Style::minified)};
}

void HeartbeatService::poll(Poll poll, std::move_only_function<void(PollAnswer)> answer) {
  const auto claims = deps_.tokens.open(poll.token);
  if (!claims) return answer({.status = 401});
  const Timestamp now = deps_.clock.now();
  const auto [sample, hash] = routeros::glance(poll.body);
  // An empty or cut body is a heartbeat too, but says nothing of the router.
  const bool has_facts = sample.uptime_s.has_value();
  const auto facts_hash = has_facts ? static_cast<std::int64_t>(hash) : 0;

  enum class Outcome { unknown, refused, limited, tombstone, quiet, transaction } outcome = Outcome::unknown;
  std::int64_t known_version = 0;
  bool ip_changed = false;
  CustomerId customer;
  IpAddress old_ip;
  Changes changes{.site_id = claims->site_id, .facts_hash = facts_hash, .received_at = now, .uptime_s = sample.uptime_s,
                  .readable = poll.readable};
  deps_.live.with(claims->site_id, [&](LiveSite& site) {
    known_version = site.token_version;
    if (site.tombstone) return void(outcome = Outcome::tombstone);
    if (claims->version != site.token_version) return void(outcome = Outcome::refused);
    if (over_rate(site, now, polls_per_minute_.load(std::memory_order_relaxed))) return void(outcome = Outcome::limited);

    if (sample.uptime_s) {
      site.reboot_unrecorded |= has_rebooted(site, now, *sample.uptime_s);
      site.uptime_s = *sample.uptime_s;
    }
    ip_changed = site.ever_seen && site.last_seen_from != poll.remote;
    old_ip = site.last_seen_from;
    customer = site.customer_id;
    deps_.live.count_heartbeat(claims->site_id, site, now);
    site.last_seen_from = poll.remote;
    site.cpu_load_percent = static_cast<std::int32_t>(sample.cpu_load_percent.value_or(-1));
    site.free_memory = sample.free_memory.value_or(-1);
    site.free_hdd_space = sample.free_hdd_space.value_or(-1);

    changes.facts = has_facts && facts_hash != site.facts_hash;
    changes.rebooted = site.reboot_unrecorded;
    changes.first = site.just_adopted;
    const bool look = site.look_for_work || site.deleting || now - site.last_asked_at > kLookAnyway;
    if (site.in_transaction || !(look || !site.has_pulse || changes.facts || changes.rebooted || changes.first)) return void(outcome = Outcome::quiet);
    outcome = Outcome::transaction;
    site.in_transaction = true;
    site.look_for_work = false;  // a wake-up, or a reboot, from here on counts again
    site.reboot_unrecorded = false;
    site.just_adopted = false;
    site.last_asked_at = now;
  });

  if (ip_changed)
    deps_.bus.publish({.name = "site.ip_changed", .occurred_at = now, .customer_id = customer, .site_id = claims->site_id,
                       .resource_id = claims->site_id.to_string(),
                       .data = {{"from", old_ip.to_string()}, {"to", poll.remote.to_string()}}});
  switch (outcome) {
    case Outcome::unknown:
    case Outcome::refused: return answer({.status = 401});
    case Outcome::limited: return answer({.status = 429});
    case Outcome::tombstone: return answer(answer_tombstone(known_version, claims->version, poll.readable));
    case Outcome::quiet: return answer({});
    case Outcome::transaction: break;
  }

  changes.body = std::move(poll.body);
  const bool rebooted = changes.rebooted, first = changes.first;
  auto script = std::make_shared<std::string>();
  deps_.database.write_async(
      [this, changes = std::move(changes), script](db::Session& session) -> Status {
        auto rendered = apply(session, changes);
        if (!rendered) return fail(rendered.error());
        *script = std::move(*rendered);
        return {};
      },
      [this, script, site = claims->site_id, rebooted, first, answer = std::move(answer)](Status status) mutable {
        deps_.live.with(site, [&](LiveSite& live) {
          live.in_transaction = false;
          if (status) return;
          live.look_for_work = true;
          live.reboot_unrecorded |= rebooted;
          live.just_adopted |= first;
        });
        if (status) return answer({.script = std::move(*script)});
        log::warning("a heartbeat could not be committed", {{"site", site.to_string()}, log::of(status.error())});
        answer({.status = status.error().code() == Errc::unauthenticated ? 401 : 503});
      });
}

Status HeartbeatService::record_transition(db::Session& session, Site& site, const Changes& changes) {
  const auto event = [&](const char* name, Attributes data) {
    return deps_.bus.append(session, {.name = name, .occurred_at = changes.received_at, .customer_id = site.customer_id,
                                      .site_id = site.id, .resource_id = site.id.to_string(), .data = std::move(data)});
  };
  bool power_outage = false;
  if (!site.has_pulse) {
    Attributes data{{"name", site.name}};
    if (site.offline_since) {
      const auto outage_s = std::chrono::duration_cast<std::chrono::seconds>(changes.received_at - *site.offline_since).count();
      power_outage = changes.uptime_s && *changes.uptime_s < outage_s;
      data.set("offline_since", to_unix_us(*site.offline_since)).set("outage_s", std::int64_t{outage_s}).set("power_outage", power_outage);
    }
    site.has_pulse = true;
    site.offline_since.reset();
    if (auto appended = event("site.online", std::move(data)); !appended) return appended;
  }
  // A power cut is the cause of the outage that just ended, not a second disturbance.
  if (changes.rebooted && !power_outage) {
    Attributes data{{"name", site.name}, {"uptime_s", changes.uptime_s.value_or(0)}};
    if (auto appended = event("site.rebooted", std::move(data)); !appended) return appended;
  }
  if (changes.facts) {
    const auto old_version = site.facts.software_version;
    site.facts = facts_of(routeros::parse_heartbeat(changes.body), site.facts, changes.facts_hash);
    if (old_version && site.facts.software_version && old_version != site.facts.software_version) {
      auto appended = event("site.version_changed", {{"from", *old_version}, {"to", *site.facts.software_version}});
      if (!appended) return appended;
    }
  }
  return {};
}

Status HeartbeatService::record_first(db::Session& session, const Site& site, const Changes& changes) {
  auto heard = deps_.adoptions.follow_up_in(session, site.tenant(), site.id, {.step = AdoptionStep::first_heartbeat, .detail = "The router reports by itself"});
  if (!heard || !changes.uptime_s) return heard;  // a cut body says nothing of the router
  const SiteFacts& facts = site.facts;
  return deps_.adoptions.follow_up_in(session, site.tenant(), site.id,
                                      {.step = AdoptionStep::identity, .detail = facts.model.value_or("Unknown model") + ", RouterOS " + facts.software_version.value_or("of unknown version")});
}

Result<std::string> HeartbeatService::apply(db::Session& session, const Changes& changes) {
  auto found = site_store::find_any(session, changes.site_id);
  if (!found) return fail(found.error());
  if (!*found) return fail(Errc::unauthenticated, "The site is gone.");
  Site& site = **found;

  if (!site.has_pulse || changes.rebooted || changes.facts) {
    if (auto recorded = record_transition(session, site, changes); !recorded) return fail(recorded.error());
    if (changes.uptime_s) site.booted_at = changes.received_at - std::chrono::seconds(*changes.uptime_s);
    site.updated_at = changes.received_at;
    if (auto updated = site_store::update(session, site); !updated) return fail(updated.error());
  }
  if (changes.first)
    if (auto recorded = record_first(session, site, changes); !recorded) return fail(recorded.error());
  session.on_commit([this, site] { deps_.live.put_pulse_state(site); });

  if (site.deleted_at && site.scheduler_removal_at && changes.received_at >= *site.scheduler_removal_at)
    return deps_.removal.removal_script(site, changes.readable);
  auto handout = deps_.jobs.hand_out(session, site, changes.readable);
  if (!handout) return fail(handout.error());
  return *handout ? std::move((*handout)->script) : std::string();
}

}  // namespace openstrat::fleet
