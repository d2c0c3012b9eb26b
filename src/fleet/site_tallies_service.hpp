// How many sites of every team are online, offline and waiting, for whoever keeps a history of it.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet {

struct SiteTally {
  CustomerId customer_id;
  std::int64_t online = 0, offline = 0, pending = 0;  ///< sites that are being deleted are none of these
};

/// One statement for all teams that have sites.
Result<std::vector<SiteTally>> site_tallies(db::Session& session);

}  // namespace openstrat::fleet
