// Connection tracking and the counters, buckets and connections that a firewall keeps between packets.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "sim/behaviour/packet.hpp"
#include "sim/config/table.hpp"

namespace openstrat::sim {

struct Flow {
  IpAddress source = IpAddress::v4(0);
  IpAddress destination = IpAddress::v4(0);
  std::uint16_t source_port = 0;       ///< of ICMP: the type of the request
  std::uint16_t destination_port = 0;
  bool operator==(const Flow&) const = default;
};

struct Connection {
  RowId number = 0;
  int protocol = 6;
  Flow original;
  Flow reply;                ///< what answers look like: differs from the reversed original by NAT
  std::string mark;
  std::string tcp_state;
  bool seen_reply = false;
  bool fasttrack = false;
  bool source_nat = false;
  bool destination_nat = false;
  std::uint64_t original_bytes = 0;
  std::uint64_t original_packets = 0;
  std::uint64_t reply_bytes = 0;
  std::uint64_t reply_packets = 0;
  Duration expires{0};
};

struct RuleCounter {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
};

/// Tokens of a `limit`; full when it is new.
struct Bucket {
  double tokens = 0;
  Duration at{0};
};

/// A value: a copy is a rehearsal that leaves no traces. Bounded whatever is sent.
struct FirewallState {
  static constexpr std::size_t kMaxConnections = 4096;
  static constexpr std::size_t kMaxBuckets = 4096;

  using RuleKey = std::pair<std::string_view, RowId>;  ///< menu (of the schema) and row
  std::map<RuleKey, RuleCounter> counters;
  std::map<RuleKey, std::uint64_t> turns;              ///< of `nth`
  std::map<std::string, Bucket> buckets;
  std::map<std::string, std::vector<std::pair<std::uint16_t, Duration>>> scans;  ///< ports that a source tried, for `psd`
  std::deque<Connection> connections;
  RowId next_connection = 1;
};

enum class Tracked { new_, established, related, invalid, untracked };
std::string_view tracked_name(Tracked state);

/// What tracking says of a packet.
struct Sight {
  Tracked state = Tracked::new_;
  RowId connection = 0;    ///< 0: none is known
  bool is_reply = false;
};
Sight look_up(FirewallState& state, const Packet& packet, Duration now, bool loose);
Connection* find_connection(FirewallState& state, RowId number);
Flow flow_of(const Packet& packet);
/// After a packet got through: a new connection is kept, a known one counts and lives on.
void confirm(FirewallState& state, const Packet& arrived, const Connection& made, const Sight& sight, Duration now);

}  // namespace openstrat::sim
