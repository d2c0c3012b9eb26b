// Work that comes again: one thread, several jobs, each at its own pace.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"

namespace openstrat::app {

/// Jobs of one runner never overlap. A failure is logged (the same one once a minute at most) and the job comes again.
class Periodic {
 public:
  explicit Periodic(std::string name) : name_(std::move(name)) {}
  ~Periodic() { stop(); }

  /// Before start() only.
  void every(std::chrono::milliseconds period, std::string what, std::function<Status()> job);
  void start();
  void stop();

 private:
  struct Job {
    std::chrono::milliseconds period;
    std::string what;
    std::function<Status()> run;
    std::chrono::steady_clock::time_point due;
    std::chrono::steady_clock::time_point complained;
  };
  void loop(std::stop_token stop);
  void run(Job& job);

  const std::string name_;
  std::vector<Job> jobs_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace openstrat::app
