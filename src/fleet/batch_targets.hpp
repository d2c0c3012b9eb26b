// Which sites a job on many sites reaches, and why not the others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet {

inline constexpr std::size_t kMostBatchSites = 5000;

struct BatchTarget {
  CustomerId customer_id;
  SiteId site_id;
  std::string name;                      ///< empty: not a site of the caller's
  SiteState state = SiteState::pending;
  std::optional<std::string> version;
  std::optional<std::string> refusal;    ///< code word; absent: it gets the job
};

/// In the order of `sites`.
Result<std::vector<BatchTarget>> batch_targets(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites);

/// A code word of a refusal in words that an operator understands.
std::string_view refusal_text(std::string_view code);

}  // namespace openstrat::fleet
