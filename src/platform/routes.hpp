// What everybody may know of an installation.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace openstrat::http {
class Router;
}

namespace openstrat::platform {

/// One thing that routers, people or tools connect to.
struct Endpoint {
  std::string role;        ///< `api`, `device_api`, `backup_upload`, `management_vpn`, `portal`, `sign_in`
  std::string host;        ///< name or address
  int port = 443;
  std::string protocol;    ///< `https`, `sftp`, `openvpn/tcp`
  std::string purpose;     ///< a sentence for whoever writes the firewall rule
};

struct Facts {
  std::string product, version;
  Timestamp started_at{};
  std::vector<Endpoint> infrastructure;
  std::string region_code = "default", region_name = "Default", region_host;
  /// Empty: everything works. Else what does not, in a sentence without details that help attackers.
  std::function<std::string()> trouble;
};

void add_routes(http::Router& router, Facts facts);

class SystemService;
/// GET /system, for operators.
void add_system_routes(http::Router& router, SystemService& system);

}  // namespace openstrat::platform
