#include "sim/behaviour/matchers.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/lang/host.hpp"
#include "sim/lang/operators.hpp"

namespace openstrat::sim {
namespace {

constexpr std::array<std::string_view, 36> kArguments = {
    "action", "address-list", "address-list-timeout", "chain", "comment", "creation-time", "disabled", "dynamic", "hw-offload", "invalid", "jump-target", "log",
    "log-prefix", "new-connection-mark", "new-dscp", "new-hop-limit", "new-mss", "new-packet-mark", "new-priority", "new-routing-mark", "new-ttl", "passthrough",
    "randomise-ports", "reject-with", "route-dst", "same-not-by-dst", "sniff-id", "sniff-target", "sniff-target-port", "socks5-port", "socks5-server",
    "socksify-service", "to-address", "to-addresses", "to-ports", "bytes"};

bool has_word(std::string_view list, std::string_view word) {
  const auto words = text::split(list, ',');
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool in_list(const MatchContext& context, std::string_view list, const IpAddress& address) {
  const std::string_view menu = address.is_v4() ? "/ip/firewall/address-list" : "/ipv6/firewall/address-list";
  for (const FoundRow& found : context.config.rows(menu)) {
    const std::string* name = found.row->find("list");
    if (name == nullptr || *name != list) continue;
    const Settings entry(context.config, found);
    if (entry.enabled() && address_matches(context, entry.get("address"), address).value_or(false)) return true;
  }
  return std::any_of(context.additions.begin(), context.additions.end(), [&](const ListAddition& each) {
    return each.list == list && address_matches(context, each.address, address).value_or(false);
  });
}

std::optional<bool> address_type(const MatchContext& context, std::string_view types, const IpAddress& address) {
  for (const std::string_view type : text::split(types, ',')) {
    const bool is_local = address.is_loopback() || context.interfaces.local(address) != nullptr;
    const bool multicast = address.is_v4() ? address.v4_value() >> 28 == 14 : address.bytes()[0] == 0xFF;
    const bool broadcast = context.interfaces.is_broadcast(address);
    bool matches = false;
    if (type == "local") matches = is_local;
    else if (type == "multicast") matches = multicast;
    else if (type == "broadcast") matches = broadcast;
    else if (type == "unicast") matches = !is_local && !multicast && !broadcast;
    else if (type == "blackhole" || type == "unreachable" || type == "prohibit") {
      const RouteChoice choice = context.routes.find({.destination = address});
      constexpr RouteKind kKinds[] = {RouteKind::blackhole, RouteKind::unreachable, RouteKind::prohibit};
      constexpr std::string_view kNames[] = {"blackhole", "unreachable", "prohibit"};
      for (std::size_t i = 0; i < 3; ++i) matches = matches || (choice.route != nullptr && type == kNames[i] && choice.route->kind == kKinds[i]);
    } else {
      return std::nullopt;
    }
    if (matches) return true;
  }
  return false;
}

/// `equal:64`, `greater-than:1`, `less-than:5`, `not-equal:3`.
std::optional<bool> compared(std::string_view text, int number) {
  const std::size_t colon = text.find(':');
  const auto other = text::parse_int(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!other) return std::nullopt;
  const std::string_view how = colon == std::string_view::npos ? "equal" : text.substr(0, colon);
  if (how == "equal") return number == *other;
  if (how == "not-equal") return number != *other;
  if (how == "greater-than") return number > *other;
  return how == "less-than" ? std::optional(number < *other) : std::nullopt;
}

/// `8h-17h,mon,tue`.
std::optional<bool> at_time(Timestamp wall, std::string_view text) {
  static constexpr std::string_view kDays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  const auto parts = text::split(text, ',');
  const std::size_t dash = parts[0].find('-');
  const auto from = parse_duration(parts[0].substr(0, dash));
  const auto until = dash == std::string_view::npos ? std::nullopt : parse_duration(parts[0].substr(dash + 1));
  if (!from || !until) return std::nullopt;
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  const Duration time = wall - day;
  const bool inside = *from <= *until ? *from <= time && time <= *until : time >= *from || time <= *until;
  const std::string_view today = kDays[std::chrono::weekday(std::chrono::sys_days(day)).c_encoding()];
  return inside && (parts.size() == 1 || std::find(parts.begin() + 1, parts.end(), today) != parts.end());
}

std::optional<bool> icmp_options(const Packet& packet, std::string_view text) {
  if (packet.protocol != 1 && packet.protocol != 58) return false;
  const std::size_t colon = text.find(':');
  const auto type = NumberRange::parse(text.substr(0, colon));
  const auto code = colon == std::string_view::npos ? NumberRange{0, 255} : NumberRange::parse(text.substr(colon + 1));
  if (!type || !code) return std::nullopt;
  return type->contains(packet.icmp_type) && code->contains(packet.icmp_code);
}

std::optional<bool> tcp_flags(const Packet& packet, std::string_view text) {
  if (packet.protocol != 6) return false;
  for (const std::string_view word : text::split(text, ',')) {
    const bool absent = word.starts_with('!');
    if (has_word(packet.tcp_flags, absent ? word.substr(1) : word) == absent) return false;
  }
  return true;
}

std::optional<bool> hotspot_flags(const Packet& packet, std::string_view text) {
  for (const std::string_view word : text::split(text, ',')) {
    const bool absent = word.starts_with('!');
    if (has_word(packet.hotspot, absent ? word.substr(1) : word) == absent) return false;
  }
  return true;
}

std::optional<bool> ipsec_policy(const Packet& packet, std::string_view text) {
  const auto parts = text::split(text, ',');
  if (parts.size() != 2) return std::nullopt;
  const bool policy = parts[0] == "in" ? packet.ipsec_in : packet.ipsec_out;
  return policy == (parts[1] == "ipsec");
}

std::optional<bool> connection_bytes(const MatchContext& context, std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto least = text::parse_int(text.substr(0, dash));
  const auto most = dash == std::string_view::npos ? std::optional<std::int64_t>(0) : text::parse_int(text.substr(dash + 1));
  if (!least || !most) return std::nullopt;
  const auto bytes = static_cast<std::int64_t>(context.connection.original_bytes + context.connection.reply_bytes);
  return bytes >= *least && (*most == 0 || bytes <= *most);
}

std::optional<bool> layer7(const MatchContext& context, std::string_view name) {
  const FoundRow row = context.config.find_named("/ip/firewall/layer7-protocol", name);
  const std::string* pattern = row ? row.row->find("regexp") : nullptr;
  if (pattern == nullptr) return std::nullopt;
  if (context.packet.payload.empty()) return false;
  try {
    Matcher matcher;
    return matcher.matches(context.packet.payload, *pattern) || matcher.matches(text::lower(context.packet.payload), *pattern);
  } catch (const ScriptError&) {
    return std::nullopt;  // a pattern that our regular expressions do not take
  }
}

std::optional<bool> nat_state(const Connection& connection, std::string_view states) {
  return (has_word(states, "srcnat") && connection.source_nat) || (has_word(states, "dstnat") && connection.destination_nat);
}

bool mark_is(std::string_view wanted, std::string_view mark) { return wanted == "no-mark" ? mark.empty() : wanted == mark; }

std::optional<bool> ports(const Packet& packet, std::string_view list, bool source, bool destination) {
  if (!packet.has_ports()) return false;
  const auto from = source ? in_ranges(list, packet.source_port) : std::optional(false);
  const auto to = destination ? in_ranges(list, packet.destination_port) : std::optional(false);
  if (!from || !to) return std::nullopt;
  return *from || *to;
}

using Test = std::optional<bool> (*)(MatchContext&, std::string_view);
struct Matcher_ {
  std::string_view name;
  Test test;
};

/// Sorted by name.
constexpr Matcher_ kMatchers[] = {
    {"connection-bytes", [](MatchContext& c, std::string_view v) { return connection_bytes(c, v); }},
    {"connection-mark", [](MatchContext& c, std::string_view v) { return std::optional(mark_is(v, c.connection.mark)); }},
    {"connection-nat-state", [](MatchContext& c, std::string_view v) { return nat_state(c.connection, v); }},
    {"connection-state", [](MatchContext& c, std::string_view v) { return std::optional(has_word(v, tracked_name(c.tracked))); }},
    {"content", [](MatchContext& c, std::string_view v) { return std::optional(c.packet.payload.contains(v)); }},
    {"dscp", [](MatchContext& c, std::string_view v) { return in_ranges(v, c.packet.dscp); }},
    {"dst-address", [](MatchContext& c, std::string_view v) { return address_matches(c, v, c.packet.destination); }},
    {"dst-address-list", [](MatchContext& c, std::string_view v) { return std::optional(in_list(c, v, c.packet.destination)); }},
    {"dst-address-type", [](MatchContext& c, std::string_view v) { return address_type(c, v, c.packet.destination); }},
    {"dst-port", [](MatchContext& c, std::string_view v) { return ports(c.packet, v, false, true); }},
    {"fragment", [](MatchContext& c, std::string_view v) { return std::optional(c.packet.fragment == (v == "yes")); }},
    {"hop-limit", [](MatchContext& c, std::string_view v) { return compared(v, c.packet.ttl); }},
    {"hotspot", [](MatchContext& c, std::string_view v) { return hotspot_flags(c.packet, v); }},
    {"icmp-options", [](MatchContext& c, std::string_view v) { return icmp_options(c.packet, v); }},
    {"in-bridge-port", [](MatchContext& c, std::string_view v) { return std::optional(c.packet.in_bridge_port == v); }},
    {"in-bridge-port-list", [](MatchContext& c, std::string_view v) { return std::optional(!c.packet.in_bridge_port.empty() && c.interfaces.in_list(c.packet.in_bridge_port, v)); }},
    {"in-interface", [](MatchContext& c, std::string_view v) { return std::optional(c.packet.in_interface == v); }},
    {"in-interface-list", [](MatchContext& c, std::string_view v) { return std::optional(!c.packet.in_interface.empty() && c.interfaces.in_list(c.packet.in_interface, v)); }},
    {"ingress-priority", [](MatchContext& c, std::string_view v) { return in_ranges(v, c.packet.priority); }},
    {"ipsec-policy", [](MatchContext& c, std::string_view v) { return ipsec_policy(c.packet, v); }},
    {"ipv4-options", [](MatchContext&, std::string_view v) { return std::optional(v.starts_with("no")); }},  // our packets carry none
    {"layer7-protocol", [](MatchContext& c, std::string_view v) { return layer7(c, v); }},
    {"out-bridge-port", [](MatchContext& c, std::string_view v) { return std::optional(c.packet.out_bridge_port == v); }},
    {"out-bridge-port-list", [](MatchContext& c, std::string_view v) { return std::optional(!c.packet.out_bridge_port.empty() && c.interfaces.in_list(c.packet.out_bridge_port, v)); }},
    {"out-interface", [](MatchContext& c, std::string_view v) { return std::optional(c.packet.out_interface == v); }},
    {"out-interface-list", [](MatchContext& c, std::string_view v) { return std::optional(!c.packet.out_interface.empty() && c.interfaces.in_list(c.packet.out_interface, v)); }},
    {"packet-mark", [](MatchContext& c, std::string_view v) { return std::optional(mark_is(v, c.packet.packet_mark)); }},
    {"packet-size", [](MatchContext& c, std::string_view v) { return in_ranges(v, c.packet.length); }},
    {"per-connection-classifier", [](MatchContext& c, std::string_view v) { return match_classifier(c, v); }},
    {"port", [](MatchContext& c, std::string_view v) { return ports(c.packet, v, true, true); }},
    {"priority", [](MatchContext& c, std::string_view v) { return in_ranges(v, c.packet.priority); }},
    {"protocol", [](MatchContext& c, std::string_view v) { const auto n = protocol_number(v); return n ? std::optional(*n == c.packet.protocol) : std::nullopt; }},
    {"routing-mark", [](MatchContext& c, std::string_view v) { return std::optional(mark_is(v == "main" ? "no-mark" : v, c.packet.routing_mark)); }},
    {"src-address", [](MatchContext& c, std::string_view v) { return address_matches(c, v, c.packet.source); }},
    {"src-address-list", [](MatchContext& c, std::string_view v) { return std::optional(in_list(c, v, c.packet.source)); }},
    {"src-address-type", [](MatchContext& c, std::string_view v) { return address_type(c, v, c.packet.source); }},
    {"src-mac-address", [](MatchContext& c, std::string_view v) { return std::optional(text::equal_ignoring_case(c.packet.source_mac, v)); }},
    {"src-port", [](MatchContext& c, std::string_view v) { return ports(c.packet, v, true, false); }},
    {"tcp-flags", [](MatchContext& c, std::string_view v) { return tcp_flags(c.packet, v); }},
    {"tcp-mss", [](MatchContext& c, std::string_view v) { return c.packet.mss == 0 ? std::optional(false) : in_ranges(v, c.packet.mss); }},
    {"time", [](MatchContext& c, std::string_view v) { return at_time(c.wall, v); }},
    {"tls-host", [](MatchContext& c, std::string_view v) { return std::optional(!c.packet.tls_host.empty() && matches_wildcard(v, c.packet.tls_host)); }},
    {"ttl", [](MatchContext& c, std::string_view v) { return compared(v, c.packet.ttl); }},
};

bool counts(std::string_view name) {
  return name == "limit" || name == "dst-limit" || name == "connection-limit" || name == "nth" || name == "random" || name == "psd";
}

std::optional<bool> match_counting(MatchContext& context, std::string_view menu, RowId row, std::string_view name, std::string_view value) {
  if (name == "limit") return match_limit(context, menu, row, value);
  if (name == "dst-limit") return match_dst_limit(context, menu, row, value);
  if (name == "connection-limit") return match_connection_limit(context, value);
  if (name == "nth") return match_nth(context, menu, row, value);
  return name == "random" ? match_random(context, value) : match_psd(context, value);
}

}  // namespace

bool is_rule_argument(std::string_view property) { return std::find(kArguments.begin(), kArguments.end(), property) != kArguments.end(); }

std::optional<bool> address_matches(const MatchContext& context, std::string_view text, const IpAddress& address) {
  if (const auto cidr = Cidr::parse(text)) return cidr->contains(address);
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    const auto first = IpAddress::parse(text.substr(0, dash));
    const auto last = IpAddress::parse(text.substr(dash + 1));
    if (first && last) return first->is_v4() == address.is_v4() && *first <= address && address <= *last;
  }
  if (text.empty() || text.contains('/')) return std::nullopt;
  for (const FoundRow& found : context.config.rows("/ip/dns/static")) {
    const std::string* name = found.row->find("name");
    const std::string* known = found.row->find("address");
    if (name != nullptr && known != nullptr && *name == text) return *known == address.to_string();
  }
  const auto known = context.world.names.find(text);
  return known != context.world.names.end() && known->second == address.to_string();
}

RuleVerdict match_rule(MatchContext& context, std::string_view menu, const Settings& rule) {
  RuleVerdict verdict;
  for (const bool counting : {false, true}) {
    for (const Field& field : rule.row()->fields) {
      if (is_rule_argument(field.name) || counts(field.name) != counting || field.value.empty()) continue;
      std::string_view value = field.value;
      // The words of these two are negated one by one.
      const bool negated = value.starts_with('!') && field.name != "tcp-flags" && field.name != "hotspot";
      if (negated) value.remove_prefix(1);
      std::optional<bool> matches;
      if (counting) {
        if (!verdict.not_modelled.empty()) break;
        matches = match_counting(context, menu, rule.id(), field.name, value);
      } else {
        const auto known = std::lower_bound(std::begin(kMatchers), std::end(kMatchers), field.name, [](const Matcher_& each, std::string_view name) { return each.name < name; });
        if (known != std::end(kMatchers) && known->name == field.name) matches = known->test(context, value);
      }
      if (!matches) {
        verdict.not_modelled.push_back(fmt::format("{}={}", field.name, field.value));
        continue;
      }
      if (*matches == negated) return {};
    }
  }
  verdict.matches = verdict.not_modelled.empty();
  return verdict;
}

}  // namespace openstrat::sim
