#include "sim/programs/input_lines.hpp"

#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace openstrat::sim {
namespace {

bool makes_wait(int fd) {
  struct stat about {};
  return fstat(fd, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode) || isatty(fd) != 0);
}

}  // namespace

InputLines::InputLines(EventLoop& loop, int fd) : loop_(loop), fd_(fd), waits_(makes_wait(fd)) {
  if (waits_) loop_.watch(fd_, EPOLLIN, [this](std::uint32_t) { read_some(); });
}

InputLines::~InputLines() {
  if (waits_) loop_.unwatch(fd_);
}

void InputLines::read_some() {
  char buffer[4096];
  const ssize_t size = read(fd_, buffer, sizeof buffer);
  if (size > 0) text_.append(buffer, static_cast<std::size_t>(size));
  else if (size == 0 || (errno != EAGAIN && errno != EINTR)) over_ = true;
  if (over_ && waits_) loop_.unwatch(fd_);
}

std::optional<std::string> InputLines::next() {
  const auto ready = [this] { return over_ || text_.contains('\n'); };
  loop_.run_for(Duration(0));
  while (!waits_ && !ready()) read_some();
  if (!loop_.run_until(ready, std::chrono::hours(24 * 365 * 10))) return std::nullopt;
  const std::size_t end = text_.find('\n');
  if (end == std::string::npos && text_.empty()) return std::nullopt;
  std::string line = text_.substr(0, end);
  text_.erase(0, end == std::string::npos ? end : end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace openstrat::sim
