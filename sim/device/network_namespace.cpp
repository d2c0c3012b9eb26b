#include "sim/device/network_namespace.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/core.h>

namespace openstrat::sim {
namespace {

/// Where the process was started. Asked for first by open(), before anybody is elsewhere.
int home() {
  static const int fd = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  return fd;
}

/// Only this thread moves, and only for the length of one system call.
bool enter(int space) { return setns(space, CLONE_NEWNET) == 0; }

void leave() {
  if (enter(home())) return;
  std::fputs("openstrat-sim: cannot leave a network namespace again\n", stderr);
  std::abort();  // sockets of other routers would be made in the wrong network
}

}  // namespace

Result<std::shared_ptr<const NetworkNamespace>> NetworkNamespace::open(const std::string& name) {
  if (name.empty() || name.starts_with('.') || name.contains('/')) return fail(Errc::invalid, fmt::format("'{}' is no name of a network namespace", name));
  const int fd = ::open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return fail(Errc::not_found, fmt::format("there is no network namespace '{}'; 'ip netns add {}' makes one", name, name));
  if (fd < 0) return fail(Errc::unavailable, fmt::format("network namespace '{}': {}", name, std::strerror(errno)));
  std::shared_ptr<const NetworkNamespace> space(new NetworkNamespace(name, fd));
  if (home() < 0 || !enter(fd)) {
    const int error = errno;
    if (error == EPERM) return fail(Errc::forbidden, "entering a network namespace needs the right CAP_SYS_ADMIN: start openstrat-sim as root");
    return fail(Errc::unavailable, fmt::format("network namespace '{}': {}", name, std::strerror(error)));
  }
  leave();
  return space;
}

NetworkNamespace::~NetworkNamespace() { close(fd_); }

int open_socket_in(const NetworkNamespace* space, int domain, int type, int protocol) {
  if (space == nullptr) return socket(domain, type, protocol);
  if (!enter(space->fd())) return -1;
  const int fd = socket(domain, type, protocol);
  const int error = errno;
  leave();
  errno = error;
  return fd;
}

}  // namespace openstrat::sim
