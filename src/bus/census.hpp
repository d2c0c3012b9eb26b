// What has not reached its subscribers yet, for the system page and `openstrat doctor`.
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

namespace openstrat::bus {

struct SubscriberCensus {
  std::string subscriber;
  std::int64_t backlog = 0;          ///< events that it has to catch up with
  std::int64_t dead = 0;             ///< that it refused too often
  std::optional<Timestamp> oldest;   ///< of the backlog
};
struct Census {
  std::int64_t outbox = 0;           ///< committed and not handed out yet
  std::vector<SubscriberCensus> behind;  ///< who keeps up is not in it; by name
};

/// Three statements, whatever the number of events.
Result<Census> census(db::Session& session);

}  // namespace openstrat::bus
