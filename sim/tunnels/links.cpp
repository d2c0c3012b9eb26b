#include "sim/tunnels/links.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/tunnels/complaint.hpp"
#include "sim/tunnels/ovpn_profile.hpp"

namespace openstrat::sim {
namespace {

constexpr int kTable = 28531;
constexpr std::string_view kFailed = "Command failed -:";

/// Specific routes of the namespace first, then those of the router, for whatever does not carry a tunnel.
std::string rules(std::string_view word) {
  return fmt::format("rule {0} pref 31000 lookup main suppress_prefixlength 0\nrule {0} pref 31001 not fwmark {1} lookup {2}\n", word, kCarrierMark, kTable);
}

std::string route_text(const LinkRoute& route) {
  return fmt::format("{} {}dev {} metric {} table {}", route.destination, route.gateway.empty() ? "" : "via " + route.gateway + " ", route.device, route.distance, kTable);
}

bool can_be_quoted(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\'' || c == '\\'; });
}

/// The first command that was not obeyed, leaving out those that take away what may be gone already; empty: all were.
std::string refused(std::string_view commands, std::string_view printed) {
  const auto lines = text::split(commands, '\n');
  std::string_view reason;
  for (const std::string_view line : text::split(printed, '\n')) {
    if (!line.starts_with(kFailed)) {
      reason = line;
      continue;
    }
    const auto number = text::parse_int(line.substr(kFailed.size()));
    if (!number || *number < 1 || static_cast<std::size_t>(*number) > lines.size()) continue;
    const std::string_view command = lines[static_cast<std::size_t>(*number - 1)];
    if (!command.contains(" del ")) return fmt::format("ip {}: {}", command, reason);
  }
  return {};
}

}  // namespace

std::string link_commands(const LinksWanted& before, const LinksWanted& after) {
  std::string text;
  const auto line = [&text](const std::string& words) { text.append(words).append("\n"); };
  for (const LinkRoute& route : before.routes) {
    if (after.devices.contains(route.device) && !after.routes.contains(route)) line("route del " + route_text(route));
  }
  for (const auto& [device, settings] : after.devices) {
    const auto known = before.devices.find(device);
    const LinkSettings old = known == before.devices.end() ? LinkSettings{} : known->second;
    for (const std::string& address : old.addresses) {
      if (!settings.addresses.contains(address)) line(fmt::format("addr del {} dev {}", address, device));
    }
    if (old.alias != settings.alias && can_be_quoted(settings.alias)) line(fmt::format("link set dev {} alias \"{}\"", device, settings.alias));
    if (settings.mtu && old.mtu != settings.mtu) line(fmt::format("link set dev {} mtu {}", device, *settings.mtu));
    if (known == before.devices.end()) line(fmt::format("link set dev {} up", device));
    for (const std::string& address : settings.addresses) {
      if (!old.addresses.contains(address)) line(fmt::format("addr replace {} dev {}", address, device));
    }
  }
  for (const LinkRoute& route : after.routes) {
    if (!before.devices.contains(route.device) || !before.routes.contains(route)) line("route replace " + route_text(route));
  }
  return text;
}

Links::~Links() {
  if (!has_rules_) return;
  const auto gone = Child::run(router_.spec().network_namespace.get(), {.program = "ip", .arguments = {"-force", "-batch", "-"}, .input = rules("del")});
  if (!gone) complain(router_, gone.error().message());
}

void Links::want(LinksWanted wanted) {
  wanted_ = std::move(wanted);
  if (running_ == nullptr) settle();
}

void Links::settle() {
  if (wanted_ == known_) return;
  std::string commands = link_commands(known_, wanted_);
  if (!has_rules_ && !wanted_.routes.empty()) {
    commands = rules("del") + rules("add") + commands;  // whoever was killed has left them
    has_rules_ = true;
  }
  known_ = wanted_;
  if (!commands.empty()) run(std::move(commands));
}

/// `-force`: one command that fails does not keep the others from being done.
void Links::run(std::string commands) {
  const ChildPlan plan{.program = "ip", .arguments = {"-force", "-batch", "-"}, .input = commands};
  auto started = Child::start(router_.services().loop, router_.spec().network_namespace.get(), plan, [this, commands](int, const std::string& printed) {
    if (const std::string what = refused(commands, printed); !what.empty()) complain(router_, what);
    running_.reset();
    settle();
  });
  if (started) running_ = std::move(*started);
  else complain(router_, started.error().message());
}

}  // namespace openstrat::sim
