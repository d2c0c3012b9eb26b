// SQL of identity providers, of the links between users and providers, and of the confirmations that were asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "federation/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::federation::store {

/// A provider as it lies in the database: `client_secret` stays sealed.
struct ProviderRow {
  Provider provider;
  std::optional<std::string> sealed_secret;
};

Status insert(db::Session& session, const Tenant& tenant, const ProviderRow& row);
/// conflict when the revision is no longer `provider.revision`; it is raised by one.
Status update(db::Session& session, const Tenant& tenant, const ProviderRow& row);
/// With its domains and all links to it.
Status remove(db::Session& session, const Tenant& tenant, ProviderId id);
Status remove_all(db::Session& session, const Tenant& tenant);
Result<ProviderRow> find(db::Session& session, const Tenant& tenant, ProviderId id);  ///< not_found
Result<std::optional<ProviderRow>> find_anywhere(db::Session& session, std::string_view id);
Result<std::vector<ProviderRow>> list(db::Session& session, const Tenant& tenant, int limit);
/// Enabled ones of any team that allow the domain.
Result<std::vector<ProviderRow>> of_domain(db::Session& session, std::string_view domain, int limit);

/// conflict `already_exists` when the person is linked to somebody already.
Status insert_identity(db::Session& session, const UserIdentity& identity);
Result<std::optional<UserIdentity>> find_identity(db::Session& session, std::string_view provider, std::string_view issuer, std::string_view subject);
Result<std::vector<UserIdentity>> identities_of(db::Session& session, UserId user, int limit);
Result<bool> remove_identity(db::Session& session, UserId user, IdentityId id);
Status remove_identities(db::Session& session, UserId user);
Status touch_identity(db::Session& session, IdentityId id, std::string_view email, Timestamp now);

/// Counts a mail to this address; false: there were `most` within the hour.
Result<bool> count_confirmation(db::Session& session, std::string_view email, int most, Timestamp now);
Status forget_confirmations(db::Session& session, Timestamp before);

}  // namespace openstrat::federation::store
