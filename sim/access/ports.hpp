// Which ports of a router are open: follows `/ip service` and `/snmp` while the router runs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/access/unique_fd.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {

/// A connection that a service of the router has taken.
struct Accepted {
  UniqueFd fd;              ///< non-blocking
  std::string service;      ///< `api-ssl`
  std::string peer;         ///< address
  std::uint16_t peer_port = 0;
  std::shared_ptr<void> session;  ///< counts against `max-sessions` for as long as somebody holds it
};
using Acceptor = std::function<void(Router&, Accepted)>;

struct Datagram {
  std::string_view bytes;
  std::string_view peer;
  std::uint16_t peer_port = 0;
};
/// May be kept and called later; then it does nothing once the port is closed.
using DatagramReply = std::function<void(std::string_view bytes)>;
using DatagramHandler = std::function<void(Router&, const Datagram&, const DatagramReply&)>;

/// A UDP service: open while `enabled` says so, asked again when rows of `menu` change.
struct DatagramService {
  std::string name;
  std::uint16_t port = 0;
  std::string menu;                             ///< `/snmp`
  std::function<bool(const Router&)> enabled;
  DatagramHandler handler;
};

/// What the protocols of this process are; made once, outlives every Ports.
class ServiceTable {
 public:
  /// `name` is that of the row in `/ip service`: api, api-ssl, www, www-ssl, ssh, telnet, …
  void register_service(std::string name, Acceptor acceptor) { services_.insert_or_assign(std::move(name), std::move(acceptor)); }
  void register_datagram(DatagramService service) { datagrams_.push_back(std::move(service)); }

  const std::map<std::string, Acceptor, std::less<>>& services() const { return services_; }
  const std::vector<DatagramService>& datagrams() const { return datagrams_; }

 private:
  std::map<std::string, Acceptor, std::less<>> services_;
  std::vector<DatagramService> datagrams_;
};

/// The listeners of one router. Goes before its router.
class Ports {
 public:
  Ports(Router& router, const ServiceTable& table);
  ~Ports();
  Ports(const Ports&) = delete;
  Ports& operator=(const Ports&) = delete;

  /// The port that a service really has; nullopt while it is closed.
  std::optional<std::uint16_t> port(std::string_view name) const;
  /// `api 127.0.0.1:8728, ssh 127.0.0.1:22`
  std::string describe() const;
  /// Services that could not be opened, with the reason, since this was last asked.
  std::vector<std::string> failures();

 private:
  struct Listener {
    UniqueFd fd;
    std::uint16_t wanted = 0;   ///< the router's own number
    std::uint16_t bound = 0;
    std::shared_ptr<int> sessions = std::make_shared<int>(0);
  };

  void follow();        ///< opens and closes what differs from the configuration
  void close_all();
  void want(std::string_view name, std::optional<std::uint16_t> port, bool datagram);
  bool open(std::string_view name, std::uint16_t port, bool datagram);
  void shut(std::string_view name);
  void rest_a_moment(Listener& listener);
  void accept_some(const std::string& name);
  void receive_some(const std::string& name);
  bool admits(std::string_view name, std::string_view peer) const;
  std::size_t max_sessions(std::string_view name) const;

  Router& router_;
  const ServiceTable& table_;
  std::map<std::string, Listener, std::less<>> listeners_;
  std::vector<std::string> failures_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  std::vector<Watch> watches_;
};

/// Opens the services of a router that has an address to listen on, now and after every boot; null when it has none.
std::unique_ptr<Ports> open_services(Router& router, const ServiceTable& table);

}  // namespace openstrat::sim
