// Names of some sites at once, for lists of other things that belong to sites.
#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet {

/// One statement. A site that is gone, or of another team, is left out; `ids` may repeat itself.
Result<std::unordered_map<SiteId, std::string>> site_names(db::Session& session, const Tenant& tenant, std::span<const SiteId> ids);

}  // namespace openstrat::fleet
