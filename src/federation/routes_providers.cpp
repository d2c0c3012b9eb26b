// Managing the identity providers of a team.
#include "federation/dto.hpp"
#include "federation/federation_service.hpp"
#include "federation/provider_service.hpp"
#include "federation/routes.hpp"
#include "http/router.hpp"

namespace openstrat::federation {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr std::string_view kFamily = "Identity providers";
constexpr Auth kUsers = Auth::bearer | Auth::api_key;

std::optional<std::string> shown(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

ProviderView to_view(const Provider& p, const Settings& settings) {
  return {.id = p.id, .type = std::string(to_string(p.type)), .name = p.name, .client_id = p.client_id, .has_client_secret = !p.client_secret.empty(),
          .tenant = shown(p.directory), .issuer = shown(p.issuer), .authorize_url = shown(p.authorize_url), .token_url = shown(p.token_url),
          .userinfo_url = shown(p.userinfo_url), .jwks_url = shown(p.jwks_url), .allowed_domains = p.allowed_domains,
          .jit_provisioning = p.jit_provisioning, .enabled = p.enabled, .callback_url = redirect_uri(settings),
          .created_at = p.created_at, .updated_at = p.updated_at};
}

Result<ProviderSettings> to_settings(ProviderRequest&& r) {
  const auto type = parse_provider_type(r.type);
  if (!type) return invalid_field("type", "SAML 2.0 is not supported; most providers that speak it speak OpenID Connect too: use oidc");
  return ProviderSettings{.type = *type, .name = std::move(r.name), .client_id = std::move(r.client_id), .client_secret = std::move(r.client_secret).value_or(""),
                          .directory = std::move(r.tenant).value_or(""), .issuer = std::move(r.issuer).value_or(""),
                          .authorize_url = std::move(r.authorize_url).value_or(""), .token_url = std::move(r.token_url).value_or(""),
                          .userinfo_url = std::move(r.userinfo_url).value_or(""), .jwks_url = std::move(r.jwks_url).value_or(""),
                          .allowed_domains = std::move(r.allowed_domains), .jit_provisioning = r.jit_provisioning, .enabled = r.enabled};
}

void add_reading(http::Router& router, const Services& s) {
  router.add<http::NoFields, std::vector<ProviderView>>(Method::get, "/identity-providers", {
      .family = kFamily, .summary = "List identity providers", .description = "Those of the team, by name; at most 20.", .auth = kUsers, .scope = "integration:view",
      .handle = [s](Call& call, http::NoFields) -> Result<std::vector<ProviderView>> {
        const auto providers = s.providers.list(call.tenant());
        if (!providers) return fail(providers.error());
        std::vector<ProviderView> out;
        for (const auto& provider : *providers) out.push_back(to_view(provider, s.settings));
        return out;
      }});
  router.add<ProviderIdRequest, ProviderView>(Method::get, "/identity-providers/{id}", {
      .family = kFamily, .summary = "Get an identity provider", .auth = kUsers, .scope = "integration:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, ProviderIdRequest request) -> Result<ProviderView> {
        const auto provider = s.providers.find(call.tenant(), request.id);
        if (!provider) return fail(provider.error());
        return to_view(*provider, s.settings);
      }});
}

void add_writing(http::Router& router, const Services& s) {
  router.add<ProviderRequest, ProviderView>(Method::post, "/identity-providers", {
      .family = kFamily, .summary = "Create an identity provider",
      .description = "Register callback_url of the answer at the provider. A provider that the team runs (azure, oidc, an own GitHub server) is believed about "
                     "an e-mail address only after the owner of the mailbox confirmed it once.",
      .auth = kUsers, .scope = "integration:create", .status = 201, .errors = {Errc::conflict},
      .handle = [s](Call& call, ProviderRequest request) -> Result<ProviderView> {
        auto settings = to_settings(std::move(request));
        if (!settings) return fail(settings.error());
        const auto provider = s.providers.create(call.tenant(), *std::move(settings));
        if (!provider) return fail(provider.error());
        return to_view(*provider, s.settings);
      }});
  router.add<ChangeProviderRequest, ProviderView>(Method::put, "/identity-providers/{id}", {
      .family = kFamily, .summary = "Update an identity provider",
      .description = "Replaces everything but the type and, when it is left out, the secret. 409 `last_provider` when it would lock out the owner of the team.",
      .auth = kUsers, .scope = "integration:update", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, ChangeProviderRequest request) -> Result<ProviderView> {
        const ProviderId id = request.id;
        auto settings = to_settings(std::move(request));
        if (!settings) return fail(settings.error());
        const auto provider = s.providers.change(call.tenant(), id, *std::move(settings));
        if (!provider) return fail(provider.error());
        return to_view(*provider, s.settings);
      }});
  router.add<ProviderIdRequest, http::NoContent>(Method::delete_, "/identity-providers/{id}", {
      .family = kFamily, .summary = "Delete an identity provider",
      .description = "With every link between it and users. 409 `last_provider` when it would lock out the owner of the team.", .auth = kUsers,
      .scope = "integration:delete", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, ProviderIdRequest request) -> Result<http::NoContent> {
        if (auto removed = s.providers.remove(call.tenant(), request.id); !removed) return fail(removed.error());
        return http::NoContent{};
      }});
  router.add<ProviderIdRequest, UrlView>(Method::post, "/identity-providers/{id}/test", {
      .family = kFamily, .summary = "Test an identity provider",
      .description = "Open the URL in a window of its own: it leads through the provider and shows what it tells about the person. Nobody is signed in. Also for a disabled provider.",
      .auth = Auth::bearer, .scope = "integration:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, ProviderIdRequest request) -> Result<UrlView> {
        const auto provider = s.providers.find(call.tenant(), request.id);
        if (!provider) return fail(provider.error());
        auto url = s.federation.url_for(Purpose::test, provider->id, call.principal.user_id.value_or(UserId()), "");
        if (!url) return fail(url.error());
        return UrlView{*std::move(url)};
      }});
}

}  // namespace

void add_provider_routes(http::Router& router, const Services& services) {
  add_reading(router, services);
  add_writing(router, services);
}

}  // namespace openstrat::federation
