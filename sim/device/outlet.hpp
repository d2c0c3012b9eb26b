// What a router sends of its own accord, in datagrams and streams: log entries, SNMP traps. Nothing here waits.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/net.hpp"
#include "sim/device/event_loop.hpp"

namespace openstrat::sim {

class Router;
struct RouterSpec;

struct Destination {
  IpAddress address;
  std::uint16_t port = 0;
  auto operator<=>(const Destination&) const = default;
};

/// Where something sent there really goes: `detours` of the router may lead elsewhere. nullopt: no address.
std::optional<Destination> destination(const RouterSpec& spec, std::string_view address, std::uint16_t port);

/// The address that others know the router by.
std::string own_address(const Router& router);

/// Sends one datagram from the router's address, or from `source` where the machine has it. Lost when the router has no link.
void send_datagram(const Router& router, const Destination& to, std::string_view source, std::string_view bytes);

/// Streams to servers, one for each; what cannot be sent yet waits, and when too much waits, newer entries are dropped.
class Outlet {
 public:
  static constexpr std::size_t kMaxWaiting = 1000;       ///< entries, of all servers together
  static constexpr std::size_t kMaxBytes = 256 * 1024;

  explicit Outlet(Router& router) : router_(router) {}
  ~Outlet() { close_all(); }
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

  void send(const Destination& to, std::string_view source, std::string bytes);
  void close_all();  ///< the router goes down: what waits is lost
  std::size_t waiting() const { return waiting_; }

 private:
  struct Stream {
    int fd = -1;
    bool connected = false;
    std::string source;
    std::deque<std::string> entries;
    std::size_t sent = 0;  ///< bytes of the first entry that are gone
    std::optional<EventLoop::TimerId> retry;
  };

  void connect(const Destination& to, Stream& stream);
  void changed(const Destination& to, std::uint32_t events);
  void flush(const Destination& to, Stream& stream);
  void broken(const Destination& to, Stream& stream);
  void close_fd(Stream& stream);

  Router& router_;
  std::map<Destination, Stream> streams_;
  std::size_t waiting_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace openstrat::sim
