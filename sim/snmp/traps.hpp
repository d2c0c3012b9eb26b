// What a router tells by itself: that it has started, that an interface went up or down.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/snmp/agent.hpp"

namespace openstrat::sim::snmp {

/// Follows `/snmp trap-*` of one router; costs a few watches while no target is configured. Goes before its router.
class Traps {
 public:
  Traps(Router& router, std::shared_ptr<KeyCache> keys);

 private:
  struct Trap {
    std::int32_t generic;  ///< coldStart 0, linkDown 2, linkUp 3
    std::vector<Variable> variables;
  };

  bool generates(std::string_view what) const;
  void settings_changed();
  void interface_changed(RowId row);
  bool runs(const FoundRow& interface) const;
  bool is_watched(const FoundRow& interface) const;
  void send(const Trap& trap);
  std::string message(const Trap& trap);

  Router& router_;
  const std::shared_ptr<Agent> agent_;
  std::map<RowId, bool> running_;  ///< of interfaces, while their changes are told
  std::vector<Watch> watches_;
};

}  // namespace openstrat::sim::snmp
