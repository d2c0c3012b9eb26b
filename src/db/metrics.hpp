// What the database reports about itself.
#pragma once

#include <cstddef>

namespace openstrat::metrics {
class Registry;
}

namespace openstrat::db {

class Metrics {
 public:
  explicit Metrics(metrics::Registry* registry) : registry_(registry) {}
  void group_committed(std::size_t closures, std::size_t still_waiting);

 private:
  metrics::Registry* registry_;
};

}  // namespace openstrat::db
