#include "demo/supervisor.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/log.hpp"
#include "db/database.hpp"
#include "demo/simulator.hpp"
#include "fleet/runbook_service.hpp"

namespace openstrat::demo {
namespace {

constexpr int kRemovedAtOnce = 20;
constexpr Duration kRemovalTime = std::chrono::milliseconds(700);  // of each tick: the lease must be prolonged in time

/// 1 s, 2 s, 4 s …
Duration pause_after(int failures) {
  return std::min<Duration>(std::chrono::seconds(1LL << std::min(failures - 1, 10)), Supervisor::kLongestPause);
}

}  // namespace

std::string why_unavailable(const Settings& settings) {
  if (!settings.enabled) return "Simulated routers are switched off in this installation (demo.enabled).";
  if (::access(settings.program.c_str(), X_OK) != 0)
    return "The simulator is not there (" + settings.program + "): install openstrat-sim beside the server, or set demo.simulator.";
  return {};
}

std::filesystem::path Supervisor::log_file(const Tenant& tenant) const { return deps_.settings.directory / (tenant.customer_id.to_string() + ".log"); }

Status Supervisor::tick() {
  const auto fleets = deps_.database.read([](db::Session& session) { return fleet_store::all(session); });
  if (!fleets) return fail(fleets.error());
  let_go_of(*fleets);
  Status outcome;
  for (const DemoFleet& fleet : *fleets) {
    const auto ours = hold(fleet);
    if (!ours) outcome = fail(ours.error());
    if (!ours) continue;
    if (!*ours) {
      runs_.erase(fleet.customer_id);
      continue;
    }
    if (auto done = carry_out(fleet, runs_[fleet.customer_id]); !done) outcome = std::move(done);
  }
  publish();
  return outcome;
}

/// Who cannot start a simulator leaves it to another node; to remove sites none is needed.
Result<bool> Supervisor::hold(const DemoFleet& fleet) {
  const bool able = fleet.removing_since || why_unavailable(deps_.settings).empty();
  if (!able) return false;
  const Timestamp now = deps_.clock.now();
  if (fleet.leased_by == deps_.settings.node && fleet.lease_until - now > kLease / 2) return true;
  return deps_.database.write([&](db::Session& session) { return fleet_store::lease(session, Tenant{fleet.customer_id}, deps_.settings.node, now, now + kLease); });
}

/// Simulators that nobody wishes for any more.
void Supervisor::let_go_of(const std::vector<DemoFleet>& wanted) {
  std::set<CustomerId> kept;
  for (const DemoFleet& fleet : wanted) kept.insert(fleet.customer_id);
  std::erase_if(runs_, [&](const auto& run) { return !kept.contains(run.first); });
}

Status Supervisor::carry_out(const DemoFleet& fleet, Run& run) {
  if (fleet.removing_since) {
    run.child.reset();
    return remove_sites(fleet);
  }
  if (run.child && run.revision != fleet.revision) run.child.reset();
  if (run.child) {
    look_after(fleet, run);
    return {};
  }
  if (deps_.clock.monotonic() < run.next_start) return {};
  const auto started = start(fleet, run);
  if (started) return {};
  run.message = started.error().message();
  run.next_start = deps_.clock.monotonic() + pause_after(++run.failures);
  return {};
}

void Supervisor::look_after(const DemoFleet& fleet, Run& run) {
  const auto log = log_file(Tenant{fleet.customer_id});
  const Duration lived = deps_.clock.monotonic() - run.started_at;
  if (run.child->is_running()) {
    if (lived > kSettled) run.failures = 0, run.message.clear();
    std::error_code error;
    if (const auto size = std::filesystem::file_size(log, error); !error && size > kLongestLog) std::filesystem::resize_file(log, 0, error);
    return;
  }
  run.child.reset();
  run.restarts += 1;
  run.message = "The simulator has ended: " + last_words(log);
  run.next_start = deps_.clock.monotonic() + pause_after(++run.failures);
  log::warning("a simulator has ended and will be started again", {{"customer", fleet.customer_id.to_string()}, {"said", last_words(log)}});
}

Status Supervisor::start(const DemoFleet& fleet, Run& run) {
  const Tenant tenant{fleet.customer_id};
  const auto runbooks = deps_.runbooks.list(tenant);
  if (!runbooks) return fail(runbooks.error());
  const Timestamp now = deps_.clock.now();
  const auto usable = std::ranges::find_if(*runbooks, [&](const fleet::Runbook& runbook) { return !runbook.disabled && !runbook.site_id && (!runbook.expires_at || *runbook.expires_at > now); });
  if (usable == runbooks->end()) return fail(Errc::conflict, "The team has no runbook that routers can be adopted with.");
  std::error_code error;
  std::filesystem::create_directories(deps_.settings.directory, error);
  auto child = ChildProcess::start(deps_.settings.program, simulator_arguments(fleet, deps_.settings, fleet::RunbookService::token_text(*usable)), log_file(tenant));
  if (!child) return fail(child.error());
  run.child = *std::move(child);
  run.revision = fleet.revision;
  run.started_at = deps_.clock.monotonic();
  log::info("simulated routers started", {{"customer", fleet.customer_id.to_string()}, {"routers", fleet.wish.sites}});
  return {};
}

Status Supervisor::remove_sites(const DemoFleet& fleet) {
  const Tenant tenant{fleet.customer_id};
  const Duration until = deps_.clock.monotonic() + kRemovalTime;
  while (deps_.clock.monotonic() < until) {
    const auto sites = deps_.database.read([&](db::Session& session) { return fleet_store::sites(session, tenant, kRemovedAtOnce); });
    if (!sites) return fail(sites.error());
    for (const SiteId site : *sites) {
      const auto removed = deps_.remove(tenant, site);
      if (!removed && removed.error().code() != Errc::not_found) return fail(removed.error());
      if (auto forgotten = deps_.database.write([&](db::Session& session) { return fleet_store::forget_site(session, tenant, site); }); !forgotten) return forgotten;
    }
    if (!sites->empty()) continue;
    if (deps_.clock.now() - *fleet.removing_since < kLateNews) return {};
    log::info("simulated routers removed", {{"customer", fleet.customer_id.to_string()}});
    std::error_code ignored;
    std::filesystem::remove(log_file(tenant), ignored);
    return deps_.database.write([&](db::Session& session) { return fleet_store::erase(session, tenant); });
  }
  return {};
}

void Supervisor::publish() {
  std::map<CustomerId, RunState> states;
  for (auto& [customer, run] : runs_) states[customer] = {.is_running = run.child && run.child->is_running(), .restarts = run.restarts, .message = run.message};
  *states_.lock() = std::move(states);
}

std::optional<RunState> Supervisor::state(const Tenant& tenant) {
  auto states = states_.lock();
  const auto found = states->find(tenant.customer_id);
  return found == states->end() ? std::nullopt : std::optional(found->second);
}

void Supervisor::stop() {
  if (runs_.empty()) return;
  for (auto& [customer, run] : runs_)
    if (run.child) run.child->terminate();
  runs_.clear();
  publish();
  const auto released = deps_.database.write([&](db::Session& session) { return fleet_store::release(session, deps_.settings.node); });
  if (!released) log::warning("simulated routers: another node has to wait until the lease of this one is over", {log::of(released.error())});
}

}  // namespace openstrat::demo
