// SQL of the links that show faults to people without an account.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::monitoring {

using ShareId = Id<struct FaultShareTag>;

struct Share {
  CustomerId customer_id;
  ShareId id;
  std::string created_by;
  Timestamp created_at{}, expires_at{};
  std::optional<Timestamp> revoked_at, last_used_at;
};

}  // namespace openstrat::monitoring

namespace openstrat::monitoring::share_store {

Status insert(db::Session& session, const Share& share);
Result<std::optional<Share>> find(db::Session& session, const Tenant& tenant, ShareId id);
/// Newest first.
Result<std::vector<Share>> list(db::Session& session, const Tenant& tenant, int limit);
/// Those that still open.
Result<std::int64_t> count_live(db::Session& session, const Tenant& tenant, Timestamp now);
Status touch(db::Session& session, const Tenant& tenant, ShareId id, Timestamp now);
/// False: there is none, or it was revoked before.
Result<bool> revoke(db::Session& session, const Tenant& tenant, ShareId id, Timestamp now);
Status remove_expired(db::Session& session, Timestamp before);
Status remove_of_customer(db::Session& session, CustomerId customer);

}  // namespace openstrat::monitoring::share_store
