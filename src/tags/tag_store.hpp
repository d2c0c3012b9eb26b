// SQL of tags.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "tags/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::tags::tag_store {

/// conflict `already_exists` when the key is taken, in whatever case.
Status insert(db::Session& session, const Tenant& tenant, const Tag& tag);
Status update(db::Session& session, const Tenant& tenant, const Tag& tag);
/// Takes the values with it. False: there was none.
Result<bool> remove(db::Session& session, const Tenant& tenant, std::string_view id);
Result<Tag> find(db::Session& session, const Tenant& tenant, std::string_view id);           ///< not_found
/// As find(); others who put values of this tag wait until the transaction ends.
Result<Tag> find_for_values(db::Session& session, const Tenant& tenant, std::string_view id);
Result<std::vector<Tag>> list(db::Session& session, const Tenant& tenant, int limit);        ///< by key
Result<std::int64_t> count(db::Session& session, const Tenant& tenant);

struct ValueUse { std::string tag_id, value; std::int64_t resources = 0; };
/// The values in use, by name, of one tag.
Result<std::vector<ValueUse>> values(db::Session& session, const Tenant& tenant, std::string_view tag_id, std::string_view prefix, int limit);
/// The values in use of every tag, at most `limit` altogether.
Result<std::vector<ValueUse>> all_values(db::Session& session, const Tenant& tenant, int limit);

/// As written first by whoever used it; nullopt: nobody did.
Result<std::optional<std::string>> spelling_of(db::Session& session, const Tenant& tenant, std::string_view tag_id, std::string_view value);
Status put_value(db::Session& session, const Tenant& tenant, const TagValue& value);
Result<std::optional<TagValue>> find_value(db::Session& session, const Tenant& tenant, std::string_view tag_id, const Uuid& resource);
Result<bool> remove_value(db::Session& session, const Tenant& tenant, std::string_view tag_id, const Uuid& resource);
Status remove_of_team(db::Session& session, const Tenant& tenant);
Status remove_of_resource(db::Session& session, const Tenant& tenant, const Uuid& resource);

/// By resource id. `value` absent: whatever the value.
Result<std::vector<TagValue>> resources(db::Session& session, const Tenant& tenant, std::string_view tag_id, std::optional<std::string_view> value,
                                        std::optional<Uuid> after, int limit);
Result<std::vector<AppliedTag>> of_resource(db::Session& session, const Tenant& tenant, const Uuid& resource);  ///< by key
/// The resources with ids from `first` to `last` that have the tag, by id.
Result<std::vector<Uuid>> tagged_between(db::Session& session, const Tenant& tenant, std::string_view tag_id, const Uuid& first, const Uuid& last);

}  // namespace openstrat::tags::tag_store
