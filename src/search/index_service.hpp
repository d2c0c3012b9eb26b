// How areas make their things findable.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "search/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::search {

/// Called in the transaction that changes the thing, or when its event is heard. A thing is found as soon as that has committed.
class Index {
 public:
  /// Adds or replaces; cheap when nothing changed.
  Status put(db::Session& session, const Tenant& tenant, const Document& document);
  /// Fine when it was not there.
  Status remove(db::Session& session, const Tenant& tenant, std::string_view type, std::string_view id);
  /// Everything of a team that is deleted.
  Status remove_team(db::Session& session, const Tenant& tenant);
};

}  // namespace openstrat::search
