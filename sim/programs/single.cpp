// One router on the command line.
#include <iostream>
#include <optional>

#include <fmt/core.h>

#include "sim/config/import.hpp"
#include "sim/device/births.hpp"
#include "sim/device/network.hpp"
#include "sim/device/network_namespace.hpp"
#include "sim/device/read_file.hpp"
#include "sim/programs/listening.hpp"
#include "sim/programs/programs.hpp"
#include "sim/programs/prompt.hpp"
#include "sim/programs/services.hpp"
#include "sim/programs/stop_signals.hpp"

namespace openstrat::sim {
namespace {

/// Runs one text; false: it failed, and the router's words were printed.
bool run_text(Services& services, Router& router, std::string source) {
  bool done = false;
  bool fine = true;
  JobRequest request;
  request.source = std::move(source);
  request.type = "login";
  request.output = [](std::string_view line) { fmt::print("{}\n", line); };
  request.done = [&](const JobOutcome& outcome) {
    done = true;
    fine = !outcome.error;
    if (outcome.error) fmt::print("{}\n", *outcome.error);
  };
  if (!router.run(std::move(request))) {
    fmt::print("the router is not running\n");
    return false;
  }
  services.loop.run_until([&] { return done; }, std::chrono::hours(24 * 365));
  std::fflush(stdout);
  return fine;
}

}  // namespace

int run_single(const SingleProgram& options) {
  const auto versions = parse_versions(options.routeros);
  const auto chosen = parse_models(options.models.empty() ? "rb750gr3" : options.models);
  const auto packages = parse_packages(options.packages);
  if (!versions || !chosen || !packages) {
    const Error& error = !versions ? versions.error() : !chosen ? chosen.error() : packages.error();
    std::cerr << "openstrat-sim: " << error.fields().front().text << "\n";
    return 2;
  }
  const bool apart = !options.network_namespace.empty();
  auto listen = listen_plan(options.listen.empty() && apart ? std::string(kEverywhere) : options.listen, options.port_offset, 1);
  if (!listen) {
    std::cerr << "openstrat-sim: " << listen.error().message() << "\n";
    return 2;
  }
  std::shared_ptr<const NetworkNamespace> space;
  if (apart) {
    auto opened = NetworkNamespace::open(options.network_namespace);
    if (!opened) {
      std::cerr << "openstrat-sim: " << opened.error().message() << "\n";
      return 2;
    }
    space = std::move(*opened);
  }
  if (!listen->address.empty()) hold_stop_signals();
  Services services({.speed = options.speed, .start = system_clock().now()});
  RouterSpec spec = birth({.seed = options.seed, .versions = {versions->front()}, .models = {chosen->front()}, .packages = *packages, .source_network = {}, .listen = std::move(*listen)}, 0);
  spec.identity.clear();
  spec.network_namespace = std::move(space);
  spec.permissive = !options.exports.empty();
  if (spec.permissive) spec.defaults = DefaultConfiguration::none;
  Router router(services, spec);
  for (const std::string& path : options.exports) {
    const auto text = read_file(path);
    if (!text) {
      std::cerr << "openstrat-sim: " << text.error().message() << "\n";
      return 2;
    }
    for (const std::string& failure : import_leniently(router.config(), *text, router.facts())) std::cerr << path << ": " << failure << "\n";
  }
  std::optional<StopSignals> signals;
  if (!router.spec().listen.address.empty()) {
    signals.emplace(services.loop);
    allow_many_connections();
  }
  router.network().change_world([&](World& world) { world.tunnels_connect = options.connect_vpn; });
  router.power_on();
  const ServiceTable table = all_services();
  const auto ports = open_aloud(router, table);
  const auto companions = start_companions(router);
  for (const std::string& path : options.scripts) {
    auto text = read_file(path);
    if (!text) {
      std::cerr << "openstrat-sim: " << text.error().message() << "\n";
      return 2;
    }
    if (!run_text(services, router, std::move(*text))) return 1;
  }
  if (options.console) {
    const auto echo = router.logbook().watch_echo([](std::string_view line) { fmt::print("{}\n", line); });
    run_prompt(services, router);
  } else if (ports != nullptr) services.loop.run();
  else if (options.scripts.empty()) run_text(services, router, "/export");
  return 0;
}

}  // namespace openstrat::sim
