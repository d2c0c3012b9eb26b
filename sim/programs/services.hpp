// Which protocols the routers of this program speak.
#pragma once

#include "sim/access/ports.hpp"

namespace openstrat::sim {

/// One line a protocol.
ServiceTable all_services();

/// What a router sends of itself, whether or not something listens. Goes before the router.
std::shared_ptr<void> start_companions(Router& router);

}  // namespace openstrat::sim
