// Any bytes on the channel of a file transfer, SFTP or SCP.
#include <cstdint>
#include <string_view>

#include "sim/device/test_router.hpp"
#include "sim/ssh/scp_server.hpp"
#include "sim/ssh/sftp_server.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat::sim;
  if (size == 0) return 0;
  testing::TestRouter it;
  const Login login{.user = "admin", .group = "full", .policies = Policies::all(), .via = "ssh", .peer = "192.0.2.1"};
  const ProgramLine line{.write = [](std::string_view) {}, .backlog = [] { return 0; }, .finish = [](int) {}};
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] % 2 == 0) {
    SftpServer server(it.router, login, line);
    const std::string_view greeting("\0\0\0\5\1\0\0\0\3", 9);
    server.receive(greeting);
    server.receive(bytes);
  } else {
    ScpServer server(it.router, login, data[0] % 4 == 1 ? "scp -t ." : "scp -f a.txt", line);
    server.start();
    server.receive(bytes);
  }
  it.pass(std::chrono::milliseconds(10));
  return 0;
}
