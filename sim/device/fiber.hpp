// A stack of its own for a running script, so that `:delay` and `/tool fetch` may wait in the middle of the interpreter.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <boost/context/fiber.hpp>

namespace openstrat::sim {

/// Stacks with a guard page; a few unused ones are kept. Not thread-safe. Must outlive its fibers.
class StackPool {
 public:
  explicit StackPool(std::size_t stack_bytes = 256 << 10) : stack_bytes_(stack_bytes) {}
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  boost::context::stack_context take();
  void give_back(boost::context::stack_context& stack);
  std::size_t stack_bytes() const { return stack_bytes_; }

 private:
  const std::size_t stack_bytes_;
  std::vector<void*> free_;
};

/// Switched to with resume(), away from with suspend(). The body must have returned before the fiber goes.
class Fiber {
 public:
  using Body = std::move_only_function<void()>;
  Fiber(StackPool& stacks, Body body);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  void resume();   ///< from the stack of the loop
  void suspend();  ///< from inside
  bool finished() const { return finished_; }
  /// Bytes between the current frame and the end of the stack; from inside.
  std::size_t stack_left() const;

 private:
  boost::context::fiber inside_;
  boost::context::fiber outside_;
  Body body_;
  const char* bottom_ = nullptr;  ///< lowest address of the stack
  std::size_t size_ = 0;
  const void* outside_bottom_ = nullptr;
  std::size_t outside_size_ = 0;
  bool finished_ = false;
};

}  // namespace openstrat::sim
