// SQL of the fleet's history.
#pragma once

#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::monitoring {

/// One look at a team's fleet.
struct HealthSample {
  CustomerId customer_id;
  Timestamp at{};                     ///< a whole minute
  std::int64_t online = 0, offline = 0, pending = 0, open_faults = 0;
};

}  // namespace openstrat::monitoring

namespace openstrat::monitoring::health_store {

/// Keeps what is there already.
Status insert(db::Session& session, std::span<const HealthSample> samples);
/// A few of the oldest minutes before `before` of each team: a step of the clean-up that goes along with every sample.
Status trim(db::Session& session, std::span<const CustomerId> customers, Timestamp before);
/// Oldest first, [from, until).
Status for_each(db::Session& session, const Tenant& tenant, Timestamp from, Timestamp until, const std::function<void(const HealthSample&)>& visit);
/// Teams that have a history.
Result<std::vector<CustomerId>> customers(db::Session& session);
Result<std::int64_t> remove_of_customer(db::Session& session, CustomerId customer, int limit);

/// Open faults of every team that has some; one statement.
Result<std::unordered_map<CustomerId, std::int64_t>> open_faults(db::Session& session);

}  // namespace openstrat::monitoring::health_store
