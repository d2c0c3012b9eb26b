// How areas make their things findable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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

  /// Of a kind, in the order of their numbers: whoever rebuilds the index looks for things that are gone.
  struct Place {
    std::int64_t number = 0;
    Tenant tenant;
    std::string id;
  };
  Result<std::vector<Place>> places(db::Session& session, std::string_view type, std::int64_t after, int limit);
  Result<bool> is_empty(db::Session& session);
  /// After a restore: the index over the texts is not in a backup.
  Status rebuild_text(db::Session& session);
  /// After much was indexed at once: lets the database look at its size again.
  Status analyze(db::Session& session);
};

}  // namespace openstrat::search
