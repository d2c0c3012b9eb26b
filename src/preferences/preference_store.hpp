// SQL of preferences.
#pragma once

#include <optional>
#include <vector>

#include "preferences/preference_service.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::preferences::preference_store {

Result<std::vector<Preference>> list(db::Session& session, const Tenant& tenant, UserId user, int limit);
Result<std::optional<Preference>> find(db::Session& session, const Tenant& tenant, UserId user, std::string_view name);
Result<std::int64_t> count(db::Session& session, const Tenant& tenant, UserId user);
/// False: there is one of this name already.
Result<bool> insert(db::Session& session, const Tenant& tenant, UserId user, const Preference& preference);
/// False: the stored one is not of the revision before.
Result<bool> replace(db::Session& session, const Tenant& tenant, UserId user, const Preference& preference);
Result<bool> remove(db::Session& session, const Tenant& tenant, UserId user, std::string_view name);
Status remove_of_team(db::Session& session, const Tenant& tenant);
Status remove_of_user(db::Session& session, UserId user);

}  // namespace openstrat::preferences::preference_store
