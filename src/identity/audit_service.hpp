// The audit log has a room of its own; this name lasts until the other rooms include it from there.
#pragma once

#include "audit/audit_service.hpp"

namespace openstrat::identity {

using audit::ActorKind;
using audit::AuditEntry;
using audit::AuditLog;

}  // namespace openstrat::identity
