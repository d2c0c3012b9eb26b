// The applications of a team, and what a person allowed them.
#include "http/router.hpp"
#include "oidc/dto.hpp"
#include "oidc/provider.hpp"
#include "oidc/routes.hpp"

namespace openstrat::oidc {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::NoContent;
using http::NoFields;

constexpr Auth kTeam = Auth::bearer | Auth::api_key;

ClientView to_view(const Client& client, std::optional<std::string> secret = {}) {
  ClientView view{.client_id = client.id, .name = client.name, .auth_method = client.auth_method, .redirect_uris = client.redirect_uris,
                  .logout_uris = client.logout_uris, .grants = client.grants, .scopes = client.scopes, .jwks = {}, .homepage = client.homepage,
                  .client_secret = std::move(secret), .secret_hint = client.secret_hint, .created_by = client.created_by,
                  .secret_changed_at = client.secret_changed_at, .last_used_at = client.last_used_at, .created_at = client.created_at,
                  .updated_at = client.updated_at};
  if (client.jwks) view.jwks = http::Json{*client.jwks};
  return view;
}

ClientDraft to_draft(ClientRequest request) {
  ClientDraft draft{.name = std::move(request.name), .auth_method = request.auth_method, .jwks = {}, .redirect_uris = std::move(request.redirect_uris),
                    .logout_uris = std::move(request.logout_uris), .grants = {GrantType::authorization_code, GrantType::refresh_token},
                    .scopes = std::move(request.scopes), .homepage = std::move(request.homepage)};
  if (request.grants) draft.grants = *std::move(request.grants);
  if (request.jwks && request.jwks->text != "null") draft.jwks = std::move(request.jwks->text);
  return draft;
}

Registrar registrar_of(const Call& call) { return {.user_id = call.principal.user_id, .scopes = call.principal.scopes}; }

Result<ClientView> view_of(Result<ClientService::Created> made) {
  if (!made) return fail(std::move(made.error()));
  return to_view(made->client, std::move(made->secret));
}

void add_management(http::Router& router, ClientService& clients) {
  router.add<ListClientsRequest, http::PageView<ClientView>>(Method::get, "/oauth/clients", {
      .family = "OAuth", .summary = "List applications", .description = "The applications that the team has registered, newest first. Never secrets.",
      .auth = kTeam, .scope = "api:view",
      .handle = [&clients](Call& call, ListClientsRequest request) -> Result<http::PageView<ClientView>> {
        const auto page = clients.list(call.tenant(), request.paging.offset(), request.paging.size());
        if (!page) return fail(page.error());
        http::PageView<ClientView> view{.data = {}, .current_page = request.paging.number(), .per_page = request.paging.size(), .total = page->total};
        for (const auto& client : page->clients) view.data.push_back(to_view(client));
        return view;
      }});
  router.add<ClientRequest, ClientView>(Method::post, "/oauth/clients", {
      .family = "OAuth", .summary = "Register an application",
      .description = "Members of the team can then sign in to it. `client_secret` is in this answer only. An application can be given scopes that you hold yourself.",
      .auth = kTeam, .scope = "api:create", .status = 201, .errors = {Errc::conflict},
      .handle = [&clients](Call& call, ClientRequest request) -> Result<ClientView> {
        auto made = clients.create(call.tenant(), to_draft(std::move(request)), registrar_of(call));
        if (made) call.audit_note = "registered " + made->client.id;
        return view_of(std::move(made));
      }});
  router.add<ClientPath, ClientView>(Method::get, "/oauth/clients/{client}", {
      .family = "OAuth", .summary = "Retrieve an application", .auth = kTeam, .scope = "api:view", .errors = {Errc::not_found},
      .handle = [&clients](Call& call, ClientPath request) -> Result<ClientView> {
        const auto client = clients.find(call.tenant(), request.client);
        if (!client) return fail(client.error());
        return to_view(*client);
      }});
  router.add<ChangeClientRequest, ClientView>(Method::put, "/oauth/clients/{client}", {
      .family = "OAuth", .summary = "Change an application",
      .description = "All fields are set; what is left out gets its default. `client_secret` is in the answer when the change made one.",
      .auth = kTeam, .scope = "api:update", .errors = {Errc::not_found},
      .handle = [&clients](Call& call, ChangeClientRequest request) -> Result<ClientView> {
        return view_of(clients.update(call.tenant(), request.client, to_draft(std::move(request.body)), registrar_of(call)));
      }});
  router.add<ClientPath, ClientView>(Method::post, "/oauth/clients/{client}/rotate", {
      .family = "OAuth", .summary = "Replace an application's secret", .description = "The old secret is worth nothing at once. Tokens that were handed out stay good.",
      .auth = kTeam, .scope = "api:update", .errors = {Errc::not_found, Errc::conflict},
      .handle = [&clients](Call& call, ClientPath request) -> Result<ClientView> { return view_of(clients.rotate_secret(call.tenant(), request.client)); }});
  router.add<ClientPath, NoContent>(Method::delete_, "/oauth/clients/{client}", {
      .family = "OAuth", .summary = "Remove an application", .description = "Its tokens and what people allowed it end with it.",
      .auth = kTeam, .scope = "api:delete", .errors = {Errc::not_found},
      .handle = [&clients](Call& call, ClientPath request) -> Result<NoContent> {
        if (auto done = clients.remove(call.tenant(), request.client); !done) return fail(std::move(done.error()));
        return NoContent{};
      }});
}

void add_authorizations(http::Router& router, GrantKeeper& grants) {
  router.add<NoFields, std::vector<AuthorizationView>>(Method::get, "/me/authorizations", {
      .family = "OAuth", .summary = "List what you allowed applications", .description = "Newest first, at most 200.", .auth = Auth::bearer, .scope = "-",
      .needs_team = false,
      .handle = [&grants](Call& call, NoFields) -> Result<std::vector<AuthorizationView>> {
        const auto lines = grants.authorizations(*call.principal.user_id);
        if (!lines) return fail(lines.error());
        std::vector<AuthorizationView> view;
        for (const auto& line : *lines)
          view.push_back({.client_id = line.consent.client_id, .name = line.client_name, .homepage = line.homepage, .scopes = line.consent.scopes,
                          .granted_at = line.consent.created_at, .updated_at = line.consent.updated_at, .expires_at = line.consent.expires_at,
                          .last_used_at = line.last_used_at});
        return view;
      }});
  router.add<ClientPath, NoContent>(Method::delete_, "/me/authorizations/{client}", {
      .family = "OAuth", .summary = "Take back what you allowed an application", .description = "Its tokens for you end at once.", .auth = Auth::bearer,
      .scope = "-", .needs_team = false, .errors = {Errc::not_found},
      .handle = [&grants](Call& call, ClientPath request) -> Result<NoContent> {
        if (auto done = grants.withdraw(*call.principal.user_id, request.client); !done) return fail(std::move(done.error()));
        return NoContent{};
      }});
}

}  // namespace

void add_client_routes(http::Router& router, const Surroundings& here) {
  add_management(router, here.provider.clients);
  add_authorizations(router, here.provider.grants);
}

}  // namespace openstrat::oidc
