// Hotspot: who gets in, what is open to those who are not, and the firewall rules that a hotspot brings along.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/behaviour/settings.hpp"
#include "sim/behaviour/world.hpp"

namespace openstrat::sim {

using RuleFields = std::vector<std::pair<std::string_view, std::string>>;
/// The dynamic rules of a firewall menu as long as a hotspot is enabled, in order.
std::vector<RuleFields> hotspot_rules(const Config& config, std::string_view menu);

/// Something that a browser behind a hotspot asks for.
struct GardenQuery {
  std::string host;
  std::string path = "/";
  std::string method = "GET";
  std::uint16_t port = 80;
  std::string server;                      ///< of the hotspot; empty: any
  std::string mac;
  std::optional<IpAddress> client = {};
  std::optional<IpAddress> destination = {};
};

enum class GardenAnswer { open, login, refused };
struct GardenVerdict {
  GardenAnswer answer = GardenAnswer::login;
  std::string why;       ///< `walled-garden *2`, `logged in as bob`, `ip-binding *1`, `no entry allows it`
};
GardenVerdict walled_garden(const Config& config, const World& world, const GardenQuery& query);

struct LoginRequest {
  std::string server;             ///< empty: the only hotspot
  std::string user;
  std::string password;           ///< as typed, or the hex digest when `chap_id` is given
  std::string chap_id;            ///< bytes
  std::string chap_challenge;     ///< bytes
  std::string mac;
  std::string address;
};
struct LoginVerdict {
  bool accepted = false;
  std::string error;              ///< the router's words
  std::string server;
  std::string profile;
  std::string login_by;
};
LoginVerdict judge_login(const Config& config, const World& world, const LoginRequest& request);

}  // namespace openstrat::sim
