// Identity providers and identities on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "federation/types.hpp"
#include "http/dto.hpp"

namespace openstrat::federation {

struct ProviderRequest {
  std::string type;
  std::string name, client_id;
  std::optional<std::string> client_secret, tenant, issuer, authorize_url, token_url, userinfo_url, jwks_url;
  std::vector<std::string> allowed_domains;
  bool jit_provisioning = false;
  bool enabled = true;
};
struct ChangeProviderRequest : ProviderRequest {
  ProviderId id;
};
struct ProviderIdRequest { ProviderId id; };

struct ProviderView {
  std::string id, type, name, client_id;
  bool has_client_secret = false;
  std::optional<std::string> tenant, issuer, authorize_url, token_url, userinfo_url, jwks_url;
  std::vector<std::string> allowed_domains;
  bool jit_provisioning = false;
  bool enabled = true;
  std::string callback_url;
  Timestamp created_at{}, updated_at{};
};

struct ButtonsRequest { std::optional<std::string> email; };
struct ButtonView {
  std::string id, type, name;
  std::optional<std::string> team;
  std::string url;
};

struct LinkRequest {
  std::string provider_id;
  std::optional<std::string> return_to;
};
struct UrlView { std::string url; };
struct IdentityView {
  IdentityId id;
  std::string provider_id;
  std::optional<std::string> provider, type, email;
  Timestamp created_at{};
  std::optional<Timestamp> last_used_at;
};
struct IdentityIdRequest { IdentityId id; };

struct StartSignInRequest {
  std::string id;
  std::optional<std::string> return_to, ticket;
  std::optional<bool> remember;
};
struct CallbackRequest {
  std::optional<std::string> state, code, error, error_description, iss;
};
struct ConfirmationRequest { std::string token; };
struct ConfirmRequest { std::string token; };

}  // namespace openstrat::federation

namespace openstrat {

template <>
struct http::Fields<federation::ProviderRequest> {
  using R = federation::ProviderRequest;
  static constexpr auto table = fields<R>("IdentityProviderInput",
      body<&R::type>("type", "`google`, `azure` (Microsoft Entra), `github` or `oidc`; `saml2` is documented and not supported").required().one_of("google|azure|github|oidc|saml2"),
      body<&R::name>("name", "On the button of the sign-in page").required().length(1, 100).example("Acme SSO"),
      body<&R::client_id>("client_id", "What the provider calls us").required().length(1, 255),
      body<&R::client_secret>("client_secret", "Write-only; left out of a change, the old one stays").length(0, 2000).secret(),
      body<&R::tenant>("tenant", "azure: directory id, its domain, `organizations`, `common` or `consumers`").length(0, 253),
      body<&R::issuer>("issuer", "oidc: the URL that the provider calls itself by; github: an own GitHub Enterprise Server").length(0, 2000),
      body<&R::authorize_url>("authorize_url", "oidc without discovery").length(0, 2000), body<&R::token_url>("token_url", "oidc without discovery").length(0, 2000),
      body<&R::userinfo_url>("userinfo_url", "oidc without discovery").length(0, 2000), body<&R::jwks_url>("jwks_url", "oidc without discovery").length(0, 2000),
      body<&R::allowed_domains>("allowed_domains", "Mail domains that may sign in; none: any").items(50).length(1, 253),
      body<&R::jit_provisioning>("jit_provisioning", "Unknown people of allowed_domains become users with the role Viewer"),
      body<&R::enabled>("enabled", "Whether people may sign in with it"));
};
template <>
struct http::Fields<federation::ChangeProviderRequest> {
  using R = federation::ChangeProviderRequest;
  static constexpr auto base = http::Fields<federation::ProviderRequest>::table.fields;
  static constexpr auto table = fields<R>("IdentityProviderChange", path<&R::id>("id", "Id of the provider"),
      base[0], base[1], base[2], base[3], base[4], base[5], base[6], base[7], base[8], base[9], base[10], base[11], base[12]);
};
template <>
struct http::Fields<federation::ProviderIdRequest> {
  using R = federation::ProviderIdRequest;
  static constexpr auto table = fields<R>("IdentityProviderId", path<&R::id>("id", "Id of the provider"));
};
template <>
struct http::Fields<federation::ProviderView> {
  using V = federation::ProviderView;
  static constexpr auto table = fields<V>("IdentityProvider", body<&V::id>("id", "UUID"), body<&V::type>("type", "`google`, `azure`, `github` or `oidc`"),
      body<&V::name>("name", "On the button of the sign-in page"), body<&V::client_id>("client_id", "What the provider calls us"),
      body<&V::has_client_secret>("has_client_secret", "The secret itself is never shown"), body<&V::tenant>("tenant", "azure: the directory"),
      body<&V::issuer>("issuer", "oidc, or an own GitHub Enterprise Server"), body<&V::authorize_url>("authorize_url", "null: discovered"),
      body<&V::token_url>("token_url", "null: discovered"), body<&V::userinfo_url>("userinfo_url", "null: discovered"), body<&V::jwks_url>("jwks_url", "null: discovered"),
      body<&V::allowed_domains>("allowed_domains", "Mail domains that may sign in; none: any"),
      body<&V::jit_provisioning>("jit_provisioning", "Unknown people of allowed_domains become users"), body<&V::enabled>("enabled", "Whether people may sign in with it"),
      body<&V::callback_url>("callback_url", "To be registered at the provider as redirect URI"), body<&V::created_at>("created_at", "when it was made"),
      body<&V::updated_at>("updated_at", "when it was changed last"));
};
template <>
struct http::Fields<federation::ButtonsRequest> {
  using R = federation::ButtonsRequest;
  static constexpr auto table = fields<R>("SignInProvidersRequest", query<&R::email>("email", "What the person typed; its domain decides").length(0, 320));
};
template <>
struct http::Fields<federation::ButtonView> {
  using V = federation::ButtonView;
  static constexpr auto table = fields<V>("SignInProvider", body<&V::id>("id", "of the provider"), body<&V::type>("type", "for the icon"),
      body<&V::name>("name", "on the button"), body<&V::team>("team", "whose provider it is; null: of this installation"), body<&V::url>("url", "where the button leads"));
};
template <>
struct http::Fields<federation::LinkRequest> {
  using R = federation::LinkRequest;
  static constexpr auto table = fields<R>("LinkIdentity", body<&R::provider_id>("provider_id", "Which provider").required().length(1, 60),
      body<&R::return_to>("return_to", "Path on the auth host to go to afterwards; else the portal").length(1, 1000));
};
template <>
struct http::Fields<federation::UrlView> {
  using V = federation::UrlView;
  static constexpr auto table = fields<V>("BrowserUrl", body<&V::url>("url", "To be opened in the browser within ten minutes"));
};
template <>
struct http::Fields<federation::IdentityView> {
  using V = federation::IdentityView;
  static constexpr auto table = fields<V>("Identity", body<&V::id>("id", "UUID"), body<&V::provider_id>("provider_id", "of which provider"),
      body<&V::provider>("provider", "its name; null: it is gone"), body<&V::type>("type", "its type; null: it is gone"), body<&V::email>("email", "as the provider told it last"),
      body<&V::created_at>("created_at", "when it was linked"), body<&V::last_used_at>("last_used_at", "the last sign-in with it"));
};
template <>
struct http::Fields<federation::IdentityIdRequest> {
  using R = federation::IdentityIdRequest;
  static constexpr auto table = fields<R>("IdentityId", path<&R::id>("id", "Id of the identity"));
};
template <>
struct http::Fields<federation::StartSignInRequest> {
  using R = federation::StartSignInRequest;
  static constexpr auto table = fields<R>("StartProviderSignIn", path<&R::id>("id", "Id of the provider"),
      query<&R::return_to>("return_to", "Path on the auth host to go to afterwards; else the portal").length(1, 1000),
      query<&R::ticket>("ticket", "From `POST /me/identities` or `POST /identity-providers/{id}/test`").length(1, 4000),
      query<&R::remember>("remember", "Stay signed in for thirty days"));
};
template <>
struct http::Fields<federation::CallbackRequest> {
  using R = federation::CallbackRequest;
  static constexpr auto table = fields<R>("ProviderCallback", query<&R::state>("state", "as we sent it").length(0, 200), query<&R::code>("code", "to be exchanged").length(0, 4000),
      query<&R::error>("error", "why there is no code").length(0, 200), query<&R::error_description>("error_description", "in words").length(0, 2000),
      query<&R::iss>("iss", "who answers (RFC 9207)").length(0, 2000));
};
template <>
struct http::Fields<federation::ConfirmationRequest> {
  using R = federation::ConfirmationRequest;
  static constexpr auto table = fields<R>("IdentityConfirmation", query<&R::token>("token", "From the mail").required().length(1, 8000));
};
template <>
struct http::Fields<federation::ConfirmRequest> {
  using R = federation::ConfirmRequest;
  static constexpr auto table = fields<R>("ConfirmIdentity", body<&R::token>("token", "From the mail").required().length(1, 8000).secret());
};

}  // namespace openstrat
