// identity's SiteVisibility: roles that are limited to sites with certain tags.
#pragma once

#include "identity/site_visibility_service.hpp"

namespace openstrat::tags {

/// Keys and values are compared without case, as everywhere in tags.
class TagVisibility final : public identity::SiteVisibility {
 public:
  SiteLimits::Condition condition(const std::vector<identity::SiteSelection>& any_of, std::string_view customer, std::string_view site,
                                  int next) const override;
};

}  // namespace openstrat::tags
