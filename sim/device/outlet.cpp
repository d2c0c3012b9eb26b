#include "sim/device/outlet.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.hpp"
#include "sim/device/network_namespace.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kRetry = std::chrono::seconds(5);

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* any() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress socket_address(const IpAddress& ip, std::uint16_t port) {
  SocketAddress address;
  if (ip.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(ip.v4_value());
    address.size = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, ip.bytes().data(), ip.bytes().size());
    address.size = sizeof v6;
  }
  return address;
}

bool is_unspecified(const IpAddress& ip) { return ip == IpAddress::v4(0) || ip == IpAddress::parse("::"); }

/// Binds to the first address that the machine has; a simulated router's own addresses are usually not among them.
void bind_source(int fd, const Router& router, const IpAddress& to, std::string_view configured) {
  for (const std::string_view text : {configured, std::string_view(router.spec().source_address), std::string_view(router.spec().listen.address)}) {
    const auto ip = text.empty() ? std::nullopt : IpAddress::parse(text);
    if (!ip || is_unspecified(*ip) || ip->is_v4() != to.is_v4()) continue;
    SocketAddress address = socket_address(*ip, 0);
    if (bind(fd, address.any(), address.size) == 0) return;
  }
}

int open_socket(const Router& router, const Destination& to, std::string_view source, int type) {
  const int fd = open_socket_in(router.spec().network_namespace.get(), to.address.is_v4() ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) bind_source(fd, router, to.address, source);
  return fd;
}

}  // namespace

std::optional<Destination> destination(const RouterSpec& spec, std::string_view address, std::uint16_t port) {
  if (spec.detours != nullptr) {
    const std::string from = std::string(address) + ":" + std::to_string(port) + ":";
    for (const std::string& detour : *spec.detours) {
      if (!detour.starts_with(from)) continue;
      const std::string_view to = std::string_view(detour).substr(from.size());
      const std::size_t colon = to.rfind(':');
      const auto number = colon == std::string_view::npos ? std::nullopt : text::parse_int(to.substr(colon + 1));
      const auto ip = number ? IpAddress::parse(to.substr(0, colon)) : std::nullopt;
      if (ip) return Destination{*ip, static_cast<std::uint16_t>(*number)};
    }
  }
  const auto ip = IpAddress::parse(address);
  if (!ip || is_unspecified(*ip)) return std::nullopt;
  return Destination{*ip, port};
}

std::string own_address(const Router& router) {
  for (const std::string& known : {router.spec().source_address, router.spec().listen.address}) {
    const auto ip = IpAddress::parse(known);
    if (ip && !is_unspecified(*ip)) return known;
  }
  for (const FoundRow& row : router.config().rows("/ip/address")) {
    if (const std::string* address = row.row->find("address")) return address->substr(0, address->find('/'));
  }
  return "0.0.0.0";
}

void send_datagram(const Router& router, const Destination& to, std::string_view source, std::string_view bytes) {
  if (!router.link() || router.power() != Power::on) return;
  const int fd = open_socket(router, to, source, SOCK_DGRAM);
  if (fd < 0) return;
  SocketAddress address = socket_address(to.address, to.port);
  // Nobody hears of a datagram that is lost.
  [[maybe_unused]] const ssize_t sent = sendto(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL, address.any(), address.size);
  close(fd);
}

void Outlet::send(const Destination& to, std::string_view source, std::string bytes) {
  if (waiting_ >= kMaxWaiting || bytes_ + bytes.size() > kMaxBytes) return;
  Stream& stream = streams_[to];
  stream.source = source;
  ++waiting_;
  bytes_ += bytes.size();
  stream.entries.push_back(std::move(bytes));
  if (stream.connected) return flush(to, stream);
  if (stream.fd < 0 && !stream.retry) connect(to, stream);
}

void Outlet::connect(const Destination& to, Stream& stream) {
  if (!router_.link()) return broken(to, stream);
  stream.fd = open_socket(router_, to, stream.source, SOCK_STREAM);
  if (stream.fd < 0) return broken(to, stream);
  SocketAddress address = socket_address(to.address, to.port);
  if (::connect(stream.fd, address.any(), address.size) != 0 && errno != EINPROGRESS) return broken(to, stream);
  router_.services().loop.watch(stream.fd, EPOLLIN | EPOLLOUT, [this, to](std::uint32_t events) { changed(to, events); });
}

void Outlet::changed(const Destination& to, std::uint32_t events) {
  const auto found = streams_.find(to);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) return broken(to, stream);
  if ((events & EPOLLIN) != 0) {  // a log server says nothing; whatever it sends is thrown away
    char bytes[512];
    const ssize_t got = recv(stream.fd, bytes, sizeof bytes, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return broken(to, stream);
  }
  if ((events & EPOLLOUT) == 0) return;
  stream.connected = true;
  flush(to, stream);
}

void Outlet::flush(const Destination& to, Stream& stream) {
  while (!stream.entries.empty()) {
    const std::string& entry = stream.entries.front();
    const ssize_t sent = router_.link() ? ::send(stream.fd, entry.data() + stream.sent, entry.size() - stream.sent, MSG_NOSIGNAL) : -1;
    if (sent < 0 && router_.link() && errno == EAGAIN) break;
    if (sent < 0) return broken(to, stream);
    stream.sent += static_cast<std::size_t>(sent);
    if (stream.sent < entry.size()) break;
    bytes_ -= entry.size();
    --waiting_;
    stream.entries.pop_front();
    stream.sent = 0;
  }
  const std::uint32_t wanted = stream.entries.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
  router_.services().loop.watch(stream.fd, wanted, [this, to](std::uint32_t events) { changed(to, events); });
}

/// Tries again in a while; an entry that was sent in part is sent once more as a whole.
void Outlet::broken(const Destination& to, Stream& stream) {
  close_fd(stream);
  if (stream.retry) return;
  stream.retry = router_.services().loop.after(kRetry, [this, to] {
    const auto found = streams_.find(to);
    if (found == streams_.end()) return;
    found->second.retry.reset();
    if (found->second.entries.empty()) streams_.erase(found);
    else connect(to, found->second);
  });
}

void Outlet::close_fd(Stream& stream) {
  if (stream.fd >= 0) {
    router_.services().loop.unwatch(stream.fd);
    close(stream.fd);
  }
  stream.fd = -1;
  stream.connected = false;
  stream.sent = 0;
}

void Outlet::close_all() {
  for (auto& [to, stream] : streams_) {
    close_fd(stream);
    if (stream.retry) router_.services().loop.cancel(*stream.retry);
  }
  streams_.clear();
  waiting_ = 0;
  bytes_ = 0;
}

}  // namespace openstrat::sim
