// What making one job and making thousands share.
#pragma once

#include "fleet/job_service.hpp"

namespace openstrat::fleet {

Status validate(const NewJob& job);
/// Waits for its router. The request gives up its texts.
Job make_job(const Site& site, NewJob&& request, Timestamp now, Rng& rng);

}  // namespace openstrat::fleet
