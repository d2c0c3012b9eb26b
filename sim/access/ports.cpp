#include "sim/access/ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include <fmt/core.h>

#include "base/net.hpp"
#include "base/text.hpp"
#include "sim/device/network_namespace.hpp"

namespace openstrat::sim {
namespace {

constexpr int kBacklog = 128;
constexpr Duration kRest = std::chrono::seconds(1);
constexpr int kPerTurn = 32;                  ///< connections or datagrams, before others get their turn
constexpr std::size_t kDefaultSessions = 20;  ///< of releases that have the property; older ones are not held to it
constexpr std::size_t kMostSessions = 1000;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* any() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::optional<Address> socket_address(std::string_view text, std::uint16_t port) {
  const auto ip = IpAddress::parse(text);
  if (!ip) return std::nullopt;
  Address address;
  if (ip->is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(ip->v4_value());
    address.size = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, ip->bytes().data(), 16);
    address.size = sizeof v6;
  }
  return address;
}

std::pair<std::string, std::uint16_t> text_of(const Address& address) {
  if (address.storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.storage);
    return {IpAddress::v4(ntohl(v4.sin_addr.s_addr)).to_string(), ntohs(v4.sin_port)};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return {IpAddress::from_bytes(bytes).to_string(), ntohs(v6.sin6_port)};
}

const std::string* field(const Row* row, std::string_view name) { return row == nullptr ? nullptr : row->find(name); }

}  // namespace

Ports::Ports(Router& router, const ServiceTable& table) : router_(router), table_(table) {
  watches_.push_back(router.watch_power([this](bool on) { on ? follow() : close_all(); }));
  watches_.push_back(router.watch_rows("/ip/service", [this](RowId, Change) { follow(); }));
  for (const DatagramService& service : table.datagrams()) {
    if (!service.menu.empty()) watches_.push_back(router.watch_rows(service.menu, [this](RowId, Change) { follow(); }));
  }
  if (router.power() == Power::on) follow();
}

Ports::~Ports() { close_all(); }

void Ports::close_all() {
  while (!listeners_.empty()) shut(std::string(listeners_.begin()->first));
}

void Ports::follow() {
  if (router_.power() != Power::on) return;
  for (const auto& [name, acceptor] : table_.services()) {
    const FoundRow row = router_.config().find_named("/ip/service", name);
    const std::string* disabled = field(row.row, "disabled");
    const std::string* port = field(row.row, "port");
    const auto number = port == nullptr ? std::nullopt : text::parse_int(*port);
    const bool open = row && number && (disabled == nullptr || *disabled != "yes");
    want(name, open ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt, false);
  }
  for (const DatagramService& service : table_.datagrams()) {
    want(service.name, service.enabled(router_) ? std::optional(service.port) : std::nullopt, true);
  }
}

void Ports::want(std::string_view name, std::optional<std::uint16_t> port, bool datagram) {
  const auto known = listeners_.find(name);
  if (known != listeners_.end() && port == known->second.wanted) return;
  if (known != listeners_.end()) shut(name);
  if (!port || open(name, *port, datagram)) return;
  failures_.push_back(fmt::format("{} (port {}): {}", name, *port, std::strerror(errno)));
}

bool Ports::open(std::string_view name, std::uint16_t port, bool datagram) {
  const ListenPlan& plan = router_.spec().listen;
  std::uint16_t number = port;
  if (plan.ports == ListenPlan::Ports::any) number = 0;
  if (plan.ports == ListenPlan::Ports::offset) number = static_cast<std::uint16_t>(port + plan.offset);
  auto address = socket_address(plan.address, number);
  if (!address) {
    errno = EINVAL;
    return false;
  }
  Listener listener;
  listener.wanted = port;
  const int type = (datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  listener.fd.reset(open_socket_in(router_.spec().network_namespace.get(), address->storage.ss_family, type));
  const int fd = listener.fd.get();
  const int one = 1;
  if (fd < 0) return false;
  if (!datagram) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, address->any(), address->size) != 0 || (!datagram && listen(fd, kBacklog) != 0)) return false;
  address->size = sizeof address->storage;
  if (getsockname(fd, address->any(), &address->size) != 0) return false;
  listener.bound = text_of(*address).second;
  const std::string key(name);
  listeners_.insert_or_assign(key, std::move(listener));
  router_.services().loop.watch(fd, EPOLLIN, [this, key, datagram](std::uint32_t) { datagram ? receive_some(key) : accept_some(key); });
  return true;
}

void Ports::shut(std::string_view name) {
  const auto known = listeners_.find(name);
  router_.services().loop.unwatch(known->second.fd.get());
  listeners_.erase(known);
}

bool Ports::admits(std::string_view name, std::string_view peer) const {
  const FoundRow row = router_.config().find_named("/ip/service", name);
  const std::string* allowed = field(row.row, "address");
  if (allowed == nullptr || allowed->empty()) return true;
  const auto from = IpAddress::parse(peer);
  for (const std::string_view word : text::split(*allowed, ',')) {
    const auto network = Cidr::parse(word);
    if (network && from && network->contains(*from)) return true;
  }
  return false;
}

std::size_t Ports::max_sessions(std::string_view name) const {
  const FoundRow row = router_.config().find_named("/ip/service", name);
  const Menu* menu = router_.config().schema().find("/ip/service");
  if (menu == nullptr || menu->property("max-sessions", router_.version()) == nullptr) return kMostSessions;
  const std::string* limit = field(row.row, "max-sessions");
  const auto number = limit == nullptr ? std::nullopt : text::parse_int(*limit);
  return number ? static_cast<std::size_t>(*number) : kDefaultSessions;
}

void Ports::accept_some(const std::string& name) {
  for (int i = 0; i < kPerTurn; ++i) {
    const auto listener = listeners_.find(name);  // a protocol may have closed it meanwhile
    if (listener == listeners_.end()) return;
    Address from;
    from.size = sizeof from.storage;
    UniqueFd fd(accept4(listener->second.fd.get(), from.any(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? rest_a_moment(listener->second) : void();
    auto [peer, port] = text_of(from);
    const std::shared_ptr<int> sessions = listener->second.sessions;
    if (!router_.link() || !admits(name, peer) || static_cast<std::size_t>(*sessions) >= max_sessions(name)) continue;
    const int one = 1;
    setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    ++*sessions;
    std::shared_ptr<void> session(nullptr, [sessions](void*) { --*sessions; });
    table_.services().find(name)->second(router_, {std::move(fd), name, std::move(peer), port, std::move(session)});
  }
}

/// The machine has no descriptor left: waiting connections would keep the loop busy for nothing.
void Ports::rest_a_moment(Listener& listener) {
  router_.services().loop.unwatch(listener.fd.get());
  listener.fd.reset();
  listener.wanted = 0;
  router_.services().loop.after(kRest, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) follow();
  });
}

void Ports::receive_some(const std::string& name) {
  char buffer[65536];
  for (int i = 0; i < kPerTurn; ++i) {
    const auto listener = listeners_.find(name);
    if (listener == listeners_.end()) return;
    const int fd = listener->second.fd.get();
    Address from;
    from.size = sizeof from.storage;
    const ssize_t size = recvfrom(fd, buffer, sizeof buffer, 0, from.any(), &from.size);
    if (size < 0) return;
    if (!router_.link()) continue;
    const auto [peer, port] = text_of(from);
    for (const DatagramService& service : table_.datagrams()) {
      if (service.name != name) continue;
      service.handler(router_, {std::string_view(buffer, static_cast<std::size_t>(size)), peer, port},
                      [this, alive = std::weak_ptr(alive_), name, to = from](std::string_view bytes) mutable {
                        if (alive.expired()) return;
                        const auto open = listeners_.find(name);
                        if (open == listeners_.end()) return;
                        // What does not fit into the socket's buffer is lost, as datagrams are.
                        [[maybe_unused]] const ssize_t sent = sendto(open->second.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL, to.any(), to.size);
                      });
    }
  }
}

std::optional<std::uint16_t> Ports::port(std::string_view name) const {
  const auto known = listeners_.find(name);
  return known == listeners_.end() ? std::nullopt : std::optional(known->second.bound);
}

std::string Ports::describe() const {
  std::string text;
  for (const auto& [name, listener] : listeners_) {
    text += fmt::format("{}{} {}:{}", text.empty() ? "" : ", ", name, router_.spec().listen.address, listener.bound);
  }
  return text;
}

std::vector<std::string> Ports::failures() { return std::exchange(failures_, {}); }

std::unique_ptr<Ports> open_services(Router& router, const ServiceTable& table) {
  return router.spec().listen.address.empty() ? nullptr : std::make_unique<Ports>(router, table);
}

}  // namespace openstrat::sim
