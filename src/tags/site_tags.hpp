// Tags of sites as lists of sites need them.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/site_limits.hpp"
#include "tags/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::tags::site_tags {

/// The tags of each of `sites`, by key; one statement.
Result<std::vector<std::pair<SiteId, AppliedTag>>> of_sites(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites);

/// True for sites that have the tag, with this value if one is given, in whatever case. Looks how many there are: few are
/// looked up, many are asked one by one along the order of the list.
Result<SiteLimits::Condition> has(db::Session& session, const Tenant& tenant, std::string_view tag_id, std::optional<std::string_view> value,
                                  std::string_view customer, std::string_view site, int next);

}  // namespace openstrat::tags::site_tags
