// Requests and responses of the provider's routes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/dto.hpp"
#include "http/pagination.hpp"
#include "oidc/types.hpp"

namespace openstrat::oidc {

/// A form as it came: its rules, and the errors, are those of OAuth.
struct FormRequest {
  std::string form;
};

struct ClientPath {
  std::string client;
};
struct ListClientsRequest {
  http::PageQuery paging;
};
struct ClientRequest {
  std::string name;
  AuthMethod auth_method = AuthMethod::client_secret_basic;
  std::vector<std::string> redirect_uris;
  std::vector<std::string> logout_uris;
  std::optional<std::vector<GrantType>> grants;
  std::vector<std::string> scopes;
  std::optional<http::Json> jwks;
  std::optional<std::string> homepage;
};
struct ChangeClientRequest {
  std::string client;
  ClientRequest body;
};
struct ClientView {
  std::string client_id;
  std::string name;
  AuthMethod auth_method{};
  std::vector<std::string> redirect_uris;
  std::vector<std::string> logout_uris;
  std::vector<GrantType> grants;
  std::vector<std::string> scopes;
  std::optional<http::Json> jwks;
  std::optional<std::string> homepage;
  std::optional<std::string> client_secret;
  std::optional<std::string> secret_hint;
  std::optional<UserId> created_by;
  std::optional<Timestamp> secret_changed_at, last_used_at;
  Timestamp created_at{}, updated_at{};
};

struct AuthorizationView {
  std::string client_id;
  std::string name;
  std::optional<std::string> homepage;
  std::vector<std::string> scopes;
  Timestamp granted_at{}, updated_at{}, expires_at{};
  std::optional<Timestamp> last_used_at;
};

}  // namespace openstrat::oidc

namespace openstrat {

template <>
struct http::EnumNames<oidc::AuthMethod> {
  using A = oidc::AuthMethod;
  static constexpr EnumName table[] = {{"none", A::none},
                                       {"client_secret_basic", A::client_secret_basic},
                                       {"client_secret_post", A::client_secret_post},
                                       {"private_key_jwt", A::private_key_jwt}};
};
template <>
struct http::EnumNames<oidc::GrantType> {
  using G = oidc::GrantType;
  static constexpr EnumName table[] = {{"authorization_code", G::authorization_code},
                                       {"refresh_token", G::refresh_token},
                                       {"client_credentials", G::client_credentials}};
};
template <>
struct http::Fields<oidc::FormRequest> {
  using R = oidc::FormRequest;
  static constexpr auto table = http::fields<R>("OAuthForm", http::text_body<&R::form>("application/x-www-form-urlencoded", "the parameters of the request"));
};
template <>
struct http::Fields<oidc::ClientPath> {
  using R = oidc::ClientPath;
  static constexpr auto table = http::fields<R>("ClientPath", http::path<&R::client>("client", "client_id").length(1, 100));
};
template <>
struct http::Fields<oidc::ListClientsRequest> {
  using R = oidc::ListClientsRequest;
  static constexpr auto table = http::fields<R>("ListClients", http::include<&R::paging>());
};
template <>
struct http::Fields<oidc::ClientRequest> {
  using R = oidc::ClientRequest;
  static constexpr auto table = http::fields<R>(
      "OAuthClientRequest", http::body<&R::name>("name", "what people are shown").required().length(1, 100),
      http::body<&R::auth_method>("token_endpoint_auth_method", "how it proves who it is; `none`: a public client (browser, mobile), which must use PKCE"),
      http::body<&R::redirect_uris>("redirect_uris", "where people may be sent back to, compared character by character").items(20).length(1, 2000),
      http::body<&R::logout_uris>("post_logout_redirect_uris", "where people may be sent after signing out").items(20).length(1, 2000),
      http::body<&R::grants>("grant_types", "default: authorization_code and refresh_token"),
      http::body<&R::scopes>("scopes", "what it may do on the API, of what you may do yourself").items(200).length(1, 100),
      http::body<&R::jwks>("jwks", "private_key_jwt: its public keys (RFC 7517)"),
      http::body<&R::homepage>("homepage", "https URL of a page about it").length(1, 2000));
};
template <>
struct http::Fields<oidc::ChangeClientRequest> {
  using R = oidc::ChangeClientRequest;
  static constexpr auto table = http::fields<R>("ChangeOAuthClient", http::path<&R::client>("client", "client_id").length(1, 100), http::include<&R::body>());
};
template <>
struct http::Fields<oidc::ClientView> {
  using V = oidc::ClientView;
  static constexpr auto table = http::fields<V>(
      "OAuthClient", http::body<&V::client_id>("client_id", "its public name"), http::body<&V::name>("name", "what people are shown"),
      http::body<&V::auth_method>("token_endpoint_auth_method", "how it proves who it is"),
      http::body<&V::redirect_uris>("redirect_uris", "where people may be sent back to"),
      http::body<&V::logout_uris>("post_logout_redirect_uris", "where people may be sent after signing out"),
      http::body<&V::grants>("grant_types", "how it may get tokens"), http::body<&V::scopes>("scopes", "what it may do on the API"),
      http::body<&V::jwks>("jwks", "its public keys"), http::body<&V::homepage>("homepage", "page about it"),
      http::body<&V::client_secret>("client_secret", "only in the answer that made it").omit_null().secret(),
      http::body<&V::secret_hint>("secret_hint", "the last characters of the secret"),
      http::body<&V::created_by>("created_by", "user who registered it"),
      http::body<&V::secret_changed_at>("secret_changed_at", "when the secret was made"),
      http::body<&V::last_used_at>("last_used_at", "when it last asked for tokens"), http::body<&V::created_at>("created_at", "registered"),
      http::body<&V::updated_at>("updated_at", "last change"));
};
template <>
struct http::Fields<oidc::AuthorizationView> {
  using V = oidc::AuthorizationView;
  static constexpr auto table = http::fields<V>(
      "OAuthAuthorization", http::body<&V::client_id>("client_id", "the application"), http::body<&V::name>("name", "its name"),
      http::body<&V::homepage>("homepage", "page about it"), http::body<&V::scopes>("scopes", "what you allowed it"),
      http::body<&V::granted_at>("granted_at", "first time"), http::body<&V::updated_at>("updated_at", "last time you were asked"),
      http::body<&V::expires_at>("expires_at", "you are asked again after this"),
      http::body<&V::last_used_at>("last_used_at", "when it last got tokens for you"));
};

}  // namespace openstrat
