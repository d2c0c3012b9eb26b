#include "http/router.hpp"
#include "identity/actor.hpp"
#include "identity/key_dto.hpp"
#include "identity/key_service.hpp"
#include "identity/routes.hpp"

namespace openstrat::identity {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::NoContent;
using http::NoFields;

constexpr std::string_view kFamily = "API keys";
constexpr const char* kShownOnce = "Copy the secret now; it is not shown again.";

CredentialView to_credential(const ApiCredential& key, Timestamp now) {
  return {.id = key.id, .name = key.name, .team_id = key.team_id, .abilities = {}, .permissions = key.permissions,
          .status = std::string(to_string(status_at(key, now))), .key_prefix = key.key_prefix, .hint = key.hint, .orphaned = key.orphaned_at.has_value(),
          .created_by = key.created_by, .client_id = key.client_id, .expires_at = key.expires_at, .last_used_at = key.last_used_at,
          .created_at = key.created_at, .updated_at = key.updated_at, .api_key = {}};
}

ApiKeyView to_key(const ApiCredential& key, Timestamp now) {
  return {.id = public_id(key.id), .name = key.name, .key_prefix = key.key_prefix, .client_id = key.client_id, .created_at = key.created_at,
          .status = std::string(to_string(status_at(key, now))), .permissions = key.permissions, .last_used_at = key.last_used_at,
          .expires_at = key.expires_at};
}

Result<ApiKeyAnswer> to_answer(Call& call, Result<KeyService::Created> made) {
  if (!made) return fail(made.error());
  call.reply.headers.set("Cache-Control", "no-store");
  call.audit_note = "key " + made->credential.id.to_string();
  return ApiKeyAnswer{.data = {.message = kShownOnce, .key = to_key(made->credential, call.now), .secret = std::move(made->key)}};
}

/// A key that is revoked exists no more, for whoever looks.
Result<ApiCredential> find_key(const Services& s, const Call& call, CredentialId id) {
  auto key = s.keys.find(call.tenant(), id);
  if (key && key->status == KeyStatus::revoked) return fail(Errc::not_found, "No such API key.");
  return key;
}

NewKey new_key(std::string name, KeyFormat format, std::optional<std::vector<std::string>> scopes, std::optional<Timestamp> expires_at) {
  return {.name = std::move(name), .format = format, .scopes = std::move(scopes), .expires_at = expires_at, .created_by = {}};
}

void add_team_door(http::Router& router, const Services& s) {
  router.add<ListCredentialsRequest, std::vector<CredentialView>>(Method::get, "/teams/{team}/api-credentials", {
      .family = kFamily, .summary = "List API credentials", .description = "Newest first, never with secrets.", .auth = Auth::bearer, .scope = "api:view",
      .errors = {Errc::not_found},
      .handle = [s](Call& call, ListCredentialsRequest request) -> Result<std::vector<CredentialView>> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        const auto keys = s.keys.list(call.tenant());
        if (!keys) return fail(keys.error());
        std::vector<CredentialView> views;
        for (const auto& key : *keys) views.push_back(to_credential(key, call.now));
        return views;
      }});
  router.add<CreateCredentialRequest, CredentialView>(Method::post, "/teams/{team}/api-credentials", {
      .family = kFamily, .summary = "Create an API credential", .description = "`api_key` is shown only here.", .auth = Auth::bearer, .scope = "api:create",
      .errors = {Errc::not_found},
      .handle = [s](Call& call, CreateCredentialRequest request) -> Result<CredentialView> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        auto made = s.keys.create_as(actor_of(call), new_key(std::move(request.name), KeyFormat::colon, std::move(request.permissions), request.expires_at));
        if (!made) return fail(made.error());
        call.reply.headers.set("Cache-Control", "no-store");
        call.audit_note = "key " + made->credential.id.to_string();
        CredentialView view = to_credential(made->credential, call.now);
        view.api_key = std::move(made->key);
        return view;
      }});
  router.add<CredentialRequest, CredentialView>(Method::get, "/teams/{team}/api-credentials/{apiToken}", {
      .family = kFamily, .summary = "Get an API credential", .auth = Auth::bearer, .scope = "api:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, CredentialRequest request) -> Result<CredentialView> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        const auto key = find_key(s, call, request.key.id);
        if (!key) return fail(key.error());
        return to_credential(*key, call.now);
      }});
  router.add<UpdateCredentialRequest, CredentialView>(Method::put, "/teams/{team}/api-credentials/{apiToken}", {
      .family = kFamily, .summary = "Update an API credential", .description = "Absent fields stay as they are; counts within a second.", .auth = Auth::bearer,
      .scope = "api:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, UpdateCredentialRequest request) -> Result<CredentialView> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        const auto key = s.keys.update(actor_of(call), request.key.id,
                                       {.name = std::move(request.name), .expires_at = request.expires_at, .scopes = std::move(request.permissions)});
        if (!key) return fail(key.error());
        return to_credential(*key, call.now);
      }});
  router.add<CredentialRequest, NoContent>(Method::delete_, "/teams/{team}/api-credentials/{apiToken}", {
      .family = kFamily, .summary = "Revoke an API credential", .description = "Counts within a second.", .auth = Auth::bearer, .scope = "api:delete",
      .errors = {Errc::not_found},
      .handle = [s](Call& call, CredentialRequest request) -> Result<NoContent> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        if (auto done = s.keys.revoke(call.tenant(), request.key.id); !done) return fail(done.error());
        return NoContent{};
      }});
}

void add_newer_door(http::Router& router, const Services& s) {
  router.add<NoFields, std::vector<ApiKeyView>>(Method::get, "/api/keys", {
      .family = kFamily, .summary = "List API keys", .description = "The keys of the active team, newest first.", .auth = Auth::bearer, .scope = "api:view",
      .handle = [s](Call& call, NoFields) -> Result<std::vector<ApiKeyView>> {
        const auto keys = s.keys.list(call.tenant());
        if (!keys) return fail(keys.error());
        std::vector<ApiKeyView> views;
        for (const auto& key : *keys) views.push_back(to_key(key, call.now));
        return views;
      }});
  router.add<CreateApiKeyRequest, ApiKeyAnswer>(Method::post, "/api/keys", {
      .family = kFamily, .summary = "Create an API key", .description = "`secret` is shown only here.", .auth = Auth::bearer, .scope = "api:create", .status = 201,
      .handle = [s](Call& call, CreateApiKeyRequest request) {
        return to_answer(call, s.keys.create_as(actor_of(call), new_key(std::move(request.name), KeyFormat::alto_sk, std::move(request.permissions), request.expires_at)));
      }});
  router.add<ApiKeyRequest, ApiKeyView>(Method::get, "/api/keys/{id}", {
      .family = kFamily, .summary = "Get an API key", .auth = Auth::bearer, .scope = "api:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, ApiKeyRequest request) -> Result<ApiKeyView> {
        const auto key = find_key(s, call, request.id.id);
        if (!key) return fail(key.error());
        return to_key(*key, call.now);
      }});
  router.add<ApiKeyRequest, ApiKeyAnswer>(Method::post, "/api/keys/{id}/rotate", {
      .family = kFamily, .summary = "Rotate an API key", .description = "A new secret for the same key; the old one is refused within a second. You must hold its permissions.",
      .auth = Auth::bearer, .scope = "api:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, ApiKeyRequest request) { return to_answer(call, s.keys.rotate(actor_of(call), request.id.id)); }});
  router.add<ApiKeyRequest, NoContent>(Method::delete_, "/api/keys/{id}", {
      .family = kFamily, .summary = "Revoke an API key", .description = "Counts within a second.", .auth = Auth::bearer, .scope = "api:delete", .errors = {Errc::not_found},
      .handle = [s](Call& call, ApiKeyRequest request) -> Result<NoContent> {
        if (auto done = s.keys.revoke(call.tenant(), request.id.id); !done) return fail(done.error());
        return NoContent{};
      }});
}

}  // namespace

void add_key_routes(http::Router& router, const Services& services) {
  add_team_door(router, services);
  add_newer_door(router, services);
}

}  // namespace openstrat::identity
