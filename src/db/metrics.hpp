// What the database reports about itself; without a registry it counts for nobody.
#pragma once

#include <cstddef>

namespace openstrat::metrics {
class Counter;
class Gauge;
class Registry;
}

namespace openstrat::db {

class Metrics {
 public:
  explicit Metrics(metrics::Registry* registry);
  void group_committed(std::size_t closures, std::size_t still_waiting);
  void transaction_repeated();

 private:
  metrics::Counter* groups_ = nullptr;
  metrics::Counter* closures_ = nullptr;
  metrics::Counter* repeated_ = nullptr;
  metrics::Gauge* waiting_ = nullptr;
};

}  // namespace openstrat::db
