// SQL of what teams set: security policy and trusted networks. Every function runs in the caller's transaction.
#pragma once

#include <optional>
#include <vector>

#include "base/error.hpp"
#include "protection/policy_service.hpp"
#include "protection/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::protection::team_store {

/// nullopt: the team has set nothing.
Result<std::optional<SecurityPolicy>> find_policy(db::Session& session, const Tenant& tenant);
Status put_policy(db::Session& session, const Tenant& tenant, const SecurityPolicy& policy, Timestamp now);

Result<std::vector<AllowedNetwork>> networks_of(db::Session& session, const Tenant& tenant, int limit);
/// Locks nothing: two callers at the bound may both pass it by one.
Result<int> count_networks(db::Session& session, const Tenant& tenant);
/// conflict `already_exists`.
Status insert_network(db::Session& session, const Tenant& tenant, const AllowedNetwork& network);
Result<bool> remove_network(db::Session& session, const Tenant& tenant, AllowedNetworkId id);

struct Trust { CustomerId customer_id; Cidr cidr; };
/// Of all teams, for the memory of each process.
Result<std::vector<Trust>> all_trust(db::Session& session);

}  // namespace openstrat::protection::team_store
