// What becomes of a packet: raw, tracking, mangle, NAT, routing and filter, with the trace of the rules that matched.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/behaviour/matchers.hpp"

namespace openstrat::sim {

enum class Fate { accepted, dropped, rejected, tarpitted, unroutable };
std::string_view fate_name(Fate fate);

struct Step {
  std::string_view table;   ///< `raw`, `mangle`, `nat`, `filter`
  std::string chain;
  RowId row = 0;
  std::string action;
  std::string effect;       ///< `to 192.168.88.10:80`, `marks connection x`; empty: the action says all
  std::string comment;
};

struct Judgement {
  Fate fate = Fate::accepted;
  std::string reason;            ///< one line for people
  std::string path;              ///< `input`, `forward`, `output`; empty: it did not get that far
  std::string route;             ///< why it leaves where it leaves
  std::string connection_state;
  std::string reject_with;
  bool fasttracked = false;
  Packet packet;                 ///< as it leaves, or as it was when its way ended
  std::vector<Step> trace;
  std::vector<std::string> not_modelled;  ///< `filter *5: realm=1`: that rule was passed over
  std::vector<ListAddition> additions;
  std::vector<std::string> log;  ///< messages of topics firewall,info

  bool certain() const { return not_modelled.empty(); }
  std::string to_text() const;
};

struct FirewallInputs {
  const Config& config;
  const Interfaces& interfaces;
  const Routes& routes;      ///< of the packet's family
  const World& world;
  Rng& rng;
  Timestamp wall;
  Duration now{0};
};

/// One packet at a time. Changes nothing but `state`; the caller puts the additions into the address lists.
Judgement judge(const FirewallInputs& inputs, FirewallState& state, Packet packet);

/// The line that `action=log` and `log=yes` write: `PREFIX input: in:ether1 out:(unknown 0), …`.
std::string firewall_log_line(const Version& version, std::string_view prefix, std::string_view chain, const MatchContext& context);

/// Chains that have meaning of their own, by menu: scripts make up the others.
bool is_dummy_rule(const Settings& rule);

}  // namespace openstrat::sim
