// openstrat-sim packet: what a configuration does to one packet.
#include <iostream>

#include <fmt/core.h>

#include "sim/behaviour/packet_request.hpp"
#include "sim/config/import.hpp"
#include "sim/device/births.hpp"
#include "sim/device/network.hpp"
#include "sim/device/read_file.hpp"
#include "sim/programs/programs.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kUntilSettled = std::chrono::seconds(5);  ///< DHCP clients and tunnels are there by then

int refuse(std::string_view words) {
  std::cerr << "openstrat-sim: " << words << "\n";
  return 2;
}

/// Empty when the script ran.
std::string run_script(Services& services, Router& router, std::string source) {
  bool done = false;
  std::string failure;
  JobRequest request;
  request.source = std::move(source);
  request.type = "login";
  request.done = [&](const JobOutcome& outcome) {
    done = true;
    failure = outcome.error.value_or("");
  };
  if (!router.run(std::move(request))) return "the router is not running";
  services.loop.run_until([&] { return done; }, std::chrono::hours(24));
  return failure;
}

}  // namespace

int run_packet(const PacketProgram& options) {
  const auto versions = parse_versions(options.routeros);
  const auto chosen = parse_models(options.models.empty() ? "rb750gr3" : options.models);
  if (!versions || !chosen) return refuse((versions ? chosen.error() : versions.error()).fields().front().text);
  auto packet = read_packet(options.words);
  if (!packet) return refuse(packet.error().message());
  Services services({.mode = TimeMode::jumping, .start = system_clock().now()});
  RouterSpec spec = birth({.seed = 1, .versions = {versions->front()}, .models = {chosen->front()}}, 0);
  spec.permissive = !options.exports.empty();
  if (spec.permissive) spec.defaults = DefaultConfiguration::none;
  Router router(services, spec);
  for (const std::string& path : options.exports) {
    const auto text = read_file(path);
    if (!text) return refuse(text.error().message());
    for (const std::string& failure : import_leniently(router.config(), *text, router.facts())) std::cerr << path << ": " << failure << "\n";
  }
  router.network().change_world([](World& world) { world.tunnels_connect = true; });
  router.power_on();
  services.loop.run_for(kUntilSettled);
  for (const std::string& path : options.scripts) {
    auto text = read_file(path);
    if (!text) return refuse(text.error().message());
    if (const std::string failure = run_script(services, router, std::move(*text)); !failure.empty()) return refuse(path + ": " + failure);
  }
  const Judgement judgement = router.network().send(std::move(*packet));
  fmt::print("{}", judgement.to_text());
  return judgement.fate == Fate::accepted ? 0 : 1;
}

}  // namespace openstrat::sim
