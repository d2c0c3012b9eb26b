// A fleet on the command line: adopt, live, tell how it goes, stop cleanly.
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include <boost/json.hpp>
#include <fmt/core.h>

#include "sim/device/control.hpp"
#include "sim/device/fleet.hpp"
#include "sim/device/mndp.hpp"
#include "sim/device/read_file.hpp"
#include "sim/programs/listening.hpp"
#include "sim/programs/programs.hpp"
#include "sim/programs/services.hpp"
#include "sim/programs/stop_signals.hpp"
#include "sim/tunnels/namespaces.hpp"

namespace openstrat::sim {
namespace {

constexpr int kReportSeconds = 5;
constexpr int kReportsPerTrim = 6;

/// Null: routers share the machine's network, or the one router has a namespace that was there before.
Result<std::unique_ptr<Namespaces>> own_namespaces(const FleetProgram& program) {
  if (program.namespaces.empty()) return std::unique_ptr<Namespaces>();
  return Namespaces::make({.prefix = program.namespaces, .network = program.namespace_network, .count = program.count});
}

Result<std::vector<std::shared_ptr<const NetworkNamespace>>> namespaces_of(const FleetProgram& program, const SingleProgram& routers, const Namespaces* made) {
  if (made != nullptr) return made->all();
  if (routers.network_namespace.empty()) return std::vector<std::shared_ptr<const NetworkNamespace>>();
  if (program.count > 1) return fail(Errc::invalid, "--namespace is for one router; --namespaces makes one for each");
  auto opened = NetworkNamespace::open(routers.network_namespace);
  if (!opened) return fail(std::move(opened.error()));
  return std::vector{std::move(*opened)};
}

Result<FleetOptions> fleet_options(const FleetProgram& program, const SingleProgram& routers, const Namespaces* made) {
  FleetOptions options;
  auto versions = parse_versions(routers.routeros);
  if (!versions) return fail(std::move(versions.error()));
  auto chosen = parse_models(routers.models);
  if (!chosen) return fail(std::move(chosen.error()));
  auto packages = parse_packages(routers.packages);
  if (!packages) return fail(std::move(packages.error()));
  options.loop = {.mode = TimeMode::real, .speed = routers.speed, .start = system_clock().now()};
  options.births = {.seed = routers.seed, .versions = std::move(*versions), .models = std::move(*chosen), .packages = *packages, .source_network = program.source_network, .serial_prefix = program.serial_prefix,
                    .detours = program.detours.empty() ? nullptr : std::make_shared<const std::vector<std::string>>(program.detours)};
  auto namespaces = namespaces_of(program, routers, made);
  if (!namespaces) return fail(std::move(namespaces.error()));
  const bool apart = !namespaces->empty();  // then all of them can have the same address
  options.births.namespaces = std::move(*namespaces);
  auto listen = listen_plan(routers.listen.empty() && apart ? std::string(kEverywhere) : routers.listen, routers.port_offset, apart && !routers.listen.contains('/') ? 1 : program.count);
  if (!listen) return fail(std::move(listen.error()));
  options.births.listen = std::move(*listen);
  options.count = program.count;
  options.server = program.server;
  options.runbook = program.runbook;
  options.bootstrap = program.bootstrap;
  options.adoptions_per_second = program.adoptions_per_second;
  options.life = program.life == "busy" ? LifePace::busy : program.life == "calm" ? LifePace::calm : LifePace::none;
  for (const std::string& path : routers.exports) {
    auto text = read_file(path);
    if (!text) return fail(std::move(text.error()));
    options.exports.push_back(std::move(*text));
  }
  for (const std::string& path : routers.scripts) {
    auto text = read_file(path);
    if (!text) return fail(std::move(text.error()));
    options.scripts.push_back(std::move(*text));
  }
  return options;
}

/// Calls back every so many real seconds.
class Ticker {
 public:
  Ticker(EventLoop& loop, double seconds, std::function<void()> tick)
      : loop_(loop), fd_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    itimerspec when{};
    when.it_interval.tv_sec = static_cast<time_t>(seconds);
    when.it_interval.tv_nsec = static_cast<long>((seconds - static_cast<double>(when.it_interval.tv_sec)) * 1e9);
    when.it_value = when.it_interval;
    timerfd_settime(fd_, 0, &when, nullptr);
    loop_.watch(fd_, EPOLLIN, [this, tick = std::move(tick)](std::uint32_t) {
      std::uint64_t expired = 0;
      [[maybe_unused]] const auto got = read(fd_, &expired, sizeof expired);
      tick();
    });
  }
  ~Ticker() {
    loop_.unwatch(fd_);
    close(fd_);
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  EventLoop& loop_;
  int fd_;
};

void print_summary(const FleetStats& stats, double seconds) {
  const boost::json::object summary{{"seconds", seconds},
                                    {"routers", stats.routers},
                                    {"adopted", stats.adopted},
                                    {"online", stats.online},
                                    {"adoptions_failed", stats.adoptions_failed},
                                    {"polls", stats.polls},
                                    {"polls_failed", stats.polls_failed},
                                    {"fetches", stats.fetches},
                                    {"fetches_failed", stats.fetches_failed},
                                    {"uploads", stats.uploads},
                                    {"uploads_failed", stats.uploads_failed},
                                    {"scripts_failed", stats.scripts_failed},
                                    {"reboots", stats.reboots},
                                    {"outages", stats.outages},
                                    {"edits", stats.edits},
                                    {"last_error", stats.last_error}};
  std::cout << boost::json::serialize(summary) << std::endl;
}

}  // namespace

int run_fleet(const FleetProgram& program, const SingleProgram& routers) {
  hold_stop_signals();
  auto namespaces = own_namespaces(program);  // go last
  auto options = namespaces ? fleet_options(program, routers, namespaces->get()) : fail(std::move(namespaces.error()));
  if (!options) {
    const Error& error = options.error();
    std::cerr << "openstrat-sim: " << (error.fields().empty() ? error.message() : error.fields().front().text) << "\n";
    return 2;
  }
  allow_many_connections();
  Fleet fleet(std::move(*options));
  const StopSignals signals(fleet.loop());
  const Duration begun = system_clock().monotonic();
  const auto seconds = [&] { return static_cast<double>((system_clock().monotonic() - begun).count()) / 1e6; };
  fleet.start();
  fmt::print(stderr, "openstrat-sim: {} routers started in {:.2f} s\n", fleet.size(), seconds());
  std::vector<Router*> members;
  std::vector<std::shared_ptr<void>> companions;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    members.push_back(&fleet.router(i));
    companions.push_back(start_companions(fleet.router(i)));
  }
  const ServiceTable services = all_services();
  const auto ports = open_all(members, services);
  if (!ports.empty()) fmt::print(stderr, "openstrat-sim: services of {} routers are open, the first: {}\n", ports.size(), ports.front()->describe());
  std::unique_ptr<Mndp> segment;
  if (!program.mndp.empty()) {
    auto opened = Mndp::open(fleet.loop(), members, program.mndp);
    if (!opened) {
      std::cerr << "openstrat-sim: " << opened.error().message() << "\n";
      return 2;
    }
    segment = std::move(*opened);
  }
  std::unique_ptr<Control> control;
  if (!program.control.empty()) {
    auto listening = Control::listen(fleet, program.control);
    if (!listening) {
      std::cerr << "openstrat-sim: " << listening.error().message() << "\n";
      return 2;
    }
    control = std::move(*listening);
  }
  FleetStats last;
  int reports = 0;
  const Ticker report(fleet.loop(), kReportSeconds, [&] {
    const FleetStats now = fleet.stats();
    fmt::print(stderr, "openstrat-sim: {}/{} adopted, {} online, {:.1f} polls/s, {} polls and {} other calls failed, {} scripts failed{}{}\n", now.adopted,
               now.routers, now.online, static_cast<double>(now.polls - last.polls) / kReportSeconds, now.polls_failed,
               now.fetches_failed + now.uploads_failed, now.scripts_failed, now.last_error == last.last_error ? "" : "; last: ",
               now.last_error == last.last_error ? "" : now.last_error);
    last = now;
    // A burst of connections leaves holes all over the heap; what an idle fleet needs is a third of that.
    if (++reports % kReportsPerTrim == 0) malloc_trim(0);
  });
  std::unique_ptr<Ticker> end;
  if (program.duration_s > 0) end = std::make_unique<Ticker>(fleet.loop(), program.duration_s, [&] { fleet.loop().stop(); });
  fleet.loop().run();
  if (program.json) print_summary(fleet.stats(), seconds());
  return 0;
}

}  // namespace openstrat::sim
