// What "only the sites with these tags" means. Implemented by the area that knows the tags of sites.
#pragma once

#include <memory>
#include <vector>

#include "base/site_limits.hpp"
#include "identity/access_types.hpp"

namespace openstrat::identity {

/// Thread-safe, asked while statements are put together.
class SiteVisibility {
 public:
  virtual ~SiteVisibility() = default;
  /// True for sites that fit one of `any_of`. See SiteLimits::condition for the rest; `any_of` holds no empty selection.
  virtual SiteLimits::Condition condition(const std::vector<SiteSelection>& any_of, std::string_view customer, std::string_view site,
                                          int next) const = 0;
};

/// The limits of a caller who may see what fits one of `any_of`. Without `visibility` nothing fits: who is limited to tags that
/// nobody can look up sees no site. `visibility` must outlive the limits.
std::shared_ptr<const SiteLimits> limits_to(std::vector<SiteSelection> any_of, const SiteVisibility* visibility);

}  // namespace openstrat::identity
