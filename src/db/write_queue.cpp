#include "db/write_queue.hpp"

#include "base/log.hpp"
#include "db/failures.hpp"

namespace openstrat::db {
namespace {

Error queue_full() { return unavailable("the database has more work than it can take; try again"); }

}  // namespace

bool WriteQueue::push(std::shared_ptr<WriteJob> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || jobs_.size() >= kCapacity) return false;
    jobs_.push_back(std::move(job));
  }
  arrived_.notify_one();
  return true;
}

std::shared_ptr<WriteJob> WriteQueue::take_locked() {
  while (!jobs_.empty()) {
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    if (job->start()) return job;
  }
  return nullptr;
}

std::shared_ptr<WriteJob> WriteQueue::pop() {
  std::unique_lock lock(mutex_);
  while (true) {
    arrived_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
    if (auto job = take_locked()) return job;
    if (stopped_) return nullptr;
  }
}

std::shared_ptr<WriteJob> WriteQueue::try_pop() {
  const std::lock_guard lock(mutex_);
  return take_locked();
}

void WriteQueue::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  arrived_.notify_all();
}

std::size_t WriteQueue::depth() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

Status push_and_wait(WriteQueue& queue, const std::function<Status(Session&)>& body, std::chrono::milliseconds patience) {
  struct Answer {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<Status> status;
  };
  const auto answer = std::make_shared<Answer>();
  const auto job = std::make_shared<WriteJob>();
  job->body = [&body](Session& session) { return body(session); };  // we do not return while it may still run
  job->done = [answer](Status status) {
    const std::lock_guard lock(answer->mutex);
    answer->status.emplace(std::move(status));
    answer->arrived.notify_one();
  };
  if (!queue.push(job)) return fail(queue_full());
  std::unique_lock lock(answer->mutex);
  const auto arrived = [&] { return answer->status.has_value(); };
  if (!answer->arrived.wait_for(lock, patience, arrived)) {
    lock.unlock();
    if (job->withdraw()) return fail(unavailable("the database is too busy; try again"));
    lock.lock();
    answer->arrived.wait(lock, arrived);
  }
  return std::move(*answer->status);
}

void push_async(WriteQueue& queue, std::move_only_function<Status(Session&)> body, std::move_only_function<void(Status)> done) {
  const auto job = std::make_shared<WriteJob>();
  job->body = std::move(body);
  job->done = std::move(done);
  if (!queue.push(job)) job->done(fail(queue_full()));
}

void finish_job(WriteJob& job) {
  try {
    if (job.status)
      for (auto& action : job.actions) action();
    job.done(std::move(job.status));
  } catch (const std::exception& e) {
    log::error("exception after a commit", {{"what", e.what()}});
  }
}

}  // namespace openstrat::db
