// What runs at the far end of a channel: a console, a command, a file transfer.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace openstrat::sim {

/// How a program reaches the other side. May be used from inside a running script: bytes are only queued.
struct ProgramLine {
  std::function<void(std::string_view bytes)> write;
  std::function<std::size_t()> backlog;
  std::function<void(int status)> finish;  ///< once; what was written before still goes out
};

class Program {
 public:
  static constexpr std::size_t kFullBacklog = 256 << 10;

  virtual ~Program() = default;
  virtual void start() = 0;
  virtual void receive(std::string_view bytes) = 0;
  virtual bool takes_input() const { return true; }
  virtual void input_ended() {}
  virtual void drained() {}  ///< the backlog has become small
  virtual void resize(std::size_t, std::size_t) {}
};

}  // namespace openstrat::sim
