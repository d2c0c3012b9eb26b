#include "sim/programs/prompt.hpp"

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "sim/console/console.hpp"
#include "sim/programs/input_lines.hpp"

namespace openstrat::sim {
namespace {

void put_out(std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  std::fflush(stdout);
}

/// Keys come as they are pressed, ctrl-C included, while it lives.
class RawTerminal {
 public:
  RawTerminal() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios raw = before_;
    cfmakeraw(&raw);
    is_raw_ = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
  }
  ~RawTerminal() {
    if (is_raw_) tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
  bool is_raw_ = false;
};

void follow_size(Console& console) {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) console.resize(size.ws_col, size.ws_row);
}

void talk(Services& services, Router& router) {
  const RawTerminal raw;
  bool over = false;
  const auto console = std::make_shared<Console>(router, ConsoleOptions{}, ConsoleLine{.write = put_out, .backlog = {}, .ended = [&] { over = true; }});
  follow_size(*console);
  services.loop.watch(STDIN_FILENO, EPOLLIN, [&](std::uint32_t) {
    char buffer[4096];
    const ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) over = true;
    if (size <= 0) return;
    follow_size(*console);
    console->receive({buffer, static_cast<std::size_t>(size)});
  });
  console->start();
  services.loop.run_until([&] { return over; }, std::chrono::hours(24 * 365 * 10));
  services.loop.unwatch(STDIN_FILENO);
}

/// Nobody looks: neither greeting nor prompts nor echo, and plain line ends.
void work_off(Services& services, Router& router) {
  bool over = false;
  ConsoleOptions options{.screen = {.width = 0, .height = 0, .colours = false, .dumb = true}, .silent = true};
  const auto plain = [](std::string_view bytes) {
    std::string text(bytes);
    std::erase(text, '\r');
    put_out(text);
  };
  const auto console = std::make_shared<Console>(router, options, ConsoleLine{.write = plain, .backlog = {}, .ended = [&] { over = true; }});
  console->start();
  InputLines lines(services.loop, STDIN_FILENO);
  while (!over) {
    const auto line = lines.next();
    if (!line) return;
    console->receive(*line + "\n");
    if (!services.loop.run_until([&] { return over || console->is_idle(); }, std::chrono::hours(24 * 365 * 10))) return;
  }
}

}  // namespace

void run_prompt(Services& services, Router& router) {
  if (isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0) talk(services, router);
  else work_off(services, router);
}

}  // namespace openstrat::sim
