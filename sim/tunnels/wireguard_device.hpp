// One WireGuard interface of a router: a wireguard-go process and the socket that it is told and asked through.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sim/device/router.hpp"
#include "sim/tunnels/child.hpp"
#include "sim/tunnels/wireguard_text.hpp"

namespace openstrat::sim {

/// The device is there for as long as this lives; a process that fails is started again.
class WireguardDevice {
 public:
  /// What the router is told of it.
  struct Observer {
    std::function<void(bool there)> device;                                 ///< the device is there (settings are not lost meanwhile), or gone
    std::function<void(const std::map<std::string, PeerState>&)> peers;     ///< by public key, every two seconds
  };

  /// `device` must be unlike those of all other namespaces: the name of the socket is made of it.
  WireguardDevice(Router& router, std::string device, Observer observer);
  ~WireguardDevice();
  WireguardDevice(const WireguardDevice&) = delete;
  WireguardDevice& operator=(const WireguardDevice&) = delete;

  void apply(const WireguardSettings& settings);
  void kill_now();  ///< as a power cut would
  bool there() const { return there_; }
  const std::string& device() const { return device_; }

 private:
  using Answered = std::function<void(std::string_view answer)>;
  void launch();
  void launch_later();
  void ended(const std::string& output);
  void connect(int tries);
  void disconnect();
  void settle();
  void poll();
  void ask(std::string request, Answered answered);
  void send_next();
  void flush();
  void read_some();

  Router& router_;
  const std::string device_;
  const Observer observer_;
  std::optional<WireguardSettings> wanted_;
  WireguardSettings known_;              ///< what the process was told
  bool there_ = false;
  std::unique_ptr<Child> child_;
  int socket_ = -1;
  std::string unsent_;
  std::string text_;                     ///< of an answer that is not whole yet
  struct Question {
    std::string request;
    Answered answered;
  };
  std::deque<Question> asked_;           ///< the first one has been sent
  std::optional<EventLoop::TimerId> timer_;
};

}  // namespace openstrat::sim
