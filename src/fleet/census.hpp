// How many sites the installation has, over all teams.
#pragma once

#include <cstdint>

#include "base/error.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet {

struct Totals {
  std::int64_t sites = 0, adopted = 0;
};
/// From the counter rows: one a team.
Result<Totals> totals(db::Session& session);

}  // namespace openstrat::fleet
