// How much memory uploads in progress may take, all together: an upload lies in memory until it is complete, so that no plain text
// touches the disk.
#pragma once

#include <atomic>
#include <cstddef>

namespace openstrat::backups {

class UploadMemory {
 public:
  explicit UploadMemory(std::size_t limit) : limit_(limit) {}
  /// False: the limit is reached; nothing was taken.
  bool take(std::size_t bytes) {
    std::size_t used = used_.load();
    do {
      if (bytes > limit_ || used > limit_ - bytes) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes));
    return true;
  }
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes); }
  std::size_t used() const { return used_.load(); }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

}  // namespace openstrat::backups
