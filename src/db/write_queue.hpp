// Closures that wait for a writer thread: first in, first out, bounded; a full queue refuses.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "db/session.hpp"

namespace openstrat::db {

struct WriteJob {
  std::move_only_function<Status(Session&)> body;
  std::move_only_function<void(Status)> done;  ///< exactly once, on a writer thread, unless the job was withdrawn
  Status status{};                             ///< the writer's notes between the closure and the commit
  std::vector<std::move_only_function<void()>> actions;

  bool start() { return claim(State::running); }        ///< writer: false when the caller has given up
  bool withdraw() { return claim(State::withdrawn); }   ///< caller: false when it is already running

 private:
  enum class State { waiting, running, withdrawn };
  bool claim(State next) {
    State expected = State::waiting;
    return state_.compare_exchange_strong(expected, next);
  }
  std::atomic<State> state_{State::waiting};
};

class WriteQueue {
 public:
  static constexpr std::size_t kCapacity = 8192;

  /// False when full or stopped.
  bool push(std::shared_ptr<WriteJob> job);
  /// The next job; waits for one. Null: stopped and empty.
  std::shared_ptr<WriteJob> pop();
  /// The next job if there is one.
  std::shared_ptr<WriteJob> try_pop();
  /// No new jobs; those that wait are still handed out.
  void stop();
  std::size_t depth() const;

 private:
  std::shared_ptr<WriteJob> take_locked();

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::shared_ptr<WriteJob>> jobs_;
  bool stopped_ = false;
};

/// Hands `body` to the queue and waits for its end; gives up with Errc::unavailable when it has not started within `patience`.
Status push_and_wait(WriteQueue& queue, const std::function<Status(Session&)>& body, std::chrono::milliseconds patience);
/// Hands `body` to the queue; a full or stopped queue calls `done` at once.
void push_async(WriteQueue& queue, std::move_only_function<Status(Session&)> body, std::move_only_function<void(Status)> done);

/// Commits are behind us: runs the on_commit actions of a job, then tells its caller.
void finish_job(WriteJob& job);

}  // namespace openstrat::db
