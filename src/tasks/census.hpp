// How much background work there is, for the system page and `openstrat doctor`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::tasks {

struct KindCensus {
  std::string kind;
  std::int64_t ready = 0;      ///< due, and nobody has begun yet
  std::int64_t later = 0;      ///< for a later time
  std::int64_t running = 0;
  std::int64_t dead = 0;       ///< given up after too many attempts
  std::optional<Timestamp> oldest_ready;
};

/// By kind, those without any task left out. Two statements, whatever the number of tasks.
Result<std::vector<KindCensus>> census(db::Session& session, Timestamp now);

}  // namespace openstrat::tasks
