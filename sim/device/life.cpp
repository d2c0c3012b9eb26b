#include "sim/device/life.hpp"

#include <cmath>

#include <fmt/core.h>

namespace openstrat::sim {
namespace {

constexpr Duration kCalm = std::chrono::minutes(90);  ///< mean time between two events of one router
constexpr Duration kBusy = std::chrono::minutes(6);

}  // namespace

void Life::begin(Router& router) {
  if (pace_ != LifePace::none) plan(router);
}

void Life::plan(Router& router) {
  const Duration mean = pace_ == LifePace::busy ? kBusy : kCalm;
  const double uniform = (static_cast<double>(rng_.below(1'000'000)) + 1.0) / 1'000'001.0;
  const auto wait = Duration(static_cast<std::int64_t>(-std::log(uniform) * static_cast<double>(mean.count())));
  loop_.after(wait, [this, &router] {
    happen(router);
    plan(router);
  });
}

void Life::happen(Router& router) {
  if (router.power() != Power::on || !router.link()) return;
  const std::uint64_t dice = rng_.below(10);
  if (dice < 6) return edit(router);
  if (dice < 8) return cut(router);
  ++counts_.reboots;
  if (dice == 8) return router.reboot("router rebooted by admin");
  router.power_off();
  const auto dark = std::chrono::seconds(20 + static_cast<std::int64_t>(rng_.below(600)));
  loop_.after(dark, [&router] { router.power_on(); });
}

void Life::cut(Router& router) {
  ++counts_.outages;
  router.set_link(false);
  const auto length = std::chrono::seconds(30 + static_cast<std::int64_t>(rng_.below(900)));  // some stay below the offline limit
  loop_.after(length, [&router] { router.set_link(true); });
}

/// Somebody at a terminal. What they do works on every version and model.
void Life::edit(Router& router) {
  ++counts_.edits;
  const std::uint64_t number = rng_.below(250) + 1;
  const std::string commands[] = {
      fmt::format("/ip firewall address-list add list=blocked address=203.0.113.{} comment=\"abuse {}\"", number, number),
      "/ip firewall address-list remove [:pick [find where list=blocked] 0]",
      fmt::format("/ip dns static add name=host{}.lan address=192.168.88.{}", number, number),
      fmt::format("/ip firewall filter add chain=forward action=drop src-address=198.51.100.{} comment=\"ticket {}\"", number, 1000 + number),
      "/ip firewall filter remove [:pick [find where comment~\"^ticket\"] 0]",
      fmt::format("/system note set note=\"visited {}\"", number),
      fmt::format("/interface ethernet set [find default-name=ether2] comment=\"desk {}\"", number),
      "/ip service set telnet disabled=yes",
  };
  JobRequest request;
  request.source = ":do {" + commands[rng_.below(std::size(commands))] + "} on-error={}";
  request.type = "login";
  router.run(std::move(request));
  router.write_log("system,info,account", "user admin logged in from 192.168.88.10 via winbox");
}

}  // namespace openstrat::sim
