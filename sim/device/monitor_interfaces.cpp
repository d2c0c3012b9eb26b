// What `monitor` shows of interfaces.
#include <algorithm>

#include <fmt/core.h>

#include "sim/behaviour/settings.hpp"
#include "sim/device/mac.hpp"
#include "sim/device/monitor.hpp"
#include "sim/device/network.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr Version kV7{7, 0, 0};
constexpr std::string_view kNoItem = "no such item";

Value text(std::string_view value) { return Value::str(std::string(value)); }

std::vector<Interface> asked(Router& router, const CommandCall& call) { return interfaces_of(router, call, "numbers", kNoItem); }

Settings settings_of(Router& router, const Interface& interface) { return Settings(router.config(), router.config().find(interface.menu, interface.row)); }

/// Ports that are set to it; they are counted whether they run or not.
std::vector<std::string> bridge_ports(Router& router, std::string_view bridge) {
  std::vector<std::string> ports;
  for (const FoundRow& found : router.config().rows("/interface/bridge/port")) {
    const Settings port(router.config(), found);
    if (port.enabled() && port.get("bridge") == bridge) ports.emplace_back(port.get("interface"));
  }
  return ports;
}

MonitorRecord radio_at_rest(const Interface& interface, std::string_view property) {
  return {{property, text(interface.enabled ? "searching-for-network" : "disabled")}};
}

}  // namespace

MonitorFrame look_at_ethernet(Router& router, const CommandCall& call) {
  const bool new_words = router.version() >= Version{7, 12, 0};
  const std::string_view modes = new_words ? "10M-baseT-half,10M-baseT-full,100M-baseT-half,100M-baseT-full,1G-baseT-half,1G-baseT-full"
                                           : "10M-half,10M-full,100M-half,100M-full,1000M-half,1000M-full";
  MonitorFrame frame;
  for (const Interface& each : asked(router, call)) {
    MonitorRecord record{{"name", text(each.name)}, {"status", text(each.running ? "link-ok" : "no-link")}};
    record.push_back({"auto-negotiation", text(each.running ? "done" : "incomplete")});
    if (each.running) {
      record.push_back({"rate", text("1Gbps")});
      record.push_back({"full-duplex", Value::boolean(true)});
      record.push_back({"tx-flow-control", Value::boolean(false)});
      record.push_back({"rx-flow-control", Value::boolean(false)});
    }
    if (new_words) record.push_back({"supported", text(modes)});
    record.push_back({"advertising", text(modes)});
    record.push_back({"link-partner-advertising", text(each.running ? modes : "")});
    frame.push_back(std::move(record));
  }
  return frame;
}

MonitorFrame look_at_wireless(Router& router, const CommandCall& call) {
  MonitorFrame frame;
  for (const Interface& each : asked(router, call)) {
    const Settings radio = settings_of(router, each);
    const bool serves = radio.get("mode").contains("ap") || radio.get("mode") == "bridge";
    if (!each.running) {
      frame.push_back(serves && each.enabled ? MonitorRecord{{"status", text("searching-for-network")}} : radio_at_rest(each, "status"));
      continue;
    }
    const std::string_view frequency = radio.get("frequency");
    const bool five = radio.get("band").starts_with("5ghz");
    const std::string channel = fmt::format("{}/20/{}", frequency.empty() || frequency == "auto" ? (five ? "5180" : "2412") : frequency, five ? "an" : "gn");
    MonitorRecord record{{"status", text(serves ? "running-ap" : "connected-to-ess")}, {"channel", text(channel)}, {"wireless-protocol", text("802.11")}};
    record.push_back({"noise-floor", Value::num(-110), "dBm"});
    if (serves) {
      record.push_back({"registered-clients", Value::num(0)});
      record.push_back({"authenticated-clients", Value::num(0)});
    } else {
      record.push_back({"signal-strength", Value::num(-55), "dBm"});
      record.push_back({"tx-ccq", Value::num(90), "%"});
    }
    frame.push_back(std::move(record));
  }
  return frame;
}

MonitorFrame look_at_wifi(Router& router, const CommandCall& call) {
  MonitorFrame frame;
  for (const Interface& each : asked(router, call)) {
    if (!each.running) {
      frame.push_back({{"state", text(each.enabled ? "stopped" : "disabled")}});
      continue;
    }
    frame.push_back({{"state", text("running")}, {"channel", text("5180/ax/Ceee")}, {"registered-peers", Value::num(0)}, {"authorized-peers", Value::num(0)}, {"tx-power", Value::num(20)}});
  }
  return frame;
}

MonitorFrame look_at_lte(Router& router, const CommandCall& call) {
  MonitorFrame frame;
  for (const Interface& each : interfaces_of(router, call, call.find("numbers") != nullptr ? "numbers" : "number", kNoItem)) {
    if (!each.running) {
      frame.push_back({{"pin-status", text("ok")}, {"functionality", text(each.enabled ? "full" : "minimum")}, {"registration-status", text(each.enabled ? "searching" : "not registered")}});
      continue;
    }
    MonitorRecord record{{"pin-status", text("ok")}, {"registration-status", text("registered")}, {"functionality", text("full")}};
    record.push_back({"current-operator", text("24701")});
    record.push_back({router.version() >= kV7 ? "data-class" : "access-technology", text(router.version() >= kV7 ? "LTE" : "Evolved 3G (LTE)")});
    record.push_back({"session-uptime", Value::time(std::chrono::duration_cast<std::chrono::seconds>(router.uptime()).count() * 1'000'000'000)});
    record.push_back({"rssi", Value::num(-61), "dBm"});
    record.push_back({"rsrp", Value::num(-92), "dBm"});
    record.push_back({"rsrq", Value::str("-9.5"), "dB"});
    record.push_back({"sinr", Value::num(14), "dB"});
    frame.push_back(std::move(record));
  }
  return frame;
}

MonitorFrame look_at_client(Router& router, const CommandCall& call) {
  MonitorFrame frame;
  for (const Interface& each : asked(router, call)) {
    MonitorRecord& record = frame.emplace_back();
    for (const auto& [name, value] : router.network().monitor_client(each)) record.push_back({name, value});
  }
  return frame;
}

MonitorFrame look_at_bridge(Router& router, const CommandCall& call) {
  MonitorFrame frame;
  for (const Interface& each : asked(router, call)) {
    const Settings bridge = settings_of(router, each);
    const std::string configured(bridge.get("admin-mac"));
    const std::string mac = configured.empty() ? mac_of(router.spec(), each.row).to_string() : configured;
    const std::vector<std::string> ports = bridge_ports(router, each.name);
    const auto running = std::ranges::count_if(ports, [&](const std::string& port) { return router.network().interfaces().running(port); });
    const std::string_view priority = bridge.get("priority");
    MonitorRecord record{{"state", text(each.enabled ? "enabled" : "disabled")}, {"current-mac-address", text(mac)}};
    record.push_back({"root-bridge", Value::boolean(true)});
    record.push_back({"root-bridge-id", text(fmt::format("{}.{}", priority.empty() ? "0x8000" : priority, mac))});
    record.push_back({"root-path-cost", Value::num(0)});
    record.push_back({"root-port", text("none")});
    record.push_back({"port-count", Value::num(static_cast<std::int64_t>(ports.size()))});
    record.push_back({"designated-port-count", Value::num(running)});
    if (router.version() >= kV7) record.push_back({"fast-forward", Value::boolean(bridge.yes("fast-forward"))});
    frame.push_back(std::move(record));
  }
  return frame;
}

MonitorFrame look_at_bridge_port(Router& router, const CommandCall& call) {
  const CallArgument* numbers = call.find("numbers");
  if (numbers == nullptr) throw ScriptError("missing value(s) of argument(s) numbers");
  const std::vector<FoundRow> rows = router.config().rows(call.menu);
  MonitorFrame frame;
  const auto add = [&](const Value& value) {
    const std::string word = value.to_text();
    const auto id = parse_id(word);
    const auto number = parse_num(word);
    const auto at = std::ranges::find_if(rows, [&](const FoundRow& row) {
      const std::string* interface = row.row->find("interface");
      return id ? row.row->id == id->as_id() : interface != nullptr && *interface == word;
    });
    const std::size_t index = at != rows.end() ? static_cast<std::size_t>(at - rows.begin()) : !id && number ? static_cast<std::size_t>(number->as_num()) : rows.size();
    if (index >= rows.size()) throw ScriptError(std::string(kNoItem));
    const Settings port(router.config(), rows[index]);
    const bool running = port.enabled() && router.network().interfaces().running(port.get("interface"));
    MonitorRecord record{{"interface", text(port.get("interface"))}, {"status", text(port.enabled() ? "in-bridge" : "inactive")}};
    record.push_back({"port-number", Value::num(static_cast<std::int64_t>(index) + 1)});
    record.push_back({"role", text(running ? "designated-port" : "disabled-port")});
    record.push_back({"edge-port", Value::boolean(running)});
    record.push_back({"learning", Value::boolean(running)});
    record.push_back({"forwarding", Value::boolean(running)});
    frame.push_back(std::move(record));
  };
  if (numbers->value.is(Type::array)) {
    for (const Value& value : numbers->value.as_array().items()) add(value);
  } else {
    add(numbers->value);
  }
  return frame;
}

MonitorFrame look_at_bonding(Router& router, const CommandCall& call) {
  MonitorFrame frame;
  for (const Interface& each : asked(router, call)) {
    const Settings bond = settings_of(router, each);
    std::string active, inactive;
    std::string_view rest = bond.get("slaves");
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      std::string& list = router.network().interfaces().running(rest.substr(0, end)) ? active : inactive;
      list.append(list.empty() ? "" : ",").append(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const std::string_view mode = bond.get("mode");
    frame.push_back({{"mode", text(mode.empty() ? "balance-rr" : mode)}, {"active-ports", text(active)}, {"inactive-ports", text(inactive)}});
  }
  return frame;
}

}  // namespace openstrat::sim
