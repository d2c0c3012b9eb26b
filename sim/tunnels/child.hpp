// A program of the machine that runs beside us, in a network namespace, and never longer than we do.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "sim/device/event_loop.hpp"
#include "sim/device/network_namespace.hpp"

namespace openstrat::sim {

struct ChildPlan {
  std::string program;                        ///< `openvpn`; looked for where packages put programs
  std::vector<std::string> arguments = {};
  std::vector<std::string> environment = {};  ///< beside PATH: nothing of ours
  std::string input = {};                     ///< its standard input, as a file
};

/// To be started on the loop's thread: the system ends it with that thread, however we end.
class Child {
 public:
  /// Its exit status (128 + signal), and the end of what it printed. Never called from inside start(), nor once the Child is gone.
  using Ended = std::function<void(int status, std::string output)>;

  /// The error is one sentence that says what is missing.
  static Result<std::unique_ptr<Child>> start(EventLoop& loop, const NetworkNamespace* space, const ChildPlan& plan, Ended ended);
  /// Starts it, waits until it has ended, gives what it printed; an error when its status is not 0. Not while routers run.
  static Result<std::string> run(const NetworkNamespace* space, const ChildPlan& plan);

  ~Child();  ///< asks it to end; after three seconds it is killed
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill_now();  ///< as a power cut would
  pid_t pid() const;

 private:
  struct Run;
  explicit Child(std::shared_ptr<Run> run) : run_(std::move(run)) {}
  std::shared_ptr<Run> run_;
};

/// Of what a program printed before it ended: usually why.
std::string last_line(std::string_view output);

}  // namespace openstrat::sim
