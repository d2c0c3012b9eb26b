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

/// Whether rows may be in the log already, because nobody knows how an earlier attempt ended.
enum class Repeat { no, possible };
/// Appends in order; one writer at a time, over all processes. How many rows are new.
Result<std::size_t> append(db::Session& session, std::span<const Row> rows, Repeat repeat);

/// A walk along the chain, a stretch at a time.
struct Walk {
  std::int64_t rows = 0;                ///< that were checked
  std::int64_t seq = 0;                 ///< the newest of them
  std::string hash;
  std::int64_t last_seq = 0;            ///< of the log when it was looked at
  bool begun = false;
  bool done = false;                    ///< the end was reached, or a fault
  std::optional<std::int64_t> bad_seq;  ///< the first row that is missing or changed
  std::string problem;                  ///< in words; empty when the chain is whole
};
/// The walk, up to `limit` rows further. Rows may be added and purged between two stretches.
Result<Walk> check_stretch(db::Session& session, Walk walk, int limit);

/// Removes up to `limit` of the oldest rows whose time is over and remembers where the chain begins now. How many went.
Result<std::int64_t> purge(db::Session& session, Timestamp now, int limit);

}  // namespace openstrat::audit::log_store
