// Any bytes as what somebody says to the API, before and after logging in: replies or an end, nothing else.
#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "sim/api/session.hpp"
#include "sim/device/births.hpp"

using namespace openstrat::sim;

namespace {

void talk(Services& services, const std::string& bytes) {
  RouterSpec spec = birth({.versions = {{7, 20, 8}}, .models = {find_model("chr")}, .source_network = {}}, 0);
  Router router(services, spec);
  router.power_on();
  router.set_link(false);  // nothing of this leaves the machine
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) return;
  const UniqueFd client(ends[0]);
  api::Session::start(router, Stream::plain(router, {.fd = UniqueFd(ends[1]), .service = "api", .peer = "10.0.0.1"}));
  std::size_t sent = 0;
  char replies[16384];
  for (int turn = 0; turn < 40; ++turn) {
    if (sent < bytes.size()) {
      const ssize_t size = send(client.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (size > 0) sent += static_cast<std::size_t>(size);
    }
    services.loop.run_for(std::chrono::milliseconds(100));
    while (recv(client.get(), replies, sizeof replies, 0) > 0) {}
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16 * 1024) return 0;
  static Services services({.mode = TimeMode::jumping});
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  talk(services, bytes);
  talk(services, api::encode({"/login", "=name=admin", "=password="}) + bytes);
  return 0;
}
