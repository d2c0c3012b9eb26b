// Tells a dispatcher thread that there may be something to do. Captured by commit callbacks, hence held by shared_ptr.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/clock.hpp"

namespace openstrat {

class WakeSignal {
 public:
  /// Something with this due time has been committed.
  void due_at(Timestamp time) {
    {
      const std::lock_guard lock(mutex_);
      next_due_ = std::min(next_due_, time);
      woken_ = true;
    }
    changed_.notify_one();
  }
  /// Look now, whatever is due.
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    changed_.notify_one();
  }
  /// Ends every wait, now and later.
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
  }
  /// Returns after wake(), due_at(), end() or `longest`. One waiting thread.
  void wait_for(Duration longest) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest, [this] { return woken_ || ended_; });
    woken_ = false;
  }
  /// Only end() cuts this one short.
  void rest(Duration length) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, length, [this] { return ended_; });
  }
  /// The earliest due time told since the last call; Timestamp::max() for none.
  Timestamp take_due() {
    const std::lock_guard lock(mutex_);
    return std::exchange(next_due_, Timestamp::max());
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool ended_ = false;
  Timestamp next_due_ = Timestamp::max();
};

}  // namespace openstrat
