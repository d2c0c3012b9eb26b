// Devices of a namespace as a router wants them: addresses, sizes, routes. Told to the program `ip`, only what has changed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "sim/device/router.hpp"
#include "sim/tunnels/child.hpp"

namespace openstrat::sim {

struct LinkSettings {
  std::string alias;               ///< what the router calls it
  std::optional<int> mtu = {};     ///< none: as it is
  std::set<std::string> addresses = {};  ///< `10.9.0.2/24`; beside those that its program gives it
  bool operator==(const LinkSettings&) const = default;
};

struct LinkRoute {
  std::string destination;  ///< `10.20.0.0/16`
  std::string device;
  std::string gateway;      ///< empty: the device itself
  int distance = 1;
  auto operator<=>(const LinkRoute&) const = default;
};

struct LinksWanted {
  std::map<std::string, LinkSettings> devices;  ///< those that are there
  std::set<LinkRoute> routes;                   ///< only over these
  bool operator==(const LinksWanted&) const = default;
};

/// The commands of `ip -batch` that lead from one to the other. What a device that is gone had went with it.
std::string link_commands(const LinksWanted& before, const LinksWanted& after);

/// Routes of the router are in a table of their own, behind the routes of the namespace that are not defaults: what carries a tunnel
/// keeps the way it had, although the router sends all else into it.
class Links {
 public:
  explicit Links(Router& router) : router_(router) {}
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  void want(LinksWanted wanted);

 private:
  void settle();
  void run(std::string commands);

  Router& router_;
  LinksWanted wanted_;
  LinksWanted known_;
  bool has_rules_ = false;
  std::unique_ptr<Child> running_;
};

}  // namespace openstrat::sim
