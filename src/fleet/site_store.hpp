// SQL of sites, runbooks, tombstones and recent sites.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::fleet::site_store {

/// Next SiteNumber and the insert; conflict when the hardware hash is taken by another site of the tenant.
Status insert(db::Session& session, Site& site);
Result<Site> find(db::Session& session, const Tenant& tenant, SiteId id);  ///< not_found `resource_missing`
Result<Site> find_by_pid(db::Session& session, const Tenant& tenant, std::string_view pid);
Result<std::optional<Site>> find_by_hardware(db::Session& session, const Tenant& tenant, std::string_view hardware_hash);
/// Device side and internal only: the token or signature has proven the site.
Result<std::optional<Site>> find_any(db::Session& session, SiteId id);
/// Writes everything but the pulse, WHERE revision = site.revision, then revision + 1; conflict when somebody was faster.
Status update(db::Session& session, Site& site);
Status remove(db::Session& session, const Tenant& tenant, SiteId id);  ///< the rows of this area; others listen to site.deleted

enum class SiteSort { name, created_desc, last_seen };
struct SiteFilter {
  std::string search;                      ///< in name, identity, model, serial number, address; case-insensitive
  std::optional<SiteState> state;
  SiteSort sort = SiteSort::name;
  bool with_deleting = true;
  int offset = 0;
  int limit = 50;
  std::optional<std::pair<std::string, SiteId>> after;  ///< keyset by name instead of offset
};
Result<std::vector<Site>> list(db::Session& session, const Tenant& tenant, const SiteFilter& filter);
Result<std::int64_t> count(db::Session& session, const Tenant& tenant);  ///< from site_count, never over the table
Result<std::int64_t> count_matching(db::Session& session, const Tenant& tenant, const SiteFilter& filter);

Status insert_runbook(db::Session& session, const Runbook& runbook);
Result<Runbook> find_runbook(db::Session& session, const Tenant& tenant, RunbookId id);
Result<std::optional<Runbook>> find_runbook_by_token(db::Session& session, const Uuid& token);
Result<std::vector<Runbook>> list_runbooks(db::Session& session, const Tenant& tenant);
Status update_runbook(db::Session& session, const Runbook& runbook);
Status remove_runbook(db::Session& session, const Tenant& tenant, RunbookId id);

}  // namespace openstrat::fleet::site_store
