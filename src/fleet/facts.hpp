// From what a router reports to what we keep of it.
#pragma once

#include "fleet/types.hpp"
#include "routeros/heartbeat.hpp"

namespace openstrat::fleet {

/// Fields that the heartbeat lacks keep their old value. The hardware hash stays: it is set at adoption.
SiteFacts facts_of(const routeros::Heartbeat& heartbeat, const SiteFacts& old, std::int64_t facts_hash);

}  // namespace openstrat::fleet
