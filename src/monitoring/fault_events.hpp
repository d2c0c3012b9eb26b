// What the rest of the world hears about faults.
#pragma once

#include "base/error.hpp"
#include "monitoring/types.hpp"

namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Session;
}

namespace openstrat::monitoring {

enum class FaultNews { created, changed, commented, resolved };

/// Appends `fault.created`, `fault.updated` or `fault.resolved` in the caller's transaction.
Status announce(bus::Bus& bus, db::Session& session, const Fault& fault, FaultNews news, Timestamp now);

}  // namespace openstrat::monitoring
