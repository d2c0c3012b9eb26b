#include "sim/behaviour/packet_request.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr PacketWord kWords[] = {
    {"in", "Interface that it arrives on; without one the router itself sends it"},
    {"out", "Interface that it leaves through; without one routing decides"},
    {"src", "Address, or address:port"},
    {"dst", "Address, or address:port"},
    {"protocol", "tcp (default), udp, icmp, … or a number"},
    {"flags", "TCP flags: syn, syn,ack, …"},
    {"icmp", "TYPE:CODE, 8:0 is an echo request"},
    {"state", "new, established, related, invalid or untracked, instead of what tracking finds"},
    {"mac", "Source MAC address"},
    {"length", "Bytes"},
    {"ttl", "Time to live, or hop limit"},
    {"dscp", "0 to 63"},
    {"priority", "0 to 7"},
    {"mss", "Of the TCP option"},
    {"packet-mark", "Marks that it already carries"},
    {"connection-mark", "Marks that it already carries"},
    {"routing-mark", "Marks that it already carries"},
    {"payload", "Text for content and layer7-protocol"},
    {"tls-host", "Server name of a TLS hello"},
    {"hotspot", "from-client, to-client, auth, local-dst, http"},
    {"fragment", "yes"},
    {"ipsec", "in, out or in,out: came out of a policy, will go into one"},
};

Result<int> number(const PacketWords& words, std::string_view name, int least, int most) {
  const auto value = text::parse_int(words.find(name)->second);
  if (!value || *value < least || *value > most) return fail(Errc::invalid, fmt::format("{} is a number from {} to {}", name, least, most));
  return static_cast<int>(*value);
}

Result<void> read_numbers(const PacketWords& words, Packet& packet) {
  const std::pair<std::string_view, int*> kNumbers[] = {{"ttl", &packet.ttl}, {"dscp", &packet.dscp}, {"priority", &packet.priority}, {"mss", &packet.mss}};
  for (const auto& [name, where] : kNumbers) {
    if (!words.contains(name)) continue;
    const auto value = number(words, name, 0, 65535);
    if (!value) return std::unexpected(value.error());
    *where = *value;
  }
  if (words.contains("length")) {
    const auto value = number(words, "length", 0, 65535);
    if (!value) return std::unexpected(value.error());
    packet.length = *value;
  }
  if (const auto icmp = words.find("icmp"); icmp != words.end()) {
    const auto parts = text::split(icmp->second, ':');
    const auto type = text::parse_int(parts[0]);
    const auto code = parts.size() > 1 ? text::parse_int(parts[1]) : std::optional<std::int64_t>(0);
    if (!type || !code) return fail(Errc::invalid, "icmp is TYPE:CODE");
    packet.icmp_type = static_cast<int>(*type);
    packet.icmp_code = static_cast<int>(*code);
  }
  return {};
}

Result<void> read_endpoints(const PacketWords& words, Packet& packet) {
  for (const std::string_view name : {"src", "dst"}) {
    const auto given = words.find(name);
    if (given == words.end()) return fail(Errc::invalid, "a packet needs src and dst");
    const auto end = Endpoint::parse(given->second);
    if (!end) return std::unexpected(end.error());
    (name == "src" ? packet.source : packet.destination) = end->address;
    (name == "src" ? packet.source_port : packet.destination_port) = end->port;
  }
  if (packet.source.is_v4() != packet.destination.is_v4()) return fail(Errc::invalid, "src and dst are of different families");
  return {};
}

}  // namespace

std::span<const PacketWord> packet_words() { return kWords; }

Result<Packet> read_packet(const PacketWords& words) {
  for (const auto& [name, value] : words) {
    if (std::ranges::find(kWords, name, &PacketWord::name) == std::end(kWords)) return fail(Errc::invalid, "a packet has no '" + name + "'");
  }
  Packet packet;
  if (const auto done = read_endpoints(words, packet); !done) return std::unexpected(done.error());
  if (const auto protocol = words.find("protocol"); protocol != words.end()) {
    const auto known = protocol_number(protocol->second);
    if (!known) return fail(Errc::invalid, "unknown protocol '" + protocol->second + "'");
    packet.protocol = *known;
  }
  if (packet.protocol == 58 && !words.contains("icmp")) packet.icmp_type = 128;
  const std::pair<std::string_view, std::string*> kTexts[] = {
      {"in", &packet.in_interface}, {"out", &packet.out_interface}, {"flags", &packet.tcp_flags}, {"state", &packet.state}, {"mac", &packet.source_mac},
      {"packet-mark", &packet.packet_mark}, {"connection-mark", &packet.connection_mark}, {"routing-mark", &packet.routing_mark},
      {"payload", &packet.payload}, {"tls-host", &packet.tls_host}, {"hotspot", &packet.hotspot}};
  for (const auto& [name, where] : kTexts) {
    if (const auto given = words.find(name); given != words.end()) *where = given->second;
  }
  const auto ipsec = words.find("ipsec");
  packet.ipsec_in = ipsec != words.end() && ipsec->second.contains("in");
  packet.ipsec_out = ipsec != words.end() && ipsec->second.contains("out");
  const auto fragment = words.find("fragment");
  packet.fragment = fragment != words.end() && (fragment->second == "yes" || fragment->second == "true");
  if (const auto done = read_numbers(words, packet); !done) return std::unexpected(done.error());
  return packet;
}

}  // namespace openstrat::sim
