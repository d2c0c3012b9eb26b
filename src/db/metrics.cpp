#include "db/metrics.hpp"

#include "base/metrics.hpp"

namespace openstrat::db {

Metrics::Metrics(metrics::Registry* registry) {
  if (!registry) return;
  groups_ = &registry->counter("openstrat_db_commits_total", "Commits of the writer threads");
  closures_ = &registry->counter("openstrat_db_writes_total", "Closures run by the writer threads");
  repeated_ = &registry->counter("openstrat_db_repeats_total", "Transactions repeated after a conflict or a lost connection");
  waiting_ = &registry->gauge("openstrat_db_queue_depth", "Closures that wait for a writer thread");
}

void Metrics::group_committed(std::size_t closures, std::size_t still_waiting) {
  if (!groups_) return;
  groups_->add();
  closures_->add(closures);
  waiting_->set(static_cast<double>(still_waiting));
}

void Metrics::transaction_repeated() {
  if (repeated_) repeated_->add();
}

}  // namespace openstrat::db
