#include "sim/programs/listening.hpp"

#include <sys/resource.h>

#include <fmt/core.h>

#include "base/net.hpp"
#include "sim/device/births.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kFailuresTold = 5;

std::unexpected<Error> wrong(std::string why) { return fail(Errc::invalid, "--listen: " + std::move(why)); }

}  // namespace

void allow_many_connections() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<ListenPlan> listen_plan(const std::string& where, int port_offset, std::size_t routers) {
  ListenPlan plan;
  plan.address = where;
  plan.offset = static_cast<std::uint16_t>(port_offset);
  plan.ports = port_offset == 0 ? ListenPlan::Ports::real : ListenPlan::Ports::offset;
  if (where.empty()) return plan;
  if (!Cidr::parse(where)) return wrong("'" + where + "' is no address and no network");
  const bool network = where.contains('/');
  if (!network && routers > 1) return wrong("several routers need a network, as 127.77.0.0/16");
  if (network && address_in(where, 0).empty()) return wrong("the network must be one of IPv4");
  if (network && routers > hosts_in(where)) return wrong(fmt::format("{} has {} addresses, and there are {} routers", where, hosts_in(where), routers));
  return plan;
}

std::unique_ptr<Ports> open_aloud(Router& router, const ServiceTable& table) {
  auto ports = open_services(router, table);
  if (ports == nullptr) return ports;
  const std::string open = ports->describe();
  fmt::print(stderr, "openstrat-sim: {} listens: {}\n", router.identity(), open.empty() ? "on no port" : open);
  for (const std::string& failure : ports->failures()) fmt::print(stderr, "openstrat-sim: cannot open {}; see --port-offset\n", failure);
  return ports;
}

std::vector<std::unique_ptr<Ports>> open_all(const std::vector<Router*>& routers, const ServiceTable& table) {
  std::vector<std::unique_ptr<Ports>> all;
  std::size_t failed = 0;
  for (Router* router : routers) {
    auto ports = open_services(*router, table);
    if (ports == nullptr) continue;
    for (const std::string& failure : ports->failures()) {
      if (failed++ < kFailuresTold) fmt::print(stderr, "openstrat-sim: {}: cannot open {}\n", router->spec().listen.address, failure);
    }
    all.push_back(std::move(ports));
  }
  if (failed > kFailuresTold) fmt::print(stderr, "openstrat-sim: {} services could not be opened in all; see --port-offset\n", failed);
  return all;
}

}  // namespace openstrat::sim
