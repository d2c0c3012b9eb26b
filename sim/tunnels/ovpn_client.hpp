// One OpenVPN client of a router: an openvpn process, steered through its management socket.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sim/device/router.hpp"
#include "sim/tunnels/child.hpp"
#include "sim/tunnels/ovpn_message.hpp"
#include "sim/tunnels/ovpn_profile.hpp"

namespace openstrat::sim {

/// Connects for as long as it lives, and again after every failure. What happens goes to the router's Network and log.
class OvpnClient {
 public:
  /// `device`: the name it gets in the namespace. `moved` is called when it came or went.
  OvpnClient(Router& router, std::string interface, std::string device, OvpnSettings settings, std::function<void()> moved);
  ~OvpnClient();  ///< the process is asked to end
  OvpnClient(const OvpnClient&) = delete;
  OvpnClient& operator=(const OvpnClient&) = delete;

  void kill_now();  ///< as a power cut would; nothing is logged any more
  const std::string& interface() const { return interface_; }
  const std::string& device() const { return device_; }
  const OvpnSettings& settings() const { return settings_; }
  bool connected() const { return connected_; }

 private:
  class Management;
  void launch();
  void launch_later();
  void ended(const std::string& output);
  void heard(const OvpnMessage& message);
  void state(const OvpnMessage& message);
  void up();
  /// `why` in the router's words.
  void down(std::string_view why);
  void release();
  void say(std::string_view line);
  void log(std::string_view text);

  Router& router_;
  const std::string interface_;
  const std::string device_;
  const OvpnSettings settings_;
  const std::function<void()> moved_;
  std::string fingerprint_;                      ///< of the certificate that the server showed last
  OvpnMessage addresses_;
  std::string reason_;                           ///< of a failure, until it is logged
  bool connected_ = false;
  bool announced_ = false;                       ///< the log says that it connects
  bool held_before_ = false;                     ///< openvpn has been told to connect once
  bool relearning_ = false;                      ///< it is to start again with another fingerprint
  std::unique_ptr<Child> child_;
  std::unique_ptr<Management> management_;
  std::optional<EventLoop::TimerId> timer_;
};

}  // namespace openstrat::sim
