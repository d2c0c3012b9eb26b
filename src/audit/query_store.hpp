// SQL that reads the audit log for its team.
#pragma once

#include "audit/types.hpp"
#include "base/error.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::audit::query_store {

/// One step of reading: looks at up to `window` entries of the team behind `after`, gives up to `limit` of those that fit.
Result<Page> step(db::Session& session, const Tenant& tenant, const Filter& filter, const std::optional<Position>& after,
                  int window, int limit);

Result<StoredEntry> find(db::Session& session, const Tenant& tenant, std::string_view log_id);  ///< not_found

}  // namespace openstrat::audit::query_store
