// The real tunnels of one router: follows its configuration, power and link.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/device/router.hpp"
#include "sim/tunnels/links.hpp"
#include "sim/tunnels/ovpn_client.hpp"
#include "sim/tunnels/wireguard_device.hpp"

namespace openstrat::sim {

/// For a router with a network namespace. Its processes end with it.
class Tunnels {
 public:
  explicit Tunnels(Router& router);
  ~Tunnels();
  Tunnels(const Tunnels&) = delete;
  Tunnels& operator=(const Tunnels&) = delete;

 private:
  struct Wireguard {
    std::string name;                        ///< as the router calls it
    std::map<std::string, RowId> rows;       ///< of peers, by public key in hexadecimal
    std::unique_ptr<WireguardDevice> device;
  };

  void settle_soon();
  void settle();
  void stop_at_once();
  OvpnTrust trust(const Settings& row) const;
  void settle_ovpn();
  void settle_wireguard();
  void settle_links();
  WireguardSettings wireguard_settings(const Settings& row, std::map<std::string, RowId>& rows);
  std::string endpoint(const Settings& peer);
  void look_up(const std::string& name);
  void set_there(RowId row, bool there);
  void keep_peers(RowId row, const std::map<std::string, PeerState>& peers);
  LinkSettings link_settings(const std::string& interface) const;

  Router& router_;
  std::vector<Watch> watches_;
  std::map<RowId, std::unique_ptr<OvpnClient>> clients_;
  std::map<RowId, std::string> refused_;            ///< clients that cannot even try, and why
  std::map<RowId, Wireguard> devices_;
  std::map<std::string, std::string> addresses_;    ///< of names of endpoints; empty: not known yet, or not at all
  std::unique_ptr<Links> links_;
  bool settling_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);  ///< for work that the loop does later
};

/// nullptr: the router has no namespace, its tunnels are made up.
std::shared_ptr<Tunnels> open_tunnels(Router& router);

}  // namespace openstrat::sim
