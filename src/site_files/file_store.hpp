// SQL of site files.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "site_files/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::site_files::file_store {

Status insert(db::Session& session, const File& file);
/// Newest first, older than `before` (of list()'s last entry) if given.
struct Position { Timestamp created_at; std::string key; };
Result<std::vector<File>> list(db::Session& session, const Tenant& tenant, SiteId site, Kind kind, const std::optional<Position>& before, int limit);
Result<File> find(db::Session& session, const Tenant& tenant, SiteId site, Kind kind, std::string_view key);  ///< not_found
/// By the key alone: for links whose signature was checked.
Result<File> find_signed(db::Session& session, std::string_view key);                                        ///< not_found
Result<bool> remove(db::Session& session, const Tenant& tenant, SiteId site, Kind kind, std::string_view key);
Status remove_of_site(db::Session& session, const Tenant& tenant, SiteId site);

struct Use { std::int64_t files = 0, bytes = 0; };
Result<Use> use_of(db::Session& session, const Tenant& tenant, SiteId site);
Result<bool> references_blob(db::Session& session, CustomerId customer, std::string_view blob_key);

}  // namespace openstrat::site_files::file_store
