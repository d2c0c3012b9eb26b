#include "base/worker_pool.hpp"

#include <pthread.h>

#include <exception>
#include <system_error>

#include "base/log.hpp"

namespace openstrat {

WorkerPool::WorkerPool(std::string name, std::size_t threads, std::size_t queue_capacity)
    : name_(std::move(name)), queue_(queue_capacity), live_threads_(threads) {
  threads_.reserve(threads);
  try {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {  // no more threads: let those that run end, or joining them would hang
    queue_.close();
    throw;
  }
}

WorkerPool::~WorkerPool() {
  stop(std::chrono::milliseconds(0));
}

bool WorkerPool::post(Work work) {
  return queue_.push_or_reject(std::move(work)) == Push::done;
}

std::size_t WorkerPool::stop(std::chrono::milliseconds patience) {
  queue_.close();
  std::unique_lock lock(mutex_);
  thread_ended_.wait_for(lock, patience, [this] { return live_threads_ == 0; });
  lock.unlock();
  return queue_.clear();
}

void WorkerPool::run() {
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  while (auto work = queue_.pop()) {
    try {
      (*work)();
    } catch (const std::exception& error) {
      log::error("work ended with an exception", {{"pool", name_}, {"error", error.what()}});
    }
  }
  const std::scoped_lock lock(mutex_);
  --live_threads_;
  thread_ended_.notify_all();
}

}  // namespace openstrat
