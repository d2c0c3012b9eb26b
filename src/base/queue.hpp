// A queue with a bound between threads. What happens at the bound is chosen at each push, by name.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace openstrat {

enum class Push { done, full, closed };

/// Any number of producers and consumers. After close() nothing goes in; what is inside can still be taken.
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  /// Never waits. `value` is moved from only when the answer is `done`.
  [[nodiscard]] Push push_or_reject(T&& value) {
    std::unique_lock lock(mutex_);
    return put(value, lock);
  }

  /// Waits for room, at most `patience`. `value` is moved from only when the answer is `done`.
  [[nodiscard]] Push push_or_wait(T&& value, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    room_.wait_for(lock, patience, [this] { return closed_ || items_.size() < capacity_; });
    return put(value, lock);
  }

  /// Waits for an item; nullopt when the queue is closed and empty.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    item_.wait(lock, [this] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    std::optional<T> first(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    room_.notify_one();
    return first;
  }

  /// Waits for the first item, at most `patience`, then takes what is there, at most `max`, in order. Empty: nothing
  /// came in time, or the queue is closed and empty.
  std::vector<T> pop_many(std::size_t max, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    item_.wait_for(lock, patience, [this] { return closed_ || !items_.empty(); });
    const auto end = items_.begin() + static_cast<std::ptrdiff_t>(std::min(max, items_.size()));
    std::vector<T> taken(std::move_iterator(items_.begin()), std::move_iterator(end));
    items_.erase(items_.begin(), end);
    lock.unlock();
    room_.notify_all();
    return taken;
  }

  void close() {
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
    }
    room_.notify_all();
    item_.notify_all();
  }

  /// Throws away what is inside; returns how many.
  std::size_t clear() {
    std::deque<T> dropped;
    {
      const std::scoped_lock lock(mutex_);
      std::swap(dropped, items_);
    }
    room_.notify_all();
    return dropped.size();  // destroyed here, outside the lock: a destructor may call back
  }

  std::size_t depth() const {
    const std::scoped_lock lock(mutex_);
    return items_.size();
  }
  std::size_t capacity() const { return capacity_; }
  bool is_closed() const {
    const std::scoped_lock lock(mutex_);
    return closed_;
  }

 private:
  Push put(T& value, std::unique_lock<std::mutex>& lock) {
    if (closed_) return Push::closed;
    if (items_.size() >= capacity_) return Push::full;
    items_.push_back(std::move(value));
    lock.unlock();
    item_.notify_one();
    return Push::done;
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable item_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace openstrat
