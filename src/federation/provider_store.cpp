#include "federation/provider_store.hpp"

#include "db/session.hpp"

namespace openstrat::federation::store {
namespace {

constexpr db::Query kInsert{"federation.insert",
    "INSERT INTO identity_providers (customer_id, id, type, name, client_id, client_secret_enc, directory, issuer, authorize_url, token_url, "
    "userinfo_url, jwks_url, jit_provisioning, enabled, revision, created_at, updated_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"};
constexpr db::Query kUpdate{"federation.update",
    "UPDATE identity_providers SET name = ?4, client_id = ?5, client_secret_enc = ?6, directory = ?7, issuer = ?8, authorize_url = ?9, "
    "token_url = ?10, userinfo_url = ?11, jwks_url = ?12, jit_provisioning = ?13, enabled = ?14, revision = revision + 1, updated_at = ?15 "
    "WHERE customer_id = ?1 AND id = ?2 AND revision = ?3"};
constexpr db::Query kRemove{"federation.remove", "DELETE FROM identity_providers WHERE customer_id = ?1 AND id = ?2"};
constexpr db::Query kRemoveDomains{"federation.remove_domains", "DELETE FROM identity_provider_domains WHERE provider_id = ?1"};
constexpr db::Query kRemoveLinks{"federation.remove_links", "DELETE FROM user_identities WHERE provider_id = ?1"};
constexpr db::Query kRemoveLinksOfTeam{"federation.remove_links_of_team",
    "DELETE FROM user_identities WHERE provider_id IN (SELECT id FROM identity_providers WHERE customer_id = ?1)"};
constexpr db::Query kRemoveDomainsOfTeam{"federation.remove_domains_of_team", "DELETE FROM identity_provider_domains WHERE customer_id = ?1"};
constexpr db::Query kRemoveOfTeam{"federation.remove_of_team", "DELETE FROM identity_providers WHERE customer_id = ?1"};
constexpr db::Query kRemoveOfUser{"federation.remove_of_user", "DELETE FROM user_identities WHERE user_id = ?1"};
constexpr db::Query kInsertDomain{"federation.insert_domain",
    "INSERT INTO identity_provider_domains (provider_id, domain, customer_id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"};
constexpr db::Query kDomains{"federation.domains", "SELECT domain FROM identity_provider_domains WHERE provider_id = ?1 ORDER BY domain"};

#define PROVIDER_COLUMNS                                                                                                          \
  "p.customer_id, p.id, p.type, p.name, p.client_id, p.client_secret_enc, p.directory, p.issuer, p.authorize_url, p.token_url, " \
  "p.userinfo_url, p.jwks_url, p.jit_provisioning, p.enabled, p.revision, p.created_at, p.updated_at"
constexpr db::Query kFind{"federation.find", "SELECT " PROVIDER_COLUMNS " FROM identity_providers p WHERE p.customer_id = ?1 AND p.id = ?2"};
constexpr db::Query kFindAnywhere{"federation.find_anywhere", "SELECT " PROVIDER_COLUMNS " FROM identity_providers p WHERE p.id = ?1"};
constexpr db::Query kList{"federation.list",
    "SELECT " PROVIDER_COLUMNS " FROM identity_providers p WHERE p.customer_id = ?1 ORDER BY p.name, p.id LIMIT ?2"};
constexpr db::Query kOfDomain{"federation.of_domain",
    "SELECT " PROVIDER_COLUMNS " FROM identity_provider_domains d JOIN identity_providers p ON p.customer_id = d.customer_id AND p.id = d.provider_id "
    "WHERE d.domain = ?1 AND p.enabled ORDER BY p.name, p.id LIMIT ?2"};
#undef PROVIDER_COLUMNS

constexpr db::Query kInsertIdentity{"federation.insert_identity",
    "INSERT INTO user_identities (provider_id, issuer, subject, id, user_id, email, created_at, last_used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr db::Query kFindIdentity{"federation.find_identity",
    "SELECT id, provider_id, issuer, subject, user_id, email, created_at, last_used_at FROM user_identities "
    "WHERE provider_id = ?1 AND issuer = ?2 AND subject = ?3"};
constexpr db::Query kIdentitiesOf{"federation.identities_of",
    "SELECT id, provider_id, issuer, subject, user_id, email, created_at, last_used_at FROM user_identities "
    "WHERE user_id = ?1 ORDER BY created_at, id LIMIT ?2"};
constexpr db::Query kRemoveIdentity{"federation.remove_identity", "DELETE FROM user_identities WHERE user_id = ?1 AND id = ?2"};
constexpr db::Query kTouchIdentity{"federation.touch_identity", "UPDATE user_identities SET email = ?2, last_used_at = ?3 WHERE id = ?1"};

constexpr db::Query kCountConfirmation{"federation.count_confirmation",
    "INSERT INTO identity_confirmations (email, window_start, sent) VALUES (?1, ?2, 1) ON CONFLICT (email) DO UPDATE SET "
    "sent = CASE WHEN identity_confirmations.window_start <= ?3 THEN 1 ELSE identity_confirmations.sent + 1 END, "
    "window_start = CASE WHEN identity_confirmations.window_start <= ?3 THEN ?2 ELSE identity_confirmations.window_start END RETURNING sent"};
constexpr db::Query kForgetConfirmations{"federation.forget_confirmations", "DELETE FROM identity_confirmations WHERE window_start < ?1"};

std::optional<db::Blob> blob_of(const std::optional<std::string>& bytes) {
  return bytes ? std::optional(db::Blob{*bytes}) : std::nullopt;
}

Result<ProviderRow> to_row(db::Session& session, const db::Row& row) {
  ProviderRow out;
  Provider& provider = out.provider;
  provider.team = Tenant{row.get<CustomerId>(0)};
  provider.id = row.get<std::string>(1);
  provider.type = parse_provider_type(row.get<std::string>(2)).value_or(ProviderType::oidc);
  provider.name = row.get<std::string>(3);
  provider.client_id = row.get<std::string>(4);
  if (auto sealed = row.get<std::optional<db::Blob>>(5)) out.sealed_secret = std::move(sealed->bytes);
  provider.directory = row.get<std::string>(6);
  provider.issuer = row.get<std::string>(7);
  provider.authorize_url = row.get<std::string>(8);
  provider.token_url = row.get<std::string>(9);
  provider.userinfo_url = row.get<std::string>(10);
  provider.jwks_url = row.get<std::string>(11);
  provider.jit_provisioning = row.get<bool>(12);
  provider.enabled = row.get<bool>(13);
  provider.revision = row.get<std::int64_t>(14);
  provider.created_at = row.get<Timestamp>(15);
  provider.updated_at = row.get<Timestamp>(16);
  const auto domains = session.query(kDomains, db::params(provider.id));
  if (!domains) return fail(domains.error());
  for (const auto& domain : *domains) provider.allowed_domains.push_back(domain.get<std::string>(0));
  return out;
}

Result<std::vector<ProviderRow>> to_rows(db::Session& session, const Result<std::vector<db::Row>>& rows) {
  if (!rows) return fail(rows.error());
  std::vector<ProviderRow> out;
  for (const auto& row : *rows) {
    auto provider = to_row(session, row);
    if (!provider) return fail(provider.error());
    out.push_back(*std::move(provider));
  }
  return out;
}

UserIdentity to_identity(const db::Row& row) {
  return {.id = row.get<IdentityId>(0), .provider_id = row.get<std::string>(1), .issuer = row.get<std::string>(2), .subject = row.get<std::string>(3),
          .user_id = row.get<UserId>(4), .email = row.get<std::string>(5), .created_at = row.get<Timestamp>(6),
          .last_used_at = row.get<std::optional<Timestamp>>(7)};
}

Status put_domains(db::Session& session, const Tenant& tenant, const Provider& provider) {
  std::vector<db::Params> rows;
  for (const auto& domain : provider.allowed_domains) rows.push_back(db::params(provider.id, domain, tenant.customer_id));
  const auto put = session.execute_many(kInsertDomain, rows);
  return put ? Status() : fail(put.error());
}

Status done(const Result<std::int64_t>& changed) { return changed ? Status() : fail(changed.error()); }

}  // namespace

Status insert(db::Session& session, const Tenant& tenant, const ProviderRow& row) {
  const Provider& p = row.provider;
  const auto stored = session.execute(kInsert, db::params(tenant.customer_id, p.id, to_string(p.type), p.name, p.client_id, blob_of(row.sealed_secret),
                                                          p.directory, p.issuer, p.authorize_url, p.token_url, p.userinfo_url, p.jwks_url,
                                                          p.jit_provisioning, p.enabled, p.revision, p.created_at, p.updated_at));
  if (!stored) return fail(stored.error());
  return put_domains(session, tenant, p);
}

Status update(db::Session& session, const Tenant& tenant, const ProviderRow& row) {
  const Provider& p = row.provider;
  const auto changed = session.execute(kUpdate, db::params(tenant.customer_id, p.id, p.revision, p.name, p.client_id, blob_of(row.sealed_secret),
                                                           p.directory, p.issuer, p.authorize_url, p.token_url, p.userinfo_url, p.jwks_url,
                                                           p.jit_provisioning, p.enabled, p.updated_at));
  if (!changed) return fail(changed.error());
  if (*changed == 0) return fail(Errc::conflict, "The identity provider was changed by somebody else meanwhile.");
  if (auto removed = done(session.execute(kRemoveDomains, db::params(p.id))); !removed) return removed;
  return put_domains(session, tenant, p);
}

Status remove(db::Session& session, const Tenant& tenant, ProviderId id) {
  const auto removed = session.execute(kRemove, db::params(tenant.customer_id, id));
  if (!removed) return fail(removed.error());
  if (*removed == 0) return fail(Errc::not_found, "No such identity provider.");
  if (auto domains = done(session.execute(kRemoveDomains, db::params(id))); !domains) return domains;
  return done(session.execute(kRemoveLinks, db::params(id)));
}

Status remove_all(db::Session& session, const Tenant& tenant) {
  for (const auto* query : {&kRemoveLinksOfTeam, &kRemoveDomainsOfTeam, &kRemoveOfTeam})
    if (auto removed = done(session.execute(*query, db::params(tenant.customer_id))); !removed) return removed;
  return {};
}

Result<ProviderRow> find(db::Session& session, const Tenant& tenant, ProviderId id) {
  const auto row = session.one(kFind, db::params(tenant.customer_id, id), "No such identity provider.");
  if (!row) return fail(row.error());
  return to_row(session, *row);
}

Result<std::optional<ProviderRow>> find_anywhere(db::Session& session, std::string_view id) {
  const auto row = session.first(kFindAnywhere, db::params(id));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<ProviderRow>{};
  auto found = to_row(session, **row);
  if (!found) return fail(found.error());
  return std::optional<ProviderRow>(*std::move(found));
}

Result<std::vector<ProviderRow>> list(db::Session& session, const Tenant& tenant, int limit) {
  return to_rows(session, session.query(kList, db::params(tenant.customer_id, limit)));
}

Result<std::vector<ProviderRow>> of_domain(db::Session& session, std::string_view domain, int limit) {
  return to_rows(session, session.query(kOfDomain, db::params(domain, limit)));
}

Status insert_identity(db::Session& session, const UserIdentity& identity) {
  return done(session.execute(kInsertIdentity, db::params(identity.provider_id, identity.issuer, identity.subject, identity.id, identity.user_id,
                                                          identity.email, identity.created_at, identity.last_used_at)));
}

Result<std::optional<UserIdentity>> find_identity(db::Session& session, std::string_view provider, std::string_view issuer, std::string_view subject) {
  const auto row = session.first(kFindIdentity, db::params(provider, issuer, subject));
  if (!row) return fail(row.error());
  return *row ? std::optional(to_identity(**row)) : std::nullopt;
}

Result<std::vector<UserIdentity>> identities_of(db::Session& session, UserId user, int limit) {
  const auto rows = session.query(kIdentitiesOf, db::params(user, limit));
  if (!rows) return fail(rows.error());
  std::vector<UserIdentity> out;
  for (const auto& row : *rows) out.push_back(to_identity(row));
  return out;
}

Result<bool> remove_identity(db::Session& session, UserId user, IdentityId id) {
  const auto removed = session.execute(kRemoveIdentity, db::params(user, id));
  if (!removed) return fail(removed.error());
  return *removed > 0;
}

Status remove_identities(db::Session& session, UserId user) { return done(session.execute(kRemoveOfUser, db::params(user))); }

Status touch_identity(db::Session& session, IdentityId id, std::string_view email, Timestamp now) {
  return done(session.execute(kTouchIdentity, db::params(id, email, now)));
}

Result<bool> count_confirmation(db::Session& session, std::string_view email, int most, Timestamp now) {
  const auto row = session.one(kCountConfirmation, db::params(email, now, now - std::chrono::hours(1)), "RETURNING gave no row");
  if (!row) return fail(row.error());
  return row->get<int>(0) <= most;
}

Status forget_confirmations(db::Session& session, Timestamp before) { return done(session.execute(kForgetConfirmations, db::params(before))); }

}  // namespace openstrat::federation::store
