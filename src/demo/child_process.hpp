// A program that runs beside us and ends with us.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace openstrat::demo {

/// Starts it from a thread that lives as long as the child may: the system ends it with that thread. It gets no file, no signal mask and no
/// environment of ours, and a lower priority.
class ChildProcess {
 public:
  static Result<std::unique_ptr<ChildProcess>> start(const std::string& program, const std::vector<std::string>& arguments, const std::filesystem::path& log_file);
  ~ChildProcess() { stop(std::chrono::seconds(5)); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  bool is_running();
  pid_t pid() const { return pid_; }
  /// Asks it to end, without waiting.
  void terminate();
  /// Asks it to end, waits, then kills it.
  void stop(std::chrono::milliseconds patience);

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  pid_t pid_;
};

}  // namespace openstrat::demo
