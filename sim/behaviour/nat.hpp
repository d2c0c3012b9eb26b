// Addresses and ports that NAT actions give a connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/behaviour/matchers.hpp"

namespace openstrat::sim {

/// Where a NAT rule leads a packet; nullopt: it has no address to give.
std::optional<Endpoint> nat_target(const MatchContext& context, const Settings& rule, std::string_view action);

/// What a known connection does to a packet before routing, and when it leaves.
void translate_before_routing(Packet& packet, const Connection& connection, bool is_reply);
void translate_when_leaving(Packet& packet, const Connection& connection, bool is_reply);

/// Notes a translation of a new connection; answers will be looked for accordingly.
void translate_destination(MatchContext& context, const Endpoint& to);
void translate_source(MatchContext& context, const Endpoint& to);

}  // namespace openstrat::sim
