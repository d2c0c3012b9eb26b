#include "federation/provider_service.hpp"

#include <algorithm>

#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"
#include "federation/provider_rules.hpp"
#include "federation/provider_store.hpp"
#include "identity/user_service.hpp"
#include "sign_in/second_factor_service.hpp"

namespace openstrat::federation {
namespace {

constexpr int kMostButtons = 10;
constexpr int kMostIdentities = 100;

std::string sealed_as(std::string_view provider) { return "identity_providers/" + std::string(provider) + "/client_secret"; }

Result<Provider> opened(store::ProviderRow row, const SecretBox& secrets) {
  if (row.sealed_secret) {
    auto secret = secrets.open(*row.sealed_secret, sealed_as(row.provider.id));
    if (!secret) return fail(Errc::internal, "The secret of the identity provider does not open: is this the key file that belongs to the database?");
    row.provider.client_secret = *std::move(secret);
  }
  return std::move(row.provider);
}

std::optional<std::string> sealed(const Provider& provider, const SecretBox& secrets) {
  if (provider.client_secret.empty()) return std::nullopt;
  return secrets.seal(provider.client_secret, sealed_as(provider.id));
}

}  // namespace

Result<std::vector<Provider>> ProviderService::list(const Tenant& tenant) {
  auto rows = deps_.database.read([&](db::Session& session) { return store::list(session, tenant, kMostOfATeam); });
  if (!rows) return fail(rows.error());
  std::vector<Provider> out;
  for (auto& row : *rows) {
    auto provider = opened(std::move(row), deps_.secrets);
    if (!provider) return fail(provider.error());
    out.push_back(*std::move(provider));
  }
  return out;
}

Result<Provider> ProviderService::find(const Tenant& tenant, ProviderId id) {
  auto row = deps_.database.read([&](db::Session& session) { return store::find(session, tenant, id); });
  if (!row) return fail(row.error());
  return opened(*std::move(row), deps_.secrets);
}

Result<Provider> ProviderService::create(const Tenant& tenant, ProviderSettings settings) {
  if (auto valid = check_provider(settings, WrittenBy::team, deps_.settings.allow_cidrs); !valid) return fail(valid.error());
  const Timestamp now = deps_.clock.now();
  Provider provider{std::move(settings)};
  provider.id = uuid_v7(now, deps_.rng).to_string();
  provider.team = tenant;
  provider.created_at = provider.updated_at = now;
  const auto stored = deps_.database.write([&](db::Session& session) -> Status {
    const auto present = store::list(session, tenant, kMostOfATeam);
    if (!present) return fail(present.error());
    if (present->size() >= kMostOfATeam) return fail(Errc::conflict, "limit_reached", "A team may have 20 identity providers.");
    return store::insert(session, tenant, {provider, sealed(provider, deps_.secrets)});
  });
  if (!stored) return fail(stored.error());
  return provider;
}

Result<Provider> ProviderService::change(const Tenant& tenant, ProviderId id, ProviderSettings settings) {
  const auto before = find(tenant, id);
  if (!before) return fail(before.error());
  if (settings.type != before->type) return invalid_field("type", "cannot be changed: make another provider");
  if (settings.client_secret.empty()) settings.client_secret = before->client_secret;
  if (auto valid = check_provider(settings, WrittenBy::team, deps_.settings.allow_cidrs); !valid) return fail(valid.error());
  if (before->enabled && !settings.enabled) {
    if (auto kept = check_owner_keeps_access(tenant, *before); !kept) return fail(kept.error());
  }
  Provider after = *before;
  static_cast<ProviderSettings&>(after) = std::move(settings);
  after.updated_at = deps_.clock.now();
  const auto stored = deps_.database.write([&](db::Session& session) { return store::update(session, tenant, {after, sealed(after, deps_.secrets)}); });
  if (!stored) return fail(stored.error());
  ++after.revision;
  return after;
}

Status ProviderService::remove(const Tenant& tenant, ProviderId id) {
  const auto provider = find(tenant, id);
  if (!provider) return fail(provider.error());
  if (auto kept = check_owner_keeps_access(tenant, *provider); !kept) return kept;
  return deps_.database.write([&](db::Session& session) { return store::remove(session, tenant, id); });
}

Status ProviderService::forget_team(const Tenant& tenant) {
  return deps_.database.write([&](db::Session& session) { return store::remove_all(session, tenant); });
}

Status ProviderService::check_owner_keeps_access(const Tenant& tenant, const Provider& provider) {
  const auto team = deps_.users.find_team(tenant);
  if (!team) return fail(team.error());
  const auto other = has_other_way_in(team->owner_id, provider.id, std::nullopt);
  if (!other) return fail(other.error());
  if (*other) return {};
  return fail(Errc::conflict, "last_provider",
              "The owner of the team can sign in through this provider only. Give the owner a password, a passkey or another provider first.");
}

Result<bool> ProviderService::has_other_way_in(UserId id, std::string_view without_provider, std::optional<IdentityId> without_identity) {
  const auto user = deps_.users.find_user(id);
  if (!user) return fail(user.error());
  if (user->password_hash) return true;
  const auto factors = deps_.factors.factors_of(id);
  if (!factors) return fail(factors.error());
  if (std::ranges::find(*factors, sign_in::Factor::passkey) != factors->end()) return true;
  const auto identities = deps_.database.read([&](db::Session& session) { return store::identities_of(session, id, kMostIdentities); });
  if (!identities) return fail(identities.error());
  for (const auto& identity : *identities) {
    if (identity.provider_id == without_provider || identity.id == without_identity) continue;
    const auto provider = find_for_sign_in(identity.provider_id);
    if (!provider) return fail(provider.error());
    if (*provider && (*provider)->enabled) return true;
  }
  // Never linked to this provider (and nothing else): it is no way in that could be lost.
  return without_identity ? false : std::ranges::none_of(*identities, [&](const UserIdentity& one) { return one.provider_id == without_provider; });
}

Result<std::optional<Provider>> ProviderService::find_for_sign_in(std::string_view id) {
  const auto named = std::ranges::find(deps_.settings.providers, id, &Provider::id);
  if (named != deps_.settings.providers.end()) return std::optional<Provider>(*named);
  if (!ProviderId::parse(id)) return std::optional<Provider>{};
  auto row = deps_.database.read([&](db::Session& session) { return store::find_anywhere(session, id); });
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Provider>{};
  auto provider = opened(**std::move(row), deps_.secrets);
  if (!provider) return fail(provider.error());
  return std::optional<Provider>(*std::move(provider));
}

Result<bool> ProviderService::speaks_for(const Tenant& tenant, std::string_view domain, std::string& team_name) {
  const auto team = deps_.users.find_team(tenant);
  if (!team) return fail(team.error());
  const auto owner = deps_.users.find_user(team->owner_id);
  if (!owner) return fail(owner.error());
  team_name = team->name;
  return owner->email_verified && domain_of(owner->email) == domain;
}

Result<std::vector<Button>> ProviderService::buttons(std::string_view email) {
  std::vector<Button> out;
  for (const auto& provider : deps_.settings.providers)
    if (provider.enabled) out.push_back({provider.id, provider.type, provider.name, ""});
  const std::string domain = domain_of(email);
  if (!is_domain(domain) || is_public_mail_domain(domain)) return out;
  const auto rows = deps_.database.read([&](db::Session& session) { return store::of_domain(session, domain, kMostButtons); });
  if (!rows) return fail(rows.error());
  for (const auto& row : *rows) {
    Button button{row.provider.id, row.provider.type, row.provider.name, ""};
    const auto speaks = speaks_for(*row.provider.team, domain, button.team_name);
    if (!speaks) return fail(speaks.error());
    if (*speaks) out.push_back(std::move(button));
  }
  return out;
}

}  // namespace openstrat::federation
