#include "app/periodic.hpp"

#include <pthread.h>

#include <algorithm>

#include "base/log.hpp"

namespace openstrat::app {

void Periodic::every(std::chrono::milliseconds period, std::string what, std::function<Status()> job) {
  jobs_.push_back({.period = period, .what = std::move(what), .run = std::move(job), .due = {}, .complained = {}});
}

void Periodic::start() {
  if (jobs_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  for (Job& job : jobs_) job.due = now + job.period;
  thread_ = std::jthread([this](std::stop_token stop) {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    loop(stop);
  });
}

void Periodic::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void Periodic::loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto next = std::ranges::min_element(jobs_, {}, &Job::due);
    {
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, stop, next->due, [] { return false; });
    }
    if (stop.stop_requested()) return;
    run(*next);
  }
}

void Periodic::run(Job& job) {
  const Status done = job.run();
  const auto now = std::chrono::steady_clock::now();
  job.due = std::max(job.due + job.period, now);  // late runs are not made up for
  if (done || now - job.complained < std::chrono::minutes(1)) return;
  job.complained = now;
  log::warning("periodic work failed; it will be tried again", {{"what", job.what}, log::of(done.error())});
}

}  // namespace openstrat::app
