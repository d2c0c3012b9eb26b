// SQL of metadata.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tags/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::tags::metadata_store {

Status put(db::Session& session, const Tenant& tenant, const Metadata& metadata);
Result<std::optional<Metadata>> find(db::Session& session, const Tenant& tenant, const Uuid& resource);
/// As find(); others who change it wait until the transaction ends.
Result<std::optional<Metadata>> find_for_update(db::Session& session, const Tenant& tenant, const Uuid& resource);
Status remove_of_team(db::Session& session, const Tenant& tenant);
Result<bool> remove(db::Session& session, const Tenant& tenant, const Uuid& resource);
/// By resource id; `words` (empty: all) in one of the values, without regard to case.
Result<std::vector<Metadata>> list(db::Session& session, const Tenant& tenant, std::string_view words, std::optional<Uuid> after, int limit);

}  // namespace openstrat::tags::metadata_store
