// A router with somebody at its prompt, for tests.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "sim/console/console.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim::testing {

struct TestConsole {
  explicit TestConsole(std::string_view version = "7.20.8", ConsoleOptions options = {}) : it(version) {
    options.screen.colours = false;
    console = std::make_shared<Console>(it.router, options, ConsoleLine{
        .write = [this](std::string_view bytes) { seen += bytes; }, .backlog = [this] { return backlog; }, .ended = [this] { ended = true; }});
    console->start();
  }

  /// Types, waits until nothing happens any more; what came back.
  std::string type(std::string_view bytes, Duration wait = std::chrono::milliseconds(100)) {
    seen.clear();
    console->receive(bytes);
    it.pass(wait);
    return seen;
  }

  /// What stands on the screen: one line per line, as a terminal without edges would show it.
  std::string screen() const {
    std::string all, line;
    std::size_t at = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const char c = seen[i];
      if (c == '\r') at = 0;
      else if (c == '\b') at -= at > 0 ? 1 : 0;
      else if (c == '\n') {
        all += line + "\n";
        line.clear();
        at = 0;
      } else if (c == '\x1b') {
        const std::size_t final = seen.find_first_not_of("[0123456789;", i + 1);
        if (final == std::string::npos) break;
        if (seen[final] == 'K') line.erase(std::min(at, line.size()));
        if (seen[final] == 'D') at -= std::min(at, static_cast<std::size_t>(std::atoi(seen.c_str() + i + 2)));
        i = final;
      } else {
        if (at >= line.size()) line.resize(at + 1, ' ');
        line[at++] = c;
      }
    }
    return all + line;
  }

  TestRouter it;
  std::string seen;
  std::size_t backlog = 0;
  bool ended = false;
  std::shared_ptr<Console> console;
};

}  // namespace openstrat::sim::testing
