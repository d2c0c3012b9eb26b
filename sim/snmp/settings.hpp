// `/snmp` and `/snmp community` as the agent needs them, read anew for every request.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/net.hpp"
#include "sim/device/router.hpp"
#include "sim/snmp/usm.hpp"

namespace openstrat::sim::snmp {

/// Also the user of that name in version 3.
struct Community {
  std::string name;
  std::vector<Cidr> sources;  ///< empty: anybody
  SecurityLevel security = SecurityLevel::none;
  AuthProtocol authentication = AuthProtocol::md5;
  PrivProtocol encryption = PrivProtocol::des;
  std::string authentication_password;
  std::string encryption_password;
  bool read = true;
  bool write = false;

  bool admits(const IpAddress& source) const;
};

/// nullopt: there is none of that name, or it is disabled.
std::optional<Community> find_community(Router& router, std::string_view name);
bool is_enabled(const Router& router);
/// `80003a8c04` and what somebody configured behind it.
std::string engine_id(Router& router);

}  // namespace openstrat::sim::snmp
