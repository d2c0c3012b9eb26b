// Any bytes at the prompt: keys, lines, completion and help, on a router of either major, with somebody who may not read along.
#include <cstdint>
#include <memory>
#include <string_view>

#include "sim/console/console.hpp"
#include "sim/device/test_router.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat;
  using namespace openstrat::sim;
  if (size == 0) return 0;
  static constexpr std::string_view kVersions[] = {"6.49.17", "7.20.8", "7.24", "7.1"};
  sim::testing::TestRouter it(kVersions[data[0] % 4]);
  std::size_t backlog = 0;
  ConsoleOptions options;
  options.screen = {.width = (data[0] & 4) != 0 ? 20U : 80U, .height = (data[0] & 8) != 0 ? 5U : 24U, .colours = (data[0] & 16) != 0, .dumb = (data[0] & 32) != 0};
  const auto console = std::make_shared<Console>(it.router, options, ConsoleLine{.write = [&](std::string_view bytes) { backlog += bytes.size(); }, .backlog = [&] { return backlog; }, .ended = {}});
  console->start();
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t step = 1 + data[0] / 64 * 7;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    console->receive(bytes.substr(at, step));
    it.pass(std::chrono::milliseconds(1));
    backlog = 0;
    console->drained();
  }
  it.pass(std::chrono::seconds(1));
  console->hang_up();
  return 0;
}
