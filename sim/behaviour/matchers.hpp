// Whether a firewall rule is about a packet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/rng.hpp"
#include "sim/behaviour/routes.hpp"
#include "sim/behaviour/tracking.hpp"

namespace openstrat::sim {

/// An entry that a rule puts into an address list.
struct ListAddition {
  bool v6 = false;
  std::string list;
  std::string address;
  std::optional<Duration> timeout;  ///< none: until the reboot (`none-dynamic`) or for good (`none-static`)
  bool permanent = false;
};

/// What rules are tested against. Everything is the caller's.
struct MatchContext {
  const Config& config;
  const Interfaces& interfaces;
  const Routes& routes;
  const World& world;
  FirewallState& state;
  Rng& rng;
  Timestamp wall;            ///< the router's clock, for `time=`
  Duration now{0};
  Packet packet = {};
  Tracked tracked = Tracked::new_;
  Connection connection = {};     ///< of the packet, known or about to be made
  std::vector<ListAddition> additions = {};
};

struct RuleVerdict {
  bool matches = false;
  std::vector<std::string> not_modelled;  ///< properties that decide and that this simulator cannot judge: the rule is passed over
};

/// Matchers without memory first; `limit`, `nth` and their like count only packets that all others let through.
RuleVerdict match_rule(MatchContext& context, std::string_view menu, const Settings& rule);
/// A property that does not select packets: an action's argument, a comment.
bool is_rule_argument(std::string_view property);
/// One address against `1.2.3.4`, a prefix, a range or a name; nullopt: it is none of these.
std::optional<bool> address_matches(const MatchContext& context, std::string_view text, const IpAddress& address);

// Matchers with memory (matchers_counting.cpp); nullopt: the text means nothing to us.
std::optional<bool> match_limit(MatchContext& context, std::string_view menu, RowId row, std::string_view text);
std::optional<bool> match_dst_limit(MatchContext& context, std::string_view menu, RowId row, std::string_view text);
std::optional<bool> match_connection_limit(MatchContext& context, std::string_view text);
std::optional<bool> match_nth(MatchContext& context, std::string_view menu, RowId row, std::string_view text);
std::optional<bool> match_random(MatchContext& context, std::string_view text);
std::optional<bool> match_psd(MatchContext& context, std::string_view text);
std::optional<bool> match_classifier(const MatchContext& context, std::string_view text);

}  // namespace openstrat::sim
