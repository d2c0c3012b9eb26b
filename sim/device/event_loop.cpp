#include "sim/device/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace openstrat::sim {
namespace {

constexpr int kLongestWaitMs = 1000;
constexpr int kEventsPerTurn = 256;

}  // namespace

EventLoop::EventLoop(const LoopOptions& options)
    : options_(options), real_start_(system_clock().monotonic()), epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = wake_}};
  if (epoll_ < 0 || wake_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0) throw std::runtime_error("event loop: no epoll");
}

EventLoop::~EventLoop() {
  close(epoll_);
  close(wake_);
}

Duration EventLoop::elapsed() const {
  if (options_.mode == TimeMode::jumping) return jumped_;
  const Duration real = system_clock().monotonic() - real_start_;
  return Duration(static_cast<std::int64_t>(static_cast<double>(real.count()) * options_.speed));
}

EventLoop::TimerId EventLoop::after(Duration delay, Work work) {
  const TimerId id{elapsed() + std::max(delay, Duration(0)), ++next_timer_};
  timers_.emplace(id, std::move(work));
  return id;
}

void EventLoop::post(Work work) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  const std::uint64_t one = 1;
  // The counter cannot overflow in practice, and a full one wakes the loop as well.
  [[maybe_unused]] const auto written = write(wake_, &one, sizeof one);
}

void EventLoop::call(Work work) {
  const std::thread::id runner = runner_.load();
  if (runner == std::thread::id() || runner == std::this_thread::get_id()) return work();
  std::promise<void> done;
  post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void EventLoop::watch(int fd, std::uint32_t events, std::function<void(std::uint32_t)> changed) {
  epoll_event event{.events = events, .data = {.fd = fd}};
  const bool known = watches_.contains(fd);
  // A descriptor that was closed and given out again is no longer in the set, although we still know its number.
  if (epoll_ctl(epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0) {
    epoll_ctl(epoll_, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
  }
  watches_[fd] = std::make_shared<Watch>(Watch{std::move(changed)});
}

void EventLoop::unwatch(int fd) {
  if (watches_.erase(fd) > 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

void EventLoop::run() {
  runner_ = std::this_thread::get_id();
  while (!stopped_) turn(Duration::max());
  runner_ = std::thread::id();
}

void EventLoop::stop() {
  stopped_ = true;
  post([] {});
}

bool EventLoop::run_until(const std::function<bool()>& done, Duration limit) {
  runner_ = std::this_thread::get_id();
  const Duration end = elapsed() + limit;
  bool reached = done();
  while (!reached && !stopped_ && elapsed() < end) {
    turn(end);
    reached = done();
  }
  runner_ = std::thread::id();
  return reached;
}

/// Looks outside first, so that time jumps only when really nothing else is to do, and never beyond what was asked for.
void EventLoop::turn(Duration limit) {
  poll(wait_ms(limit));
  take_posted();
  if (options_.mode == TimeMode::jumping && ready_.empty() && holds_ == 0) {
    const Duration next = timers_.empty() ? limit : std::min(limit, timers_.begin()->first.first);
    if (next != Duration::max()) jumped_ = std::max(jumped_, next);
  }
  run_timers();
  run_ready();
}

void EventLoop::run_ready() {
  for (std::size_t count = ready_.size(); count > 0; --count) {  // what is added meanwhile waits for the next turn
    Work work = std::move(ready_.front());
    ready_.pop_front();
    work();
  }
}

void EventLoop::run_timers() {
  const Duration time = elapsed();
  while (!timers_.empty() && timers_.begin()->first.first <= time) {
    Work work = std::move(timers_.extract(timers_.begin()).mapped());
    work();
  }
}

int EventLoop::wait_ms(Duration limit) const {
  if (!ready_.empty() || stopped_) return 0;
  if (options_.mode == TimeMode::jumping) return holds_ > 0 ? kLongestWaitMs : 0;
  Duration next = limit;
  if (!timers_.empty()) next = std::min(next, timers_.begin()->first.first);
  if (next == Duration::max()) return kLongestWaitMs;
  const double left = static_cast<double>((next - elapsed()).count()) / options_.speed / 1000.0;
  return static_cast<int>(std::clamp(left + 0.999, 0.0, static_cast<double>(kLongestWaitMs)));
}

void EventLoop::poll(int timeout_ms) {
  epoll_event events[kEventsPerTurn];
  const int count = epoll_wait(epoll_, events, kEventsPerTurn, timeout_ms);
  for (int i = 0; i < count; ++i) {
    if (events[i].data.fd == wake_) {
      std::uint64_t counter = 0;
      [[maybe_unused]] const auto got = read(wake_, &counter, sizeof counter);
      continue;
    }
    const auto found = watches_.find(events[i].data.fd);
    if (found == watches_.end()) continue;
    const std::shared_ptr<Watch> watch = found->second;  // it may remove itself
    watch->changed(events[i].events);
  }
}

void EventLoop::take_posted() {
  std::vector<Work> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(posted_);
  }
  for (Work& work : taken) ready_.push_back(std::move(work));
}

}  // namespace openstrat::sim
