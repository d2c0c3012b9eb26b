#include "sim/behaviour/nat.hpp"

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

/// The number of the host inside its network, for netmap; and a spread over a range for the others.
IpAddress pick(const Cidr& network, std::uint32_t number) {
  if (!network.address().is_v4()) return network.network().address();
  const std::uint32_t mask = network.prefix_length() == 0 ? 0xFFFFFFFFU : (1ULL << (32 - network.prefix_length())) - 1;
  return IpAddress::v4(network.network().address().v4_value() | (number & mask));
}

std::optional<IpAddress> pick_address(std::string_view list, std::uint32_t number) {
  const std::string_view first = list.substr(0, list.find(','));
  if (const auto cidr = Cidr::parse(first)) return cidr->prefix_length() >= 32 && cidr->address().is_v4() ? cidr->address() : pick(*cidr, number);
  const std::size_t dash = first.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto low = IpAddress::parse(first.substr(0, dash));
  const auto high = IpAddress::parse(first.substr(dash + 1));
  if (!low || !high || !low->is_v4() || !high->is_v4() || *high < *low) return std::nullopt;
  return IpAddress::v4(low->v4_value() + number % (high->v4_value() - low->v4_value() + 1));
}

std::uint32_t number_of(const IpAddress& address) { return address.is_v4() ? address.v4_value() : 0; }

}  // namespace

std::optional<Endpoint> nat_target(const MatchContext& context, const Settings& rule, std::string_view action) {
  const Packet& packet = context.packet;
  const bool source = action == "src-nat" || action == "masquerade" || action == "same" || (action == "netmap" && rule.get("chain") == "srcnat");
  Endpoint target = source ? Endpoint{packet.source, packet.source_port} : Endpoint{packet.destination, packet.destination_port};
  if (const auto range = NumberRange::parse(rule.get("to-ports")); range && packet.has_ports()) {
    if (!range->contains(target.port)) target.port = static_cast<std::uint16_t>(range->first);
  }
  if (action == "redirect") {
    const LocalAddress* own = context.interfaces.address_of(packet.in_interface, packet.v6());
    if (own != nullptr) target.address = own->address.address();
    else if (packet.in_interface.empty()) target.address = *IpAddress::parse(packet.v6() ? "::1" : "127.0.0.1");
    else return std::nullopt;
    return target;
  }
  if (action == "masquerade") {
    const LocalAddress* own = context.interfaces.address_of(packet.out_interface, packet.v6());
    if (own == nullptr) return std::nullopt;
    target.address = own->address.address();
    return target;
  }
  std::string_view to = rule.get("to-addresses");
  if (to.empty()) to = rule.get("to-address");
  if (to.empty()) return rule.get("to-ports").empty() ? std::nullopt : std::optional(target);
  // netmap keeps the number of the host; the others spread connections by who asks.
  const auto address = pick_address(to, action == "netmap" ? number_of(target.address) : number_of(packet.source));
  if (!address) return std::nullopt;
  target.address = *address;
  return target;
}

void translate_before_routing(Packet& packet, const Connection& connection, bool is_reply) {
  if (is_reply && connection.source_nat) {
    packet.destination = connection.original.source;
    if (packet.has_ports()) packet.destination_port = connection.original.source_port;
  }
  if (!is_reply && connection.destination_nat) {
    packet.destination = connection.reply.source;
    if (packet.has_ports()) packet.destination_port = connection.reply.source_port;
  }
}

void translate_when_leaving(Packet& packet, const Connection& connection, bool is_reply) {
  if (is_reply && connection.destination_nat) {
    packet.source = connection.original.destination;
    if (packet.has_ports()) packet.source_port = connection.original.destination_port;
  }
  if (!is_reply && connection.source_nat) {
    packet.source = connection.reply.destination;
    if (packet.has_ports()) packet.source_port = connection.reply.destination_port;
  }
}

void translate_destination(MatchContext& context, const Endpoint& to) {
  context.connection.destination_nat = true;
  context.connection.reply.source = context.packet.destination = to.address;
  if (!context.packet.has_ports()) return;
  context.connection.reply.source_port = context.packet.destination_port = to.port;
}

void translate_source(MatchContext& context, const Endpoint& to) {
  context.connection.source_nat = true;
  context.connection.reply.destination = to.address;
  if (context.packet.has_ports()) context.connection.reply.destination_port = to.port;
}

}  // namespace openstrat::sim
