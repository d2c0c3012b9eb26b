#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/behaviour/firewall.hpp"

namespace openstrat::sim {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

std::string flow_text(const MatchContext& context) {
  const Packet& packet = context.packet;
  const Connection& connection = context.connection;
  const auto end = [&](const IpAddress& address, std::uint16_t port) { return packet.has_ports() ? endpoint_text(address, port) : address.to_string(); };
  const std::string plain = packet.source_text() + "->" + packet.destination_text();
  const Flow& original = connection.original;
  const Flow& reply = connection.reply;
  if (!connection.source_nat && !connection.destination_nat) return plain;
  const std::string from = end(original.source, original.source_port);
  const std::string to = end(original.destination, original.destination_port);
  const std::string new_from = end(reply.destination, reply.destination_port);
  const std::string new_to = end(reply.source, reply.source_port);
  const std::string left = connection.source_nat ? fmt::format("({}->{})", from, new_from) : from;
  const std::string right = connection.destination_nat ? fmt::format("({}->{})", to, new_to) : to;
  return fmt::format("{}, NAT {}->{}", plain, left, right);
}

}  // namespace

std::string firewall_log_line(const Version& version, std::string_view prefix, std::string_view chain, const MatchContext& context) {
  const Packet& packet = context.packet;
  const auto name = [](const std::string& interface) { return interface.empty() ? "(unknown 0)" : interface.c_str(); };
  std::string line = prefix.empty() ? std::string() : std::string(prefix) + " ";
  line += fmt::format("{}: in:{} out:{},", chain, name(packet.in_interface), name(packet.out_interface));
  if (version >= Version{7, 0, 0}) {
    line += fmt::format(" connection-state:{}", tracked_name(context.tracked));
    if (context.connection.source_nat) line += ",snat";
    if (context.connection.destination_nat) line += ",dnat";
  }
  if (!packet.source_mac.empty()) line += fmt::format(" src-mac {},", text::lower(packet.source_mac));
  line += packet.protocol == 1 ? fmt::format(" proto ICMP (type {}, code {})", packet.icmp_type, packet.icmp_code)
                               : " proto " + upper(protocol_name(packet.protocol));
  if (packet.protocol == 6) line += " (" + upper(packet.tcp_flags) + ")";
  return fmt::format("{}, {}, len {}", line, flow_text(context), packet.length);
}

}  // namespace openstrat::sim
