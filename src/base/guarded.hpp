// The lock owns the data: it can only be reached while locked.
#pragma once

#include <mutex>
#include <utility>

namespace openstrat {

template <class T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  class Access {
   public:
    T* operator->() { return value_; }
    T& operator*() { return *value_; }
    std::unique_lock<std::mutex>& lock() { return lock_; }  ///< for condition variables

   private:
    friend class Guarded;
    Access(T& value, std::mutex& mutex) : lock_(mutex), value_(&value) {}
    std::unique_lock<std::mutex> lock_;
    T* value_;
  };

  Access lock() { return Access(value_, mutex_); }

 private:
  std::mutex mutex_;
  T value_{};
};

}  // namespace openstrat
