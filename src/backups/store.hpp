// SQL of backups, their settings and where each site stands.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "backups/types.hpp"
#include "base/error.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::backups::store {

// --- backups
Status insert(db::Session& session, const Backup& backup);
Result<Backup> find(db::Session& session, const Tenant& tenant, SiteId site, FileName file);  ///< not_found
Result<std::optional<Backup>> latest(db::Session& session, const Tenant& tenant, SiteId site);
/// Newest first, older than `before` when given.
Result<std::vector<Backup>> list(db::Session& session, const Tenant& tenant, SiteId site, std::optional<std::int64_t> before, int limit);
Status remove(db::Session& session, const Tenant& tenant, SiteId site, const std::vector<FileName>& files);
/// Everything of a purged site.
Status remove_site(db::Session& session, const Tenant& tenant, SiteId site);
Result<bool> references_blob(db::Session& session, CustomerId customer, const std::string& blob_key);
/// The first second from `wanted` on that names neither a backup nor a grant of the site.
Result<FileName> free_name(db::Session& session, const Tenant& tenant, SiteId site, std::int64_t wanted);

// --- settings; no site: the customer's own
Result<SettingOverrides> overrides(db::Session& session, const Tenant& tenant, std::optional<SiteId> site);
Status put_overrides(db::Session& session, const Tenant& tenant, std::optional<SiteId> site, const SettingOverrides& overrides, Timestamp now);

// --- site records
Result<std::optional<SiteRecord>> find_record(db::Session& session, const Tenant& tenant, SiteId site);
/// The same, and other transactions that want the record wait.
Result<std::optional<SiteRecord>> lock_record(db::Session& session, const Tenant& tenant, SiteId site);
/// Inserts or replaces.
Status put_record(db::Session& session, const SiteRecord& record);
/// Runs that are due, longest waiting first.
Result<std::vector<SiteRecord>> due(db::Session& session, Timestamp now, int limit);
Result<std::vector<SiteRecord>> newly_overdue(db::Session& session, Timestamp now, int limit);
/// All records, page by page in the order of their key (nil ids first).
using RecordKey = std::pair<CustomerId, SiteId>;
Result<std::vector<SiteRecord>> records_after(db::Session& session, RecordKey after, int limit);
Result<std::vector<SiteRecord>> records_of_customer(db::Session& session, CustomerId customer, SiteId after, int limit);

}  // namespace openstrat::backups::store
