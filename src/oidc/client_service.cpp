#include "oidc/client_service.hpp"

#include <algorithm>

#include "base/jose.hpp"
#include "base/log.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "oidc/client_store.hpp"
#include "oidc/consent_store.hpp"
#include "oidc/grant_store.hpp"
#include "oidc/key_set.hpp"
#include "oidc/redirect_uri.hpp"

namespace openstrat::oidc {
namespace {

constexpr std::size_t kMostUris = 20;
constexpr std::size_t kRememberedClients = 10'000;
constexpr std::size_t kSecretLength = 48;
constexpr Duration kUseIsWrittenEvery = std::chrono::minutes(1);

bool has_secret(AuthMethod method) { return method == AuthMethod::client_secret_basic || method == AuthMethod::client_secret_post; }

void check_uris(const char* field, const std::vector<std::string>& uris, std::vector<FieldError>& errors) {
  if (uris.size() > kMostUris) errors.push_back({field, "may have 20 entries"});
  for (std::size_t i = 0; i < uris.size(); ++i)
    if (auto complaint = complaint_about_redirect(uris[i])) errors.push_back({std::string(field) + "." + std::to_string(i), *std::move(complaint)});
}

void check_grants(const ClientDraft& draft, std::vector<FieldError>& errors) {
  const auto has = [&](GrantType type) { return std::ranges::find(draft.grants, type) != draft.grants.end(); };
  if (draft.grants.empty()) errors.push_back({"grant_types", "must name at least one"});
  if (has(GrantType::refresh_token) && !has(GrantType::authorization_code)) errors.push_back({"grant_types", "refresh_token goes with authorization_code"});
  if (has(GrantType::client_credentials) && draft.auth_method == AuthMethod::none)
    errors.push_back({"grant_types", "client_credentials needs a client that can prove who it is"});
  if (has(GrantType::authorization_code) && draft.redirect_uris.empty()) errors.push_back({"redirect_uris", "is required for authorization_code"});
}

}  // namespace

Client web_client(const Settings& settings) {
  Client client;
  client.id = kWebClientId;
  client.name = settings.brand;
  client.redirect_uris = {settings.portal + "/callback"};
  client.logout_uris = {settings.portal, settings.portal + "/"};
  client.grants = {GrantType::authorization_code, GrantType::refresh_token};
  return client;
}

ClientService::ClientService(Dependencies dependencies)
    : deps_(dependencies), web_(std::make_shared<const Client>(web_client(deps_.settings))) {}

Status ClientService::check(const ClientDraft& draft, const Registrar& registrar, const std::vector<std::string>& held_before) const {
  std::vector<FieldError> errors;
  const auto length = text::length_utf8(text::trim(draft.name));
  if (length < 1 || length > 100) errors.push_back({"name", "must have 1 to 100 characters"});
  check_uris("redirect_uris", draft.redirect_uris, errors);
  check_uris("post_logout_redirect_uris", draft.logout_uris, errors);
  check_grants(draft, errors);
  for (const auto& scope : draft.scopes) {
    if (std::ranges::binary_search(registrar.scopes, scope) || std::ranges::binary_search(held_before, scope)) continue;
    errors.push_back({"scopes", "'" + scope + "' is not a scope that you hold yourself"});
  }
  if (draft.auth_method == AuthMethod::private_key_jwt) {
    if (auto complaint = complaint_about_key_set(draft.jwks.value_or(""))) errors.push_back({"jwks", *std::move(complaint)});
  } else if (draft.jwks) {
    errors.push_back({"jwks", "goes with private_key_jwt only"});
  }
  if (draft.homepage && (!draft.homepage->starts_with("https://") || complaint_about_redirect(*draft.homepage)))
    errors.push_back({"homepage", "must be an https URL"});
  if (errors.empty()) return {};
  return fail(Error(Errc::invalid, "The application cannot be registered like this.").with_fields(std::move(errors)));
}

std::string ClientService::give_secret(Client& client) const {
  std::string secret = random_base62(kSecretLength, deps_.rng);
  client.secret_hash = crypto::hex(crypto::sha256(secret));
  client.secret_hint = secret.substr(kSecretLength - 4);
  client.secret_changed_at = deps_.clock.now();
  return secret;
}

namespace {

void apply(const ClientDraft& draft, Client& client) {
  client.name = text::trim(draft.name);
  client.auth_method = draft.auth_method;
  client.jwks = draft.jwks;
  client.redirect_uris = draft.redirect_uris;
  client.logout_uris = draft.logout_uris;
  client.grants = draft.grants;
  client.scopes = draft.scopes;
  std::ranges::sort(client.scopes);
  client.scopes.erase(std::unique(client.scopes.begin(), client.scopes.end()), client.scopes.end());
  std::ranges::sort(client.grants);
  client.grants.erase(std::unique(client.grants.begin(), client.grants.end()), client.grants.end());
  client.homepage = draft.homepage;
}

}  // namespace

Status ClientService::announce(db::Session& session, const Client& client, const char* event) const {
  Attributes data;
  data.set("name", client.name);
  return deps_.bus.append(session, {.name = event, .occurred_at = deps_.clock.now(), .customer_id = *client.team_id, .resource_id = client.id,
                                    .data = std::move(data)});
}

Result<ClientService::Created> ClientService::create(const Tenant& tenant, const ClientDraft& draft, const Registrar& registrar) {
  if (auto fine = check(draft, registrar, {}); !fine) return fail(std::move(fine.error()));
  const Timestamp now = deps_.clock.now();
  Created out;
  apply(draft, out.client);
  out.client.id = "client_" + ksuid(now, deps_.rng);
  out.client.team_id = tenant.customer_id;
  out.client.created_by = registrar.user_id;
  out.client.created_at = out.client.updated_at = now;
  if (has_secret(draft.auth_method)) out.secret = give_secret(out.client);
  const auto done = deps_.database.write([&](db::Session& session) -> Status {
    const auto count = client_store::count(session, tenant);
    if (!count) return fail(count.error());
    if (*count >= kMostOfATeam) return fail(Errc::conflict, "limit_reached", "A team may register " + std::to_string(kMostOfATeam) + " applications.");
    if (auto stored = client_store::insert(session, out.client); !stored) return stored;
    return announce(session, out.client, "oauth_client.created");
  });
  if (!done) return fail(done.error());
  return out;
}

Result<ClientService::Page> ClientService::list(const Tenant& tenant, std::int64_t offset, int limit) {
  return deps_.database.read([&](db::Session& session) -> Result<Page> {
    auto clients = client_store::list(session, tenant, offset, limit);
    if (!clients) return fail(clients.error());
    const auto total = client_store::count(session, tenant);
    if (!total) return fail(total.error());
    return Page{*std::move(clients), *total};
  });
}

Result<Client> ClientService::find(const Tenant& tenant, std::string_view id) {
  return deps_.database.read([&](db::Session& session) { return client_store::find(session, tenant, id); });
}

Result<ClientService::Created> ClientService::update(const Tenant& tenant, std::string_view id, const ClientDraft& draft, const Registrar& registrar) {
  const auto before = find(tenant, id);
  if (!before) return fail(before.error());
  if (auto fine = check(draft, registrar, before->scopes); !fine) return fail(std::move(fine.error()));
  Created out;
  out.client = *before;
  apply(draft, out.client);
  out.client.updated_at = deps_.clock.now();
  if (!has_secret(draft.auth_method)) out.client.secret_hash = out.client.secret_hint = std::nullopt, out.client.secret_changed_at = std::nullopt;
  else if (!out.client.secret_hash) out.secret = give_secret(out.client);
  const auto done = deps_.database.write([&](db::Session& session) -> Status {
    session.on_commit([this, key = std::string(id)] { forget(key); });
    if (auto stored = client_store::update(session, out.client); !stored) return stored;
    return announce(session, out.client, "oauth_client.updated");
  });
  if (!done) return fail(done.error());
  return out;
}

Result<ClientService::Created> ClientService::rotate_secret(const Tenant& tenant, std::string_view id) {
  auto client = find(tenant, id);
  if (!client) return fail(client.error());
  if (!has_secret(client->auth_method)) return fail(Errc::conflict, "conflict", "This application authenticates without a secret.");
  Created out{.client = *std::move(client), .secret = {}};
  out.secret = give_secret(out.client);
  out.client.updated_at = *out.client.secret_changed_at;
  const auto done = deps_.database.write([&](db::Session& session) -> Status {
    session.on_commit([this, key = std::string(id)] { forget(key); });
    if (auto stored = client_store::set_secret(session, tenant, id, *out.client.secret_hash, *out.client.secret_hint, out.client.updated_at); !stored)
      return stored;
    return announce(session, out.client, "oauth_client.secret_rotated");
  });
  if (!done) return fail(done.error());
  return out;
}

Status ClientService::remove(const Tenant& tenant, std::string_view id) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto client = client_store::find(session, tenant, id);
    if (!client) return fail(client.error());
    session.on_commit([this, key = std::string(id)] { forget(key); });
    if (auto done = client_store::remove(session, tenant, id); !done) return done;
    if (auto done = consent_store::remove_of_client(session, id); !done) return done;
    if (auto done = grant_store::revoke_of_client(session, id, std::nullopt, "client_deleted", deps_.clock.now()); !done) return done;
    return announce(session, *client, "oauth_client.deleted");
  });
}

Result<std::shared_ptr<const Client>> ClientService::look_up(std::string_view client_id) {
  if (client_id == kWebClientId) return web_;
  const auto now = deps_.clock.monotonic();
  {
    auto remembered = remembered_.lock();
    const auto found = remembered->find(client_id);
    if (found != remembered->end() && now < found->second.until) return found->second.client;
  }
  auto stored = deps_.database.read([&](db::Session& session) { return client_store::find_any(session, client_id); });
  if (!stored) return fail(stored.error());
  std::shared_ptr<const Client> client;
  if (*stored) client = std::make_shared<const Client>(**std::move(stored));
  // Strangers make up names without end: only what exists is remembered.
  if (!client) return client;
  auto remembered = remembered_.lock();
  if (remembered->size() >= kRememberedClients) remembered->clear();
  remembered->insert_or_assign(client->id, Remembered{client, now + kRemembered});
  return client;
}

void ClientService::forget(std::string_view client_id) {
  auto remembered = remembered_.lock();
  if (const auto found = remembered->find(client_id); found != remembered->end()) remembered->erase(found);
}

void ClientService::note_use(const Client& client) {
  const Timestamp now = deps_.clock.now();
  if (client.is_first_party() || (client.last_used_at && now - *client.last_used_at < kUseIsWrittenEvery)) return;
  deps_.database.write_async([id = client.id, now](db::Session& session) { return client_store::set_last_used(session, id, now); },
                             [](const Status& done) {
                               if (!done) log::warning("last use of an application was not written", {log::of(done.error())});
                             });
}

}  // namespace openstrat::oidc
