// What can be found, and what was.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/attributes.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::search {

/// A kind of things and who may see them.
struct Type {
  std::string_view name;
  std::string_view scope;
};
/// An area that puts its things into the index adds its line here.
inline constexpr Type kTypes[] = {{"site", "site:view"}};

/// A thing as the index knows it.
struct Document {
  std::string type;               ///< of kTypes
  std::string id;                 ///< what the routes of its area take
  std::optional<SiteId> site_id;  ///< the site it belongs to: callers may be limited to some
  std::string name;
  std::string description;
  std::vector<std::string> keys;  ///< serial numbers, MAC and IP addresses, short ids
  Attributes metadata;            ///< shown with the hit; texts are searched, too
  Timestamp created_at{}, updated_at{};
};

/// A kind that the caller may see, perhaps on some sites only.
struct Visible {
  std::string type;
  std::shared_ptr<const SiteLimits> sites;  ///< null: all
};

struct Question {
  std::string text;
  std::vector<Visible> types;
  std::optional<Timestamp> created_from, created_until;
};

struct Hit {
  std::string type, id, name, description, metadata;
  Timestamp created_at{}, updated_at{};
  double score = 0;  ///< 0 to 1
};

}  // namespace openstrat::search
