// What applications call: discovery, tokens, claims about the user, revocation, introspection.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "http/router.hpp"
#include "identity/token_service.hpp"
#include "identity/user_service.hpp"
#include "oidc/dto.hpp"
#include "oidc/parameters.hpp"
#include "oidc/provider.hpp"
#include "oidc/routes.hpp"

namespace openstrat::oidc {
namespace {

namespace json = boost::json;
using http::Auth;
using http::Call;
using http::JsonText;
using http::Method;
using http::NoFields;

constexpr std::size_t kFormLimit = Parameters::kLongest;

/// Applications in browsers call from their own origin; these answers hold nothing that a cookie would unlock.
void open_to_browsers(Call& call) { call.reply.headers.set("Access-Control-Allow-Origin", "*"); }

void keep_private(Call& call) {
  call.reply.headers.set("Cache-Control", "no-store");
  call.reply.headers.set("Pragma", "no-cache");
}

JsonText refuse_with(Call& call, const Refusal& refusal) {
  call.reply.status = refusal.status;
  if (refusal.status == 401) call.reply.headers.set("WWW-Authenticate", "Basic realm=\"oauth\", charset=\"UTF-8\"");
  return JsonText{json::serialize(json::object{{"error", refusal.code}, {"error_description", refusal.description}})};
}

/// The form and the client that sent it.
struct ClientCall {
  Parameters form;
  std::shared_ptr<const Client> client;
};

Answer<ClientCall> read_client_call(const Call& call, const FormRequest& request, const Surroundings& here) {
  const auto type = call.request.headers.find("Content-Type").value_or("");
  if (text::lower(text::trim(type.substr(0, type.find(';')))) != "application/x-www-form-urlencoded")
    return refuse("invalid_request", "Send the parameters as application/x-www-form-urlencoded.");
  auto form = Parameters::parse(request.form);
  if (!form) return refuse("invalid_request", "The form is damaged.");
  if (form->repeated()) return refuse("invalid_request", "A parameter is given more than once.");
  auto client = here.provider.authentication.authenticate(*form, call.request.headers.find("Authorization"));
  if (!client) return std::unexpected(client.error());
  return ClientCall{*std::move(form), *std::move(client)};
}

json::array words(std::initializer_list<std::string_view> list) {
  json::array out;
  for (const auto word : list) out.emplace_back(word);
  return out;
}

/// OpenID Connect Discovery 1.0 §3, RFC 8414.
std::string discovery(const Settings& settings) {
  const auto at = [&](const char* path) { return settings.issuer + path; };
  json::object out{{"issuer", settings.issuer}, {"authorization_endpoint", at("/authorize")}, {"token_endpoint", at("/oauth/token")},
                   {"userinfo_endpoint", at("/userinfo")}, {"jwks_uri", at("/.well-known/jwks.json")}, {"end_session_endpoint", at("/oidc/logout")},
                   {"revocation_endpoint", at("/oauth/revoke")}, {"introspection_endpoint", at("/oauth/introspect")}};
  const auto methods = words({"client_secret_basic", "client_secret_post", "private_key_jwt", "none"});
  const auto algorithms = words({"RS256", "PS256", "ES256", "EdDSA"});
  out["scopes_supported"] = words({"openid", "profile", "email", "offline_access"});
  out["response_types_supported"] = words({"code"});
  out["response_modes_supported"] = words({"query"});
  out["grant_types_supported"] = words({"authorization_code", "refresh_token", "client_credentials"});
  out["subject_types_supported"] = words({"public"});
  out["id_token_signing_alg_values_supported"] = words({"RS256"});
  out["token_endpoint_auth_methods_supported"] = methods;
  out["token_endpoint_auth_signing_alg_values_supported"] = algorithms;
  out["revocation_endpoint_auth_methods_supported"] = methods;
  out["revocation_endpoint_auth_signing_alg_values_supported"] = algorithms;
  out["introspection_endpoint_auth_methods_supported"] = words({"client_secret_basic", "client_secret_post", "private_key_jwt"});
  out["introspection_endpoint_auth_signing_alg_values_supported"] = algorithms;
  out["code_challenge_methods_supported"] = words({"S256"});
  out["prompt_values_supported"] = words({"none", "login", "consent", "select_account"});
  out["acr_values_supported"] = words({"aal1", "aal2"});
  out["claims_supported"] = words({"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash", "name", "given_name",
                                   "family_name", "locale", "zoneinfo", "updated_at", "email", "email_verified"});
  out["claims_parameter_supported"] = false;
  out["request_parameter_supported"] = false;
  out["request_uri_parameter_supported"] = false;
  out["authorization_response_iss_parameter_supported"] = true;
  return json::serialize(out);
}

std::string to_json(const Tokens& tokens) {
  json::object out{{"access_token", tokens.access_token}, {"token_type", "Bearer"}, {"expires_in", tokens.expires_in.count()},
                   {"scope", join_words(tokens.scopes)}};
  if (tokens.refresh_token) out["refresh_token"] = *tokens.refresh_token;
  if (tokens.id_token) out["id_token"] = *tokens.id_token;
  return json::serialize(out);
}

// ---- introspection and revocation ---------------------------------------------------------------------------------

/// What a token of ours means to `asking`: an application learns about tokens of its own team's applications only.
struct Inspected {
  Grant grant;
  std::shared_ptr<const Client> client;
  std::shared_ptr<const identity::Claims> claims;  ///< of an access token
  std::optional<RefreshToken> refresh;
};

Result<std::optional<Inspected>> inspect(const std::string& token, const Client& asking, const Surroundings& here) {
  const std::optional<Inspected> none;
  Inspected out;
  if (token.contains('.')) {
    const auto claims = here.provider.tokens.verify(token);
    if (!claims && claims.error().code() == Errc::unavailable) return fail(claims.error());
    if (!claims || (*claims)->grant_id.empty()) return none;
    auto grant = here.provider.grants.find((*claims)->grant_id);
    if (!grant) return fail(grant.error());
    if (!*grant) return none;
    out.claims = *claims;
    out.grant = **std::move(grant);
  } else {
    auto found = here.provider.grants.find_by_refresh_token(token);
    if (!found) return fail(found.error());
    if (!*found) return none;
    out.refresh = (*found)->token;
    out.grant = std::move((*found)->grant);
  }
  auto client = here.provider.clients.look_up(out.grant.client_id);
  if (!client) return fail(client.error());
  const bool is_own = *client && ((*client)->id == asking.id || (asking.team_id && (*client)->team_id == asking.team_id));
  if (!is_own) return none;
  out.client = *std::move(client);
  return std::optional<Inspected>(std::move(out));
}

/// The same judgement that the API would make of the token.
Result<http::Principal> judge(const Call& call, const std::string& token, const Surroundings& here) {
  http::Request request;
  request.path = call.request.path;
  request.remote = call.request.remote;
  request.headers.set("Authorization", "Bearer " + token);
  return here.authenticator.authenticate(request, Auth::bearer | Auth::api_key);
}

json::object describe(const Inspected& token, const Surroundings& here) {
  json::object out{{"active", true}, {"client_id", token.grant.client_id}, {"iss", here.provider.settings.issuer}, {"scope", join_words(token.grant.scopes)}};
  out["sub"] = token.grant.user_id ? subject_of(*token.grant.user_id) : "client|" + token.grant.client_id;
  if (token.claims) {
    out["token_type"] = "Bearer";
    out["exp"] = to_unix_seconds(token.claims->expires_at);
    out["iat"] = to_unix_seconds(token.claims->not_before);
  } else {
    out["token_type"] = "refresh_token";
    out["exp"] = to_unix_seconds(token.refresh->expires_at);
    out["iat"] = to_unix_seconds(token.refresh->created_at);
  }
  return out;
}

Result<JsonText> introspect(Call& call, const FormRequest& request, const Surroundings& here) {
  const auto asked = read_client_call(call, request, here);
  if (!asked) return refuse_with(call, asked.error());
  if (asked->client->is_public()) return refuse_with(call, {"invalid_client", "Only clients that prove who they are may ask.", 401});
  const JsonText inactive{R"({"active":false})"};
  const auto text = asked->form.find("token");
  if (!text) return refuse_with(call, {"invalid_request", "token is missing."});
  const auto token = inspect(*text, *asked->client, here);
  if (!token) return refuse_with(call, refuse(token.error()).error());
  if (!*token) return inactive;
  const Timestamp now = call.now;
  if (!(*token)->grant.stands(now)) return inactive;
  if ((*token)->refresh && ((*token)->refresh->used_at || now >= (*token)->refresh->expires_at)) return inactive;
  if ((*token)->claims && !judge(call, *text, here)) return inactive;
  return JsonText{json::serialize(describe(**token, here))};
}

Result<JsonText> revoke(Call& call, const FormRequest& request, const Surroundings& here) {
  const auto asked = read_client_call(call, request, here);
  if (!asked) return refuse_with(call, asked.error());
  const auto text = asked->form.find("token");
  if (!text) return refuse_with(call, {"invalid_request", "token is missing."});
  const auto token = inspect(*text, *asked->client, here);
  if (!token) return refuse_with(call, refuse(token.error()).error());
  // A token that is unknown, or somebody else's, gives the same answer: nothing is good any more that this client could use.
  if (*token && (*token)->grant.client_id == asked->client->id) {
    if (auto done = here.provider.grants.end((*token)->grant.id, "revoked_by_client"); !done) return refuse_with(call, refuse(done.error()).error());
  }
  return JsonText{"{}"};
}

// ---- userinfo -----------------------------------------------------------------------------------------------------

JsonText refuse_bearer(Call& call, const Error& error) {
  const bool lacks_scope = error.code() == Errc::forbidden;
  call.reply.status = lacks_scope ? 403 : error.code() == Errc::unavailable ? 503 : 401;
  const char* code = lacks_scope ? "insufficient_scope" : "invalid_token";
  call.reply.headers.set("WWW-Authenticate", std::string("Bearer realm=\"oauth\", error=\"") + code + "\"");
  return JsonText{json::serialize(json::object{{"error", code}, {"error_description", error.message()}})};
}

Result<JsonText> userinfo(Call& call, const Surroundings& here) {
  keep_private(call);
  open_to_browsers(call);
  const auto principal = here.authenticator.authenticate(call.request, Auth::bearer);
  if (!principal) return refuse_bearer(call, principal.error());
  const auto header = call.request.headers.find("Authorization").value_or("");
  const auto claims = here.provider.tokens.verify(text::trim(header.substr(std::min<std::size_t>(7, header.size()))));
  if (!claims) return refuse_bearer(call, claims.error());
  // Tokens of the command line belong to no application: nothing was held back.
  const auto scopes = (*claims)->client_id.empty() ? std::vector<std::string>{"openid", "profile", "email"} : split_words((*claims)->granted);
  if (std::ranges::find(scopes, "openid") == scopes.end()) return refuse_bearer(call, Error(Errc::forbidden, "The token was not issued for the scope openid."));
  const auto user = here.provider.users.find_user(*principal->user_id);
  if (!user) return refuse_bearer(call, user.error());
  return JsonText{profile_claims(*user, scopes)};
}

void add_userinfo(http::Router& router, const Surroundings& here) {
  router.add<NoFields, JsonText>(Method::get, "/userinfo", {
      .family = "OAuth", .summary = "Claims about the user",
      .description = "OpenID Connect Core §5.3, for an access token with the scope `openid`: `sub`, with `profile` also `name`, `given_name`, `family_name`, `locale`, "
                     "`zoneinfo`, with `email` also `email`, `email_verified`. Errors as in RFC 6750.",
      .auth = Auth::public_, .own_auth = "access-token", .scope = "-", .media_type = "application/json",
      .handle = [here](Call& call, NoFields) { return userinfo(call, here); }});
  router.add<NoFields, JsonText>(Method::post, "/userinfo", {
      .family = "OAuth", .summary = "Claims about the user (POST)", .description = "The same as `GET /userinfo`.", .auth = Auth::public_,
      .own_auth = "access-token", .scope = "-", .audit = false, .body_limit = kFormLimit, .media_type = "application/json",
      .handle = [here](Call& call, NoFields) { return userinfo(call, here); }});
}

void add_client_calls(http::Router& router, const Surroundings& here) {
  const auto add = [&](const char* path, std::string_view summary, std::string_view description, auto handle) {
    router.add<FormRequest, JsonText>(Method::post, path, {
        .family = "OAuth", .summary = summary, .description = description, .auth = Auth::public_, .own_auth = "oauth-client", .scope = "-", .audit = false,
        .body_limit = kFormLimit, .media_type = "application/json",
        .handle = [here, handle](Call& call, FormRequest request) -> Result<JsonText> {
          keep_private(call);
          open_to_browsers(call);
          return handle(call, request, here);
        }});
  };
  add("/oauth/token", "Get tokens",
      "RFC 6749 §3.2. `grant_type` is `authorization_code` (`code`, `redirect_uri`, `code_verifier`), `refresh_token` (`refresh_token`, optional `scope`) or "
      "`client_credentials` (optional `scope`). Clients authenticate with `client_secret_basic`, `client_secret_post`, `private_key_jwt`, or, being public, name "
      "`client_id`. Answers `access_token`, `token_type`, `expires_in`, `scope`, and where asked for `refresh_token` and `id_token`; errors as in RFC 6749 §5.2.",
      [](Call& call, const FormRequest& request, const Surroundings& here) -> Result<JsonText> {
        const auto asked = read_client_call(call, request, here);
        if (!asked) return refuse_with(call, asked.error());
        const auto tokens = here.provider.exchange.exchange(*asked->client, asked->form, call.request.remote.to_string());
        if (!tokens) return refuse_with(call, tokens.error());
        here.provider.clients.note_use(*asked->client);
        return JsonText{to_json(*tokens)};
      });
  add("/oauth/revoke", "Revoke a token", "RFC 7009: `token` is an access or a refresh token; everything that came from the same sign-in ends with it.", &revoke);
  add("/oauth/introspect", "Ask about a token", "RFC 7662, for confidential clients: `token` of an application of the same team.", &introspect);
}

/// Browsers ask first when an application of another origin sends an Authorization header.
void add_preflight(http::Router& router, const char* path) {
  router.add_device(Method::options, path, {
      .family = "OAuth", .summary = "Preflight request", .auth = Auth::public_, .checks_own_auth = true, .status = 204, .is_documented = false,
      .handle = [](http::RawCall, http::Responder respond) {
        http::Response response;
        response.status = 204;
        response.headers.set("Access-Control-Allow-Origin", "*");
        response.headers.set("Access-Control-Allow-Methods", "GET, POST");
        response.headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
        response.headers.set("Access-Control-Max-Age", "3600");
        respond(std::move(response));
      }});
}

}  // namespace

void add_token_routes(http::Router& router, const Surroundings& here) {
  router.add<NoFields, JsonText>(Method::get, "/.well-known/openid-configuration", {
      .family = "OAuth", .summary = "Discovery", .description = "OpenID Connect Discovery 1.0, RFC 8414: where everything is and what is supported.",
      .aliases = {"/.well-known/oauth-authorization-server"}, .auth = Auth::public_, .scope = "-", .media_type = "application/json",
      .handle = [document = discovery(here.provider.settings)](Call& call, NoFields) -> Result<JsonText> {
        call.reply.headers.set("Cache-Control", "public, max-age=3600");
        open_to_browsers(call);
        return JsonText{document};
      }});
  add_client_calls(router, here);
  add_userinfo(router, here);
  for (const char* path : {"/oauth/token", "/oauth/revoke", "/oauth/introspect", "/userinfo"}) add_preflight(router, path);
}

}  // namespace openstrat::oidc
