// A fixed number of threads that run posted work in the order it came.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/queue.hpp"

namespace openstrat {

/// Work that does not fit into the queue is refused, so a burst shows at its source instead of in memory.
/// An exception that leaves a piece of work is logged; the thread goes on.
class WorkerPool {
 public:
  using Work = std::move_only_function<void()>;

  /// `name` labels the threads (first 15 characters) and log lines.
  WorkerPool(std::string name, std::size_t threads, std::size_t queue_capacity);
  /// Drops queued work and waits for the running.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// false: the queue is full or the pool is stopping; the work is dropped. Any thread.
  [[nodiscard]] bool post(Work work);

  /// Takes no more work and lets queued and running work finish for at most `patience`; what has not begun by then is
  /// dropped. Returns how much was dropped. Running work cannot be cut off: the destructor waits for it.
  /// Not from a worker thread.
  std::size_t stop(std::chrono::milliseconds patience);

  std::size_t depth() const { return queue_.depth(); }  ///< waiting, without the running
  std::size_t threads() const { return threads_.size(); }

 private:
  void run();

  const std::string name_;
  BoundedQueue<Work> queue_;
  std::mutex mutex_;
  std::condition_variable thread_ended_;
  std::size_t live_threads_;
  std::vector<std::jthread> threads_;  ///< last, so that the rest outlives them
};

}  // namespace openstrat
