// Rate limits that several nodes keep together: each counts by itself, and a few times a second they tell each other.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/error.hpp"

namespace openstrat::db {
class Database;
}
namespace openstrat::http {
class RateLimiter;
struct RateSpent;
}

namespace openstrat::protection {

/// No request waits for it: exchange() runs on a thread of its own, every kPeriod, with one transaction for all buckets that were used,
/// and none if none was. Error: in the time of one exchange each further node may give away what it has not yet heard is gone, at most one
/// burst of the bucket; that is owed, and taken back from the tokens of the next minute. So over any time T a caller gets at most
/// burst + rate × T + (nodes − 1) × min(burst, what he sends to one node within a period).
class SharedRates {
 public:
  static constexpr std::chrono::milliseconds kPeriod{200};

  SharedRates(db::Database& database, http::RateLimiter& limiter, const Clock& clock) : database_(database), limiter_(limiter), clock_(clock) {}

  Status exchange();
  /// Buckets that are full again.
  static Status purge(db::Database& database, Timestamp now);

  /// The seed that all nodes of an installation have in common.
  static std::uint64_t seed(const crypto::Key32& key);

 private:
  Status exchange_some(const std::vector<http::RateSpent>& spent);

  db::Database& database_;
  http::RateLimiter& limiter_;
  const Clock& clock_;
};

}  // namespace openstrat::protection
