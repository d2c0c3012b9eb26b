// Commands that show something again and again until they are stopped: monitor, monitor-traffic, torch, profile, sniffer quick.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/behaviour/interfaces.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {

class Job;
class Router;

struct MonitorField {
  std::string_view name;  ///< lasting
  Value value;
  std::string_view unit = {};  ///< for people: `%`, `dBm`; `bps` scales
};
using MonitorRecord = std::vector<MonitorField>;  ///< in the order in which a router shows it

/// What a command shows at one moment: one record for everything that it was asked about.
using MonitorFrame = std::vector<MonitorRecord>;

struct Monitor {
  enum class Shape { records, table };  ///< a column for each record, or a line
  std::string_view menu;
  std::string_view name;
  MonitorFrame (*look)(Router& router, const CommandCall& call);
  Shape shape = Shape::records;
};

/// nullptr: there is no such command.
const Monitor* find_monitor(std::string_view menu, std::string_view name);
/// Shows frames until `once`, `duration` or somebody ends it.
Value run_monitor(Job& job, const CommandCall& call, const Monitor& monitor);

/// The interfaces that an argument names: ids, names, or lists of them. Throws if one of them does not exist.
std::vector<Interface> interfaces_of(Router& router, const CommandCall& call, std::string_view argument, std::string_view unknown);

// Looks, by what they are about (monitor_interfaces.cpp, monitor_traffic.cpp).
MonitorFrame look_at_ethernet(Router& router, const CommandCall& call);
MonitorFrame look_at_wireless(Router& router, const CommandCall& call);
MonitorFrame look_at_wifi(Router& router, const CommandCall& call);
MonitorFrame look_at_lte(Router& router, const CommandCall& call);
MonitorFrame look_at_client(Router& router, const CommandCall& call);
MonitorFrame look_at_bridge(Router& router, const CommandCall& call);
MonitorFrame look_at_bridge_port(Router& router, const CommandCall& call);
MonitorFrame look_at_bonding(Router& router, const CommandCall& call);
MonitorFrame look_at_traffic(Router& router, const CommandCall& call);
MonitorFrame look_at_flows(Router& router, const CommandCall& call);
MonitorFrame look_at_packets(Router& router, const CommandCall& call);

}  // namespace openstrat::sim
