// Which sites of a team a caller may see, in a form that a store can ask the database for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openstrat {

/// Travels in Tenant, so that whoever passes the caller's tenant on passes the limits on, too. A store of things that belong to
/// sites adds condition() to its WHERE. Immutable; shared by threads.
class SiteLimits {
 public:
  virtual ~SiteLimits() = default;

  struct Condition {
    std::string sql;                  ///< a boolean expression, in brackets
    std::vector<std::string> values;  ///< of its placeholders, in their order
  };
  /// `customer` and `site` are columns with their table (`s.customer_id`, `s.id`): a bare name would mean one of a table of ours. `next` is the number of the first free placeholder.
  virtual Condition condition(std::string_view customer, std::string_view site, int next) const = 0;
};

}  // namespace openstrat
