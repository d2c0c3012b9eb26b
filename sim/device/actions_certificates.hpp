// Commands of /certificate.
#pragma once

#include "sim/lang/host.hpp"

namespace openstrat::sim {

class Job;

Value certificate_sign(Job& job, const CommandCall& call);
Value certificate_import(Job& job, const CommandCall& call);
Value certificate_export(Job& job, const CommandCall& call);
Value certificate_revoke(Job& job, const CommandCall& call);

}  // namespace openstrat::sim
