#include "app/demo.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>

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

/// openstrat-sim as a child that dies with us.
class Simulator {
 public:
  Simulator(const std::string& program, const std::vector<std::string>& arguments, const std::filesystem::path& log_file) {
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const int out = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);
      sigset_t none;
      sigemptyset(&none);
      ::sigprocmask(SIG_SETMASK, &none, nullptr);
      if (out >= 0) ::dup2(out, STDOUT_FILENO), ::dup2(out, STDERR_FILENO);
      ::execv(program.c_str(), argv.data());
      ::_exit(127);
    }
    if (out >= 0) ::close(out);
  }
  ~Simulator() {
    if (pid_ <= 0 || ended()) return;
    ::kill(pid_, SIGTERM);
    for (int i = 0; i < 50 && !ended(); ++i) ::usleep(100'000);
    if (!ended()) ::kill(pid_, SIGKILL), ::waitpid(pid_, nullptr, 0);
  }
  bool ended() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ <= 0;
  }

 private:
  pid_t pid_ = -1;
};

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

std::string simulator_beside_us() { return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "openstrat-sim").string(); }

struct Seed { Tenant tenant; std::string key; fleet::Runbook runbook; };

Result<Seed> seed(Services& services) {
  auto user = services.users.find_user(std::string_view(kEmail));
  if (!user && user.error().code() != Errc::not_found) return fail(user.error());
  if (!user) {
    auto enrolled = services.users.enrol(kEmail, kPassword, kTeam);
    if (!enrolled) return fail(enrolled.error());
    user = std::move(enrolled->user);
  }
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
  const std::string simulator = options.simulator.empty() ? simulator_beside_us() : options.simulator;
  if (::access(simulator.c_str(), X_OK) != 0) return fail(Errc::not_found, "the simulator is missing: " + simulator);
  const auto log_file = config.fixed.data_dir / "simulator.log";

  auto server = Server::create(std::move(config), web_pack);
  if (!server) return fail(server.error());
  Services& services = (*server)->services();
  Counts counts;
  counts.subscribe(*services.bus);
  if (auto started = (*server)->start(); !started) return started;
  const auto seeded = seed(services);
  if (!seeded) return fail(seeded.error());

  const std::string url = (*server)->urls().api;
  const std::string heading = fmt::format(
      "OpenStrat demo at {0}   (stop with Ctrl-C)\n"
      "Sign in:              {0}/signin   as {2} / {3}\n"
      "API page, signed in:  {0}/docs#token={1}   Simulator's log: {4}\n"
      "Your own router:      {5}\n",
      url, seeded->key, kEmail, kPassword, log_file.string(), services.runbooks.bootstrap_command(seeded->runbook));
  fmt::print("{}\n", heading);
  std::fflush(stdout);

  Simulator fleet(simulator,
                  {"--server", url, "--runbook", fleet::RunbookService::token_text(seeded->runbook), "--count", std::to_string(options.sites),
                   "--routeros", "mixed", "--life", options.life, "--speed", fmt::format("{}", options.speed)},
                  log_file);
  Operator people(services, seeded->tenant);
  Table table(services, seeded->tenant, counts, heading);
  Periodic periodic("demo");
  periodic.every(2s, "the live table", [&] { return table.draw(); });
  periodic.every(8s, "the demo's jobs", [&] { return people.run_one(); });
  periodic.every(5s, "the simulator", [&, told = false]() mutable -> Status {
    if (!fleet.ended() || told) return {};
    told = true;
    log::error("the simulator has ended; its log says why", {{"file", log_file.string()}});
    return {};
  });
  periodic.start();
  run_until_signal(**server, sources);
  periodic.stop();
  return {};
}

}  // namespace openstrat::app
