#include "sim/behaviour/packet.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

struct Protocol {
  std::string_view name;
  int number;
};
constexpr Protocol kProtocols[] = {{"icmp", 1},       {"igmp", 2},       {"ggp", 3},    {"ip-encap", 4}, {"ipip", 4},  {"st", 5},        {"tcp", 6},
                                   {"egp", 8},        {"pup", 12},       {"udp", 17},   {"hmp", 20},     {"xns-idp", 22}, {"rdp", 27},   {"iso-tp4", 29},
                                   {"dccp", 33},      {"xtp", 36},       {"ddp", 37},   {"idpr-cmtp", 38}, {"ipv6-encap", 41}, {"rsvp", 46}, {"gre", 47},
                                   {"ipsec-esp", 50}, {"ipsec-ah", 51},  {"icmpv6", 58}, {"rspf", 73},   {"vmtp", 81}, {"ospf", 89},     {"etherip", 97},
                                   {"encap", 98},     {"pim", 103},      {"vrrp", 112}, {"l2tp", 115},   {"sctp", 132}, {"udp-lite", 136}};

}  // namespace

std::optional<int> protocol_number(std::string_view word) {
  const auto found = std::find_if(std::begin(kProtocols), std::end(kProtocols), [&](const Protocol& each) { return each.name == word; });
  if (found != std::end(kProtocols)) return found->number;
  const auto number = text::parse_int(word);
  return number && *number >= 0 && *number <= 255 ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

std::string protocol_name(int number) {
  const auto found = std::find_if(std::begin(kProtocols), std::end(kProtocols), [&](const Protocol& each) { return each.number == number; });
  return found == std::end(kProtocols) ? std::to_string(number) : std::string(found->name);
}

bool Packet::has_ports() const { return protocol == 6 || protocol == 17 || protocol == 132 || protocol == 33 || protocol == 136; }

std::string endpoint_text(const IpAddress& address, std::uint16_t port) {
  return address.is_v4() ? fmt::format("{}:{}", address.to_string(), port) : fmt::format("[{}]:{}", address.to_string(), port);
}

std::string Packet::source_text() const { return has_ports() ? endpoint_text(source, source_port) : source.to_string(); }
std::string Packet::destination_text() const { return has_ports() ? endpoint_text(destination, destination_port) : destination.to_string(); }

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const auto wrong = [&] { return fail(Errc::invalid, fmt::format("'{}' is no address or address:port", text)); };
  if (const auto bare = IpAddress::parse(text)) return Endpoint{*bare, 0};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  const auto port = text::parse_int(text.substr(colon + 1));
  if (!address || !port || *port < 0 || *port > 65535) return wrong();
  return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

}  // namespace openstrat::sim
