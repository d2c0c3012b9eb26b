#include "sim/device/resolver.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <memory>

namespace openstrat::sim {
namespace {

std::optional<std::string> look_up(const std::string& name, bool ipv6) {
  addrinfo hints{};
  hints.ai_family = ipv6 ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return std::nullopt;
  char text[INET6_ADDRSTRLEN] = {};
  if (ipv6) {
    inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6*>(found->ai_addr)->sin6_addr, text, sizeof text);
  } else {
    inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(found->ai_addr)->sin_addr, text, sizeof text);
  }
  freeaddrinfo(found);
  return std::string(text);
}

}  // namespace

void Resolver::start(const std::string& name, bool ipv6, Done done) {
  loop_.hold();
  const auto shared = std::make_shared<Done>(std::move(done));
  const bool queued = pool_.post([this, name, ipv6, shared] {
    loop_.post([this, shared, address = look_up(name, ipv6)] {
      loop_.release();
      (*shared)(address);
    });
  });
  if (queued) return;
  loop_.soon([this, shared] {
    loop_.release();
    (*shared)(std::nullopt);
  });
}

}  // namespace openstrat::sim
