#include "sim/behaviour/tracking.hpp"

#include <algorithm>

namespace openstrat::sim {
namespace {

bool has_flag(const Packet& packet, std::string_view flag) {
  std::string_view rest = packet.tcp_flags;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (rest.substr(0, end) == flag) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

bool is_icmp(const Packet& packet) { return packet.protocol == 1 || packet.protocol == 58; }

bool is_icmp_reply(const Packet& packet) { return packet.protocol == 1 ? packet.icmp_type == 0 : packet.icmp_type == 129; }

bool is_icmp_error(const Packet& packet) {
  if (packet.protocol == 58) return packet.icmp_type < 128;
  return packet.protocol == 1 && (packet.icmp_type == 3 || packet.icmp_type == 4 || packet.icmp_type == 5 || packet.icmp_type == 11 || packet.icmp_type == 12);
}

Duration lifetime(const Connection& connection) {
  using std::chrono::seconds;
  if (connection.protocol == 6) {
    if (connection.tcp_state == "established") return std::chrono::hours(24);
    return connection.tcp_state == "close" || connection.tcp_state == "time-wait" ? seconds(10) : seconds(5);
  }
  if (connection.protocol == 17) return connection.seen_reply ? seconds(180) : seconds(30);
  return is_icmp(Packet{.protocol = connection.protocol}) ? seconds(10) : seconds(600);
}

void follow_tcp(Connection& connection, const Packet& packet, bool is_reply) {
  if (connection.protocol != 6) return;
  if (has_flag(packet, "rst")) connection.tcp_state = "close";
  else if (has_flag(packet, "fin")) connection.tcp_state = "time-wait";
  else if (has_flag(packet, "syn") && is_reply) connection.tcp_state = "syn-received";
  else if (has_flag(packet, "syn")) connection.tcp_state = "syn-sent";
  else connection.tcp_state = "established";
}

}  // namespace

std::string_view tracked_name(Tracked state) {
  switch (state) {
    case Tracked::new_: return "new";
    case Tracked::established: return "established";
    case Tracked::related: return "related";
    case Tracked::invalid: return "invalid";
    case Tracked::untracked: return "untracked";
  }
  return {};
}

Flow flow_of(const Packet& packet) {
  Flow flow{packet.source, packet.destination, packet.source_port, packet.destination_port};
  if (!packet.has_ports()) flow.source_port = flow.destination_port = 0;
  if (is_icmp(packet)) flow.source_port = static_cast<std::uint16_t>(is_icmp_reply(packet) ? (packet.protocol == 1 ? 8 : 128) : packet.icmp_type);
  return flow;
}

Connection* find_connection(FirewallState& state, RowId number) {
  const auto found = std::find_if(state.connections.begin(), state.connections.end(), [number](const Connection& each) { return each.number == number; });
  return found == state.connections.end() ? nullptr : &*found;
}

Sight look_up(FirewallState& state, const Packet& packet, Duration now, bool loose) {
  std::erase_if(state.connections, [now](const Connection& each) { return each.expires <= now; });
  const Flow flow = flow_of(packet);
  for (const Connection& each : state.connections) {
    if (each.protocol != packet.protocol) continue;
    if (each.original == flow && !is_icmp_reply(packet)) return {each.seen_reply ? Tracked::established : Tracked::new_, each.number, false};
    if (each.reply == flow && (!is_icmp(packet) || is_icmp_reply(packet))) return {Tracked::established, each.number, true};
  }
  if (is_icmp_error(packet)) {
    for (const Connection& each : state.connections) {
      if (each.original.source == packet.destination || each.reply.destination == packet.destination) return {Tracked::related, 0, false};
    }
    return {Tracked::invalid, 0, false};
  }
  if (is_icmp_reply(packet) && is_icmp(packet)) return {Tracked::invalid, 0, false};
  if (packet.protocol == 6 && (!has_flag(packet, "syn") || has_flag(packet, "ack"))) {
    const bool picked_up = loose && !has_flag(packet, "rst") && !has_flag(packet, "syn");
    return {picked_up ? Tracked::new_ : Tracked::invalid, 0, false};
  }
  return {Tracked::new_, 0, false};
}

void confirm(FirewallState& state, const Packet& arrived, const Connection& made, const Sight& sight, Duration now) {
  Connection* connection = sight.connection == 0 ? nullptr : find_connection(state, sight.connection);
  if (connection == nullptr) {
    if (sight.state != Tracked::new_) return;
    if (state.connections.size() >= FirewallState::kMaxConnections) state.connections.pop_front();
    state.connections.push_back(made);
    connection = &state.connections.back();
    connection->number = state.next_connection++;
  } else {
    connection->mark = made.mark;
    connection->fasttrack = made.fasttrack;
  }
  connection->seen_reply = connection->seen_reply || sight.is_reply;
  follow_tcp(*connection, arrived, sight.is_reply);
  connection->expires = now + lifetime(*connection);
  const auto bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(arrived.length, 0));
  (sight.is_reply ? connection->reply_bytes : connection->original_bytes) += bytes;
  (sight.is_reply ? connection->reply_packets : connection->original_packets) += 1;
}

}  // namespace openstrat::sim
