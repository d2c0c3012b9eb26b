// MikroTik's neighbour discovery: what routers of this process tell about themselves, on 5678/udp and in `/ip neighbor`.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "sim/device/outlet.hpp"

namespace openstrat::sim {

/// The packet of one router, as it is on the wire.
std::string mndp_packet(const Router& router, std::uint16_t sequence);
/// Whether a router takes part: it runs, has a link, and `discovery-settings` do not say otherwise.
bool is_discoverable(const Router& router);

/// One segment that all given routers are on. They must outlive it.
class Mndp {
 public:
  /// `ADDRESS` or `ADDRESS:PORT`. An address of this machine is listened on, and who asks there is answered; a broadcast address
  /// is announced to as well, every minute.
  static Result<std::unique_ptr<Mndp>> open(EventLoop& loop, std::vector<Router*> routers, const std::string& where);
  ~Mndp();
  Mndp(const Mndp&) = delete;
  Mndp& operator=(const Mndp&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  struct Telling {
    Destination to;
    std::size_t next = 0;  ///< router
  };

  Mndp(EventLoop& loop, std::vector<Router*> routers) : loop_(loop), routers_(std::move(routers)) {}
  bool bind_to(const Destination& where);
  void receive();
  void tell(const Destination& to);
  void tell_some();
  void announce();

  EventLoop& loop_;
  const std::vector<Router*> routers_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::uint16_t sequence_ = 0;
  std::optional<Destination> broadcast_;
  std::deque<Telling> telling_;
  std::optional<EventLoop::TimerId> timer_;   ///< of the next announcement
  std::optional<EventLoop::TimerId> pacing_;  ///< of the rest of an answer
};

}  // namespace openstrat::sim
