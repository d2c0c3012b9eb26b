#include "sim/device/control.hpp"

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "base/net.hpp"
#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kMaxRequest = 1 << 20;

Result<int> listen_unix(const std::string& path) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.size() >= sizeof address.sun_path) return fail(Errc::invalid, "the path of the control socket is too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  unlink(path.c_str());
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && ::listen(fd, 16) == 0) return fd;
  close(fd);
  return fail(Errc::unavailable, "cannot listen on " + path + ": " + std::strerror(errno));
}

Result<int> listen_tcp(std::string_view where) {
  const std::size_t colon = where.rfind(':');
  const auto port = text::parse_int(where.substr(colon + 1));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const std::string host(where.substr(0, colon));
  const bool loopback = inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1 && ntohl(address.sin_addr.s_addr) >> 24 == 127;
  if (!loopback || !port || *port < 0 || *port > 65535) return fail(Errc::invalid, "--control takes a loopback address with a port, or a path");
  address.sin_port = htons(static_cast<std::uint16_t>(*port));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && ::listen(fd, 16) == 0) return fd;
  close(fd);
  return fail(Errc::unavailable, "cannot listen on " + std::string(where) + ": " + std::strerror(errno));
}

}  // namespace

Result<std::unique_ptr<Control>> Control::listen(Fleet& fleet, const std::string& where) {
  const bool path = where.contains('/');
  auto fd = path ? listen_unix(where) : listen_tcp(where);
  if (!fd) return fail(std::move(fd.error()));
  std::unique_ptr<Control> control(new Control(fleet, *fd, path ? where : std::string()));
  Control* const self = control.get();
  fleet.loop().watch(*fd, EPOLLIN, [self](std::uint32_t) { self->accept_one(); });
  return control;
}

Control::~Control() {
  while (!clients_.empty()) drop(clients_.begin()->second);
  fleet_.loop().unwatch(listener_);
  close(listener_);
  if (!path_.empty()) unlink(path_.c_str());
}

void Control::accept_one() {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  const auto client = std::make_shared<Client>(Client{.fd = fd, .in = {}, .out = {}});
  clients_.emplace(fd, client);
  fleet_.loop().watch(fd, EPOLLIN, [this, client](std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) send(client);
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) readable(client);
  });
}

void Control::drop(const std::shared_ptr<Client>& client) {
  if (client->fd < 0) return;
  fleet_.loop().unwatch(client->fd);
  clients_.erase(client->fd);
  close(client->fd);
  client->fd = -1;
}

void Control::readable(const std::shared_ptr<Client>& client) {
  char buffer[65536];
  const ssize_t size = client->fd < 0 ? -1 : read(client->fd, buffer, sizeof buffer);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0 || client->in.size() > kMaxRequest) return drop(client);
  client->in.append(buffer, static_cast<std::size_t>(size));
  for (std::size_t end = client->in.find('\n'); end != std::string::npos; end = client->in.find('\n')) {
    const std::string line = client->in.substr(0, end);
    client->in.erase(0, end + 1);
    if (text::trim(line).empty()) continue;
    handle(fleet_, line, [this, weak = std::weak_ptr(client)](std::string answer) {
      const auto still = weak.lock();
      if (still == nullptr || still->fd < 0) return;
      still->out += std::move(answer) + "\n";
      send(still);
    });
  }
}

void Control::send(const std::shared_ptr<Client>& client) {
  while (client->fd >= 0 && !client->out.empty()) {
    const ssize_t size = ::send(client->fd, client->out.data(), client->out.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EAGAIN) break;
    if (size <= 0) return drop(client);
    client->out.erase(0, static_cast<std::size_t>(size));
  }
  if (client->fd < 0) return;
  const std::uint32_t events = client->out.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
  fleet_.loop().watch(client->fd, events, [this, client](std::uint32_t seen) {
    if ((seen & EPOLLOUT) != 0) send(client);
    if ((seen & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) readable(client);
  });
}

}  // namespace openstrat::sim
