#include "sim/device/fiber.hpp"

#include <sys/mman.h>

#include <new>
#include <utility>

// g++ says it with a macro, clang with a feature.
#if defined(__SANITIZE_ADDRESS__)
#define OPENSTRAT_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OPENSTRAT_ADDRESS_SANITIZER
#endif
#endif

#ifdef OPENSTRAT_ADDRESS_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace openstrat::sim {
namespace {

constexpr std::size_t kGuardBytes = 4096;
constexpr std::size_t kKeptStacks = 64;

// AddressSanitizer has to know on which stack it is.
void leaving([[maybe_unused]] void** fake, [[maybe_unused]] const void* bottom, [[maybe_unused]] std::size_t size) {
#ifdef OPENSTRAT_ADDRESS_SANITIZER
  __sanitizer_start_switch_fiber(fake, bottom, size);
#endif
}

void arrived([[maybe_unused]] void* fake, [[maybe_unused]] const void** bottom, [[maybe_unused]] std::size_t* size) {
#ifdef OPENSTRAT_ADDRESS_SANITIZER
  __sanitizer_finish_switch_fiber(fake, bottom, size);
#endif
}

struct Pooled {
  StackPool* pool;
  boost::context::stack_context allocate() { return pool->take(); }
  void deallocate(boost::context::stack_context& stack) noexcept { pool->give_back(stack); }
};

}  // namespace

StackPool::~StackPool() {
  for (void* memory : free_) munmap(memory, stack_bytes_ + kGuardBytes);
}

boost::context::stack_context StackPool::take() {
  void* memory = nullptr;
  if (!free_.empty()) {
    memory = free_.back();
    free_.pop_back();
  } else {
    memory = mmap(nullptr, stack_bytes_ + kGuardBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    mprotect(memory, kGuardBytes, PROT_NONE);
  }
  boost::context::stack_context stack;
  stack.size = stack_bytes_;
  stack.sp = static_cast<char*>(memory) + kGuardBytes + stack_bytes_;
  return stack;
}

void StackPool::give_back(boost::context::stack_context& stack) {
  void* memory = static_cast<char*>(stack.sp) - stack_bytes_ - kGuardBytes;
  if (free_.size() < kKeptStacks) {
    free_.push_back(memory);
  } else {
    munmap(memory, stack_bytes_ + kGuardBytes);
  }
}

Fiber::Fiber(StackPool& stacks, Body body) : body_(std::move(body)) {
  const boost::context::stack_context stack = stacks.take();
  bottom_ = static_cast<const char*>(stack.sp) - stack.size;
  size_ = stack.size;
  inside_ = boost::context::fiber(std::allocator_arg, boost::context::preallocated(stack.sp, stack.size, stack), Pooled{&stacks},
                                  [this](boost::context::fiber&& caller) {
                                    outside_ = std::move(caller);
                                    arrived(nullptr, &outside_bottom_, &outside_size_);
                                    body_();
                                    body_ = nullptr;
                                    finished_ = true;
                                    leaving(nullptr, outside_bottom_, outside_size_);
                                    return std::move(outside_);
                                  });
}

void Fiber::resume() {
  void* fake = nullptr;
  leaving(&fake, bottom_, size_);
  inside_ = std::move(inside_).resume();
  arrived(fake, nullptr, nullptr);
}

void Fiber::suspend() {
  void* fake = nullptr;
  leaving(&fake, outside_bottom_, outside_size_);
  outside_ = std::move(outside_).resume();
  arrived(fake, &outside_bottom_, &outside_size_);
}

std::size_t Fiber::stack_left() const {
  return static_cast<std::size_t>(static_cast<const char*>(__builtin_frame_address(0)) - bottom_);
}

}  // namespace openstrat::sim
