// SQL of the audit log and its hash chain.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "audit/audit_service.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::audit::log_store {

struct Row {
  std::string log_id;
  AuditEntry entry;
  std::int64_t ttl = 0;  ///< epoch seconds
};

/// Both ends of the chain.
struct Chain {
  std::int64_t last_seq = 0;
  std::string last_hash;
  std::int64_t purged_seq = 0;
  std::string purged_hash;
};
Result<Chain> chain(db::Session& session);

/// Appends in order; one writer at a time, over all processes.
Status append(db::Session& session, std::span<const Row> rows);

struct Finding {
  std::int64_t rows = 0;               ///< that were checked
  std::optional<std::int64_t> bad_seq; ///< the first row that is missing or changed
  std::string problem;                 ///< in words; empty when the chain is whole
};
Result<Finding> verify(db::Session& session);

/// Removes up to `limit` of the oldest rows whose time is over and remembers where the chain begins now. How many went.
Result<std::int64_t> purge(db::Session& session, Timestamp now, int limit);

}  // namespace openstrat::audit::log_store
