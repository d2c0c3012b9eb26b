#include "app/demo.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>

#include "app/demo_parts.hpp"
#include "app/periodic.hpp"
#include "app/server.hpp"
#include "app/services.hpp"
#include "base/log.hpp"
#include "fmt/format.h"
#include "identity/scopes.hpp"

namespace openstrat::app {
namespace {

using namespace std::chrono_literals;

constexpr const char* kEmail = "demo@openstrat.example";
constexpr const char* kPassword = "Try-OpenStrat-1";
constexpr const char* kTeam = "Demo";
constexpr const char* kKeyName = "demo";
constexpr int kRows = 20;

/// What the fleet did since the start, counted from its events.
struct Counts {
  std::atomic<int> adopted{0}, completed{0}, failed{0}, backups{0}, reboots{0}, outages{0};

  void subscribe(bus::Bus& bus) {
    const auto count = [&bus](const char* event, std::atomic<int>& number) {
      bus.subscribe("demo.counts", event, [&number](const bus::Event&) -> Status { return ++number, Status{}; });
    };
    count("site.adopted", adopted), count("job.completed", completed), count("job.failed", failed);
    count("backup.created", backups), count("site.rebooted", reboots), count("site.offline", outages);
  }
};

/// Jobs as an operator would run them; every sixth has a mistake.
class Operator {
 public:
  Operator(Services& services, Tenant tenant) : services_(services), tenant_(tenant) {}

  Status run_one() {
    const auto page = services_.sites.list(tenant_, {.state = fleet::SiteState::online, .limit = 200});
    if (!page) return fail(page.error());
    if (page->sites.empty()) return {};
    struct Task { const char* description; const char* script; bool backup; };
    static constexpr std::array<Task, 6> kTasks{{
        {"Set the NTP servers", "/system clock set time-zone-autodetect=no", false},
        {"Block a bad network", ":do {/ip firewall address-list add list=blocked address=203.0.113.0/24 comment=\"demo\"} on-error={}", true},
        {"Write the uptime into the log", ":log info (\"uptime is \" . [/system resource get uptime])", false},
        {"Add a static DNS name", ":do {/ip dns static add name=intranet.example address=192.168.88.10} on-error={}", true},
        {"Count the interfaces", ":log info (\"interfaces: \" . [:len [/interface find]])", false},
        {"Remove a rule that does not exist", "/ip firewall filter remove [find where comment=\"no such rule\"]; :error \"nothing was removed\"", false},
    }};
    const auto& task = kTasks[next_++ % kTasks.size()];
    const auto& site = page->sites[services_.rng.below(page->sites.size())];
    const auto created = services_.jobs.create(tenant_, site.id, {.description = task.description, .script = task.script,
                                                                  .should_backup = task.backup, .created_by = "demo"});
    if (!created) return fail(created.error());
    return {};
  }

 private:
  Services& services_;
  Tenant tenant_;
  std::size_t next_ = 0;
};

class Table {
 public:
  Table(Services& services, Tenant tenant, const Counts& counts, std::string heading)
      : services_(services), tenant_(tenant), counts_(counts), heading_(std::move(heading)), terminal_(::isatty(STDOUT_FILENO) == 1) {}

  Status draw() {
    const auto page = services_.sites.list(tenant_, {.limit = kRows});
    if (!page) return fail(page.error());
    const auto online = services_.live.online();
    const std::string totals =
        fmt::format("{} sites, {} online · {} adoptions · jobs: {} done, {} failed · {} backups · {} reboots · {} outages", page->total, online,
                    counts_.adopted.load(), counts_.completed.load(), counts_.failed.load(), counts_.backups.load(), counts_.reboots.load(),
                    counts_.outages.load());
    if (!terminal_) {
      if (totals != last_) fmt::print("{}\n", totals), std::fflush(stdout);
      last_ = totals;
      return {};
    }
    std::string screen = "\033[H\033[J" + heading_ + "\n\033[1m" + totals + "\033[0m\n\n";
    screen += fmt::format("\033[4m{:<34} {:<20} {:<9} {:<9} {:<15} {:<22}\033[0m\n", "site", "model", "RouterOS", "state", "last seen", "uptime");
    const Timestamp now = services_.clock.now();
    for (const auto& site : page->sites) {
      const bool up = site.state() == fleet::SiteState::online;
      screen += fmt::format("{:<34.34} {:<20.20} {:<9.9} {}{:<9}\033[0m {:<15.15} {:<22.22}\n", site.name, site.facts.model.value_or("-"),
                            site.facts.software_version.value_or("-"), up ? "\033[32m" : "\033[31m", fleet::to_string(site.state()),
                            site.pulse.last_seen_at ? human_relative(*site.pulse.last_seen_at, now) : "-",
                            site.pulse.uptime_seconds ? human_duration(std::chrono::seconds(*site.pulse.uptime_seconds)) : "-");
    }
    if (page->total > kRows) screen += fmt::format("… and {} more\n", page->total - kRows);
    fmt::print("{}", screen);
    std::fflush(stdout);
    return {};
  }

 private:
  Services& services_;
  Tenant tenant_;
  const Counts& counts_;
  const std::string heading_;
  const bool terminal_;
  std::string last_;
};

struct Seed { Tenant tenant; std::string key; fleet::Runbook runbook; };

Result<Seed> seed(Services& services) {
  auto user = services.users.find_user(std::string_view(kEmail));
  if (!user && user.error().code() != Errc::not_found) return fail(user.error());
  if (!user) {
    auto enrolled = services.users.enrol(kEmail, kPassword, kTeam);
    if (!enrolled) return fail(enrolled.error());
    user = std::move(enrolled->user);
  }
  if (auto able = services.users.set_operator(user->id, identity::UserService::Operator::yes); !able) return fail(able.error());
  const auto team = services.users.find_team(std::string_view(kTeam));
  if (!team) return fail(team.error());
  if (!*team) return fail(Errc::not_found, "the demo's team is gone; remove its data directory");
  const Tenant tenant{(*team)->id};
  // A key is shorter than an access token and does not end after a day; those of earlier runs go.
  const auto old_keys = services.keys.list(tenant);
  if (!old_keys) return fail(old_keys.error());
  for (const auto& old_key : *old_keys)
    if (old_key.name == kKeyName)
      if (auto revoked = services.keys.revoke(tenant, old_key.id); !revoked) return fail(revoked.error());
  const auto key = services.keys.create(tenant, {.name = kKeyName, .scopes = identity::all_scopes(), .created_by = user->id});
  if (!key) return fail(key.error());
  const auto runbooks = services.runbooks.list(tenant);
  if (!runbooks) return fail(runbooks.error());
  return Seed{tenant, key->key, runbooks->front()};
}

}  // namespace

Status run_demo(LoadedConfig config, const ConfigSources& sources, const DemoOptions& options, std::string_view web_pack) {
  const std::string simulator = config.fixed.demo.simulator.empty() ? simulator_beside_us() : config.fixed.demo.simulator;
  if (::access(simulator.c_str(), X_OK) != 0) return fail(Errc::not_found, "the simulator is missing: " + simulator);

  auto server = Server::create(std::move(config), web_pack);
  if (!server) return fail(server.error());
  Services& services = (*server)->services();
  Counts counts;
  counts.subscribe(*services.bus);
  if (auto started = (*server)->start(); !started) return started;
  const auto seeded = seed(services);
  if (!seeded) return fail(seeded.error());
  demo::FleetService& fleets = (*server)->demo().fleets();
  const demo::Wish wish{.sites = options.sites, .routeros = "mixed", .life = options.life, .speed = options.speed};
  if (auto wished = fleets.start(seeded->tenant, wish, demo::FleetService::Asker::operator_); !wished) return fail(wished.error());

  const std::string url = (*server)->urls().api;
  const std::string heading = fmt::format(
      "OpenStrat demo at {0}   (stop with Ctrl-C)\n"
      "Sign in:              {0}/signin   as {2} / {3}\n"
      "API page, signed in:  {0}/docs#token={1}   Simulator's log: {4}\n"
      "Your own router:      {5}\n",
      url, seeded->key, kEmail, kPassword, (*server)->demo().log_file(seeded->tenant).string(), services.runbooks.bootstrap_command(seeded->runbook));
  fmt::print("{}\n", heading);
  std::fflush(stdout);

  Operator people(services, seeded->tenant);
  Table table(services, seeded->tenant, counts, heading);
  Periodic periodic("demo table");
  periodic.every(2s, "the live table", [&] { return table.draw(); });
  periodic.every(8s, "the demo's jobs", [&] { return people.run_one(); });
  periodic.start();
  run_until_signal(**server, sources);
  periodic.stop();
  return {};
}

}  // namespace openstrat::app
