// SQL of comments on faults. They go with their fault.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "monitoring/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::monitoring::comment_store {

Status insert(db::Session& session, const Fault& fault, const FaultComment& comment);
/// Oldest first.
Result<std::vector<FaultComment>> list(db::Session& session, const Tenant& tenant, FaultId fault);
Result<std::int64_t> count(db::Session& session, const Tenant& tenant, FaultId fault);

}  // namespace openstrat::monitoring::comment_store
