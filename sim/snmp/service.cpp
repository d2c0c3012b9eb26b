#include "sim/snmp/service.hpp"

#include <unordered_map>

#include "sim/snmp/agent.hpp"
#include "sim/snmp/traps.hpp"

namespace openstrat::sim::snmp {
namespace {

/// The agents of the routers that were asked something since they booted.
class Agents : public std::enable_shared_from_this<Agents> {
 public:
  void handle(Router& router, const Datagram& datagram, const DatagramReply& reply) {
    const auto from = IpAddress::parse(datagram.peer);
    if (!from) return;
    const std::shared_ptr<Agent> agent = agent_of(router);
    agent->handle(datagram.bytes, *from, reply);
  }

 private:
  struct Kept {
    std::shared_ptr<Agent> agent;
    Watch power;
  };

  std::shared_ptr<Agent> agent_of(Router& router) {
    Kept& kept = agents_[&router];
    if (kept.agent == nullptr) {
      kept.agent = std::make_shared<Agent>(router, keys_);
      kept.power = router.watch_power([weak = weak_from_this(), at = &router](bool on) {
        const auto self = weak.lock();
        if (!on && self != nullptr) self->agents_.erase(at);
      });
    }
    return kept.agent;
  }

  std::shared_ptr<KeyCache> keys_ = std::make_shared<KeyCache>();
  std::unordered_map<const Router*, Kept> agents_;
};

}  // namespace

void register_snmp(ServiceTable& table) {
  const auto agents = std::make_shared<Agents>();
  table.register_datagram({.name = "snmp",
                           .port = 161,
                           .menu = "/snmp",
                           .enabled = [](const Router& router) { return is_enabled(router); },
                           .handler = [agents](Router& router, const Datagram& datagram, const DatagramReply& reply) { agents->handle(router, datagram, reply); }});
}

std::shared_ptr<void> send_traps(Router& router) { return std::make_shared<Traps>(router, std::make_shared<KeyCache>()); }

}  // namespace openstrat::sim::snmp
