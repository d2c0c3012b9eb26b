// Lists of sites: filters, orders, and where a list goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "fleet/site_facets.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet {

/// Ties: by name, then by id, in the same direction.
enum class SiteSort { name, created_at, last_seen_at, state, model, version };

/// The last site of a page, as its order sees it. Made with position_of(), so that a cursor can carry it.
struct SitePosition {
  std::string key;                         ///< of the order
  std::string name;
  SiteId id;
};

struct SiteFilter {
  std::string search;                      ///< in name, identity, model, serial number, address; case-insensitive
  std::optional<SiteState> state;
  std::vector<std::string> models, versions;  ///< one of them
  std::vector<TagChoice> tags;             ///< all of them
  std::optional<bool> has_fault;
  std::optional<PolicyId> policy_id;
  SiteSort sort = SiteSort::name;
  bool descending = false;
  bool with_deleting = true;
  int offset = 0;
  int limit = 50;
  std::optional<SitePosition> after;       ///< instead of offset: costs the same however far it is
  std::optional<std::int64_t> total;       ///< known from the first page: is not counted again

  /// Whether every site of the team is in the list.
  bool is_everything() const {
    return search.empty() && !state && models.empty() && versions.empty() && tags.empty() && !has_fault && !policy_id && with_deleting;
  }
};

SitePosition position_of(const Site& site, SiteSort sort);

namespace site_list {

/// `facets` knows the conditions of other areas; may be null as long as no filter needs it.
Result<std::vector<Site>> find(db::Session& session, const Tenant& tenant, const SiteFilter& filter, SiteFacetSource* facets);
Result<std::vector<SiteId>> ids(db::Session& session, const Tenant& tenant, const SiteFilter& filter, SiteFacetSource* facets);
Result<std::int64_t> count(db::Session& session, const Tenant& tenant, const SiteFilter& filter, SiteFacetSource* facets);
/// Rows from before there was an order of versions.
Status fill_version_order(db::Session& session);

}  // namespace site_list
}  // namespace openstrat::fleet
