#include "db/metrics.hpp"
namespace openstrat::db {
void Metrics::group_committed(std::size_t, std::size_t) { (void)registry_; }
}
