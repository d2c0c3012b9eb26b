// What goes over interfaces: rates, flows, single packets. Made up, the same for the same seed.
#include <algorithm>

#include <fmt/core.h>

#include "base/net.hpp"
#include "sim/behaviour/settings.hpp"
#include "sim/behaviour/traffic.hpp"
#include "sim/device/mac.hpp"
#include "sim/device/monitor.hpp"
#include "sim/device/network.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kNoInterface = "input does not match any value of interface";
constexpr std::uint64_t kMeanPacket = 780;

Value number(std::uint64_t value) { return Value::num(static_cast<std::int64_t>(value)); }

struct Talk {
  IpAddress inside;
  IpAddress outside;
  std::string_view protocol;
  std::uint16_t inside_port;
  std::uint16_t outside_port;
  std::uint64_t share;  ///< of the traffic of the interface, in sixteenths
};

/// Somebody's web pages, names and time.
std::vector<Talk> talks_of(const Router& router, const Interface& interface) {
  if (!interface.running) return {};
  const LocalAddress* own = router.network().interfaces().address_of(router.network().interfaces().upper(interface.name), false);
  const std::uint32_t base = own == nullptr ? 0xC0A85800U : own->address.network().address().v4_value();
  const std::uint64_t dice = router.spec().seed * 0x9E3779B97F4A7C15ULL + interface.row;
  const auto inside = [&](std::uint32_t host) { return IpAddress::v4(base + 10 + (host + static_cast<std::uint32_t>(dice % 60))); };
  const auto outside = [&](std::uint32_t host) { return IpAddress::v4(0xC6336400U + ((host * 37 + static_cast<std::uint32_t>(dice >> 8)) % 250) + 2); };
  const auto port = [&](std::uint32_t salt) { return static_cast<std::uint16_t>(49'152 + (dice >> 16) % 4'000 + salt * 7); };
  return {{inside(0), outside(1), "tcp", port(1), 443, 8}, {inside(3), outside(2), "tcp", port(2), 443, 4}, {inside(3), outside(3), "udp", port(3), 443, 2},
          {inside(0), outside(4), "udp", port(4), 53, 1}, {inside(5), outside(5), "udp", 123, 123, 1}};
}

/// Whether an argument lets an address through: absent, `0.0.0.0/0`, or a prefix with it.
bool lets_through(const CommandCall& call, std::string_view argument, const IpAddress& address) {
  const CallArgument* given = call.find(argument);
  if (given == nullptr) return true;
  const std::string text = given->value.to_text();
  const auto prefix = Cidr::parse(text);
  const auto single = prefix ? std::nullopt : IpAddress::parse(text);
  return prefix ? prefix->contains(address) : !single || *single == address;
}

bool lets_port_through(const CommandCall& call, const Talk& talk) {
  const CallArgument* given = call.find("port");
  const auto wanted = given == nullptr ? std::nullopt : parse_num(given->value.to_text());
  return !wanted || wanted->as_num() == talk.inside_port || wanted->as_num() == talk.outside_port;
}

bool lets_protocol_through(const CommandCall& call, const Talk& talk) {
  const CallArgument* given = call.find("ip-protocol");
  const std::string wanted = given == nullptr ? "any" : given->value.to_text();
  return wanted == "any" || wanted.empty() || wanted == talk.protocol;
}

std::vector<Interface> asked_or_all(Router& router, const CommandCall& call) {
  const CallArgument* given = call.find("interface");
  if (given != nullptr && given->value.to_text() != "all" && !given->value.to_text().empty()) {
    CommandCall named = call;
    named.menu = "/interface";
    return interfaces_of(router, named, "interface", kNoInterface);
  }
  return router.network().interfaces().all();
}

MonitorRecord rates(std::string_view name, const Traffic& traffic) {
  MonitorRecord record{{"name", Value::str(std::string(name))}};
  const auto direction = [&](std::uint64_t bits, std::uint64_t packets, bool rx) {
    const auto add = [&](std::string_view received, std::string_view sent, std::uint64_t value, std::string_view unit = {}) { record.push_back({rx ? received : sent, number(value), unit}); };
    add("rx-packets-per-second", "tx-packets-per-second", packets);
    add("rx-bits-per-second", "tx-bits-per-second", bits, "bps");
    add("fp-rx-packets-per-second", "fp-tx-packets-per-second", 0);
    add("fp-rx-bits-per-second", "fp-tx-bits-per-second", 0, "bps");
    add("rx-drops-per-second", "tx-drops-per-second", 0);
    if (!rx) record.push_back({"tx-queue-drops-per-second", number(0)});
    add("rx-errors-per-second", "tx-errors-per-second", 0);
  };
  direction(traffic.rx_bits_per_second, traffic.rx_bits_per_second / 8 / kMeanPacket, true);
  direction(traffic.tx_bits_per_second, traffic.tx_bits_per_second * 3 / 8 / kMeanPacket, false);
  return record;
}

}  // namespace

MonitorFrame look_at_traffic(Router& router, const CommandCall& call) {
  const auto traffic = [&](const Interface& each) { return traffic_of(router.spec().seed, each.row, each.running, router.uptime()); };
  const CallArgument* given = call.find("interface");
  if (call.has("aggregate") || (given != nullptr && given->value.to_text() == "aggregate")) {
    Traffic sum;
    for (const Interface& each : router.network().interfaces().all()) {
      if (each.slave) continue;
      sum.rx_bits_per_second += traffic(each).rx_bits_per_second;
      sum.tx_bits_per_second += traffic(each).tx_bits_per_second;
    }
    return {rates("aggregate", sum)};
  }
  MonitorFrame frame;
  for (const Interface& each : interfaces_of(router, call, "interface", kNoInterface)) frame.push_back(rates(each.name, traffic(each)));
  return frame;
}

MonitorFrame look_at_flows(Router& router, const CommandCall& call) {
  if (call.find("interface") == nullptr) throw ScriptError("missing value(s) of argument(s) interface");
  MonitorFrame frame;
  for (const Interface& each : asked_or_all(router, call)) {
    const Traffic traffic = traffic_of(router.spec().seed, each.row, each.running, router.uptime());
    const bool by_port = call.has("port"), by_protocol = call.has("ip-protocol") || by_port;
    for (const Talk& talk : talks_of(router, each)) {
      if (!lets_through(call, "src-address", talk.inside) || !lets_through(call, "dst-address", talk.outside)) continue;
      if (!lets_port_through(call, talk) || !lets_protocol_through(call, talk)) continue;
      MonitorRecord record;
      if (call.has("mac-protocol")) record.push_back({"mac-protocol", Value::str("ip")});
      if (by_protocol) record.push_back({"ip-protocol", Value::str(std::string(talk.protocol))});
      if (call.has("src-address") || by_port) record.push_back({"src-address", Value::str(talk.inside.to_string())});
      if (by_port) record.push_back({"src-port", number(talk.inside_port)});
      if (call.has("dst-address") || by_port) record.push_back({"dst-address", Value::str(talk.outside.to_string())});
      if (by_port) record.push_back({"dst-port", number(talk.outside_port)});
      const std::uint64_t tx = traffic.tx_bits_per_second * talk.share / 16, rx = traffic.rx_bits_per_second * talk.share / 16;
      record.push_back({"tx", number(tx), "bps"});
      record.push_back({"rx", number(rx), "bps"});
      record.push_back({"tx-packets", number(tx * 3 / 8 / kMeanPacket)});
      record.push_back({"rx-packets", number(rx / 8 / kMeanPacket)});
      const auto same = [&](const MonitorRecord& known) {
        return known.size() == record.size() && std::equal(known.begin(), known.end() - 4, record.begin(), [](const auto& a, const auto& b) { return a.value.to_text() == b.value.to_text(); });
      };
      const auto known = std::ranges::find_if(frame, same);
      if (known == frame.end()) {
        frame.push_back(std::move(record));
        continue;
      }
      for (std::size_t i = record.size() - 4; i < record.size(); ++i) (*known)[i].value = Value::num((*known)[i].value.as_num() + record[i].value.as_num());
    }
  }
  return frame;
}

MonitorFrame look_at_packets(Router& router, const CommandCall& call) {
  MonitorFrame frame;
  std::uint64_t count = 0;
  for (const Interface& each : asked_or_all(router, call)) {
    const std::string own = mac_of(router.spec(), each.row).to_string();
    for (const Talk& talk : talks_of(router, each)) {
      if (!lets_through(call, "ip-address", talk.inside) && !lets_through(call, "ip-address", talk.outside)) continue;
      if (!lets_port_through(call, talk) || !lets_protocol_through(call, talk)) continue;
      const std::string far = "48:A9:8A:" + own.substr(9);
      for (const bool rx : {true, false}) {
        const std::string inside = fmt::format("{}:{}", talk.inside.to_string(), talk.inside_port), outside = fmt::format("{}:{}", talk.outside.to_string(), talk.outside_port);
        MonitorRecord record{{"interface", Value::str(each.name)}, {"time", Value::str(fmt::format("{}.{:03}", router.uptime() / std::chrono::seconds(1), count * 17 % 1000))}, {"num", number(++count)}};
        record.push_back({router.version() >= Version{7, 0, 0} ? "dir" : "direction", Value::str(rx ? "<-" : "->")});
        record.push_back({"src-mac", Value::str(rx ? far : own)});
        record.push_back({"dst-mac", Value::str(rx ? own : far)});
        record.push_back({"src-address", Value::str(rx ? inside : outside)});
        record.push_back({"dst-address", Value::str(rx ? outside : inside)});
        record.push_back({"protocol", Value::str(fmt::format("ip:{}", talk.protocol))});
        record.push_back({"size", number(rx ? 90 + talk.share * 11 : 1'400)});
        record.push_back({"cpu", number(count % 4)});
        frame.push_back(std::move(record));
      }
    }
  }
  return frame;
}

}  // namespace openstrat::sim
