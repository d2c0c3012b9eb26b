// The one thread that moves every simulated router: simulated timers, file descriptors, work from other threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace openstrat::sim {

/// How simulated time passes.
enum class TimeMode {
  real,      ///< with the machine's clock, `speed` times as fast
  jumping,   ///< to the next timer as soon as nothing else is to do; stands still while a transfer is under way
};

struct LoopOptions {
  TimeMode mode = TimeMode::real;
  double speed = 1.0;
  Timestamp start;  ///< simulated wall clock at the start
};

/// Everything but post(), call() and stop() belongs to the thread that runs the loop (or to the caller while it is not running).
class EventLoop {
 public:
  using Work = std::move_only_function<void()>;
  using TimerId = std::pair<Duration, std::uint64_t>;

  explicit EventLoop(const LoopOptions& options);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  Duration elapsed() const;  ///< simulated, since the start
  Timestamp now() const { return options_.start + elapsed(); }
  double speed() const { return options_.speed; }

  TimerId after(Duration delay, Work work);
  void cancel(const TimerId& timer) { timers_.erase(timer); }
  /// Once the stack that calls has returned to the loop.
  void soon(Work work) { ready_.push_back(std::move(work)); }
  /// As soon(), from any thread.
  void post(Work work);
  /// Runs `work` on the loop's thread and waits for it; directly if nobody runs the loop or the caller does.
  void call(Work work);

  /// `changed` gets the epoll events. A watch may be replaced and removed at any time, also by itself.
  void watch(int fd, std::uint32_t events, std::function<void(std::uint32_t)> changed);
  void unwatch(int fd);

  /// While somebody holds it, jumping time stands still.
  void hold() { ++holds_; }
  void release() { --holds_; }

  void run();   ///< until stop()
  void stop();  ///< any thread
  /// Turns until `done()` or until `limit` of simulated time has passed; whether `done()` came true.
  bool run_until(const std::function<bool()>& done, Duration limit);
  bool run_for(Duration length) {
    return run_until([] { return false; }, length);
  }

 private:
  struct Watch {
    std::function<void(std::uint32_t)> changed;
  };

  void turn(Duration limit);
  void run_ready();
  void run_timers();
  int wait_ms(Duration limit) const;
  void poll(int timeout_ms);
  void take_posted();

  const LoopOptions options_;
  const Duration real_start_;
  Duration jumped_{0};
  std::map<TimerId, Work> timers_;
  std::uint64_t next_timer_ = 0;
  std::deque<Work> ready_;
  std::unordered_map<int, std::shared_ptr<Watch>> watches_;
  int holds_ = 0;
  int epoll_ = -1;
  int wake_ = -1;
  std::mutex mutex_;
  std::vector<Work> posted_;
  std::atomic<bool> stopped_ = false;
  std::atomic<std::thread::id> runner_;
};

}  // namespace openstrat::sim
