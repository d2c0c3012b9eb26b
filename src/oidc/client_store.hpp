// SQL of the registered applications.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "oidc/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::oidc::client_store {

Status insert(db::Session& session, const Client& client);
Result<Client> find(db::Session& session, const Tenant& tenant, std::string_view id);  ///< not_found
/// By the client_id that an application names itself; whoever asks proves afterwards that it is the one.
Result<std::optional<Client>> find_any(db::Session& session, std::string_view id);
Result<std::vector<Client>> list(db::Session& session, const Tenant& tenant, std::int64_t offset, int limit);  ///< newest first
Result<std::int64_t> count(db::Session& session, const Tenant& tenant);
/// Everything but the secret. not_found.
Status update(db::Session& session, const Client& client);
Status set_secret(db::Session& session, const Tenant& tenant, std::string_view id, std::string_view hash, std::string_view hint, Timestamp now);
Status remove(db::Session& session, const Tenant& tenant, std::string_view id);
Status set_last_used(db::Session& session, std::string_view id, Timestamp now);

}  // namespace openstrat::oidc::client_store
