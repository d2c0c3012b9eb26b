#include <algorithm>

#include "base/jose.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "http/url_text.hpp"
#include "oidc/client_authentication.hpp"
#include "oidc/client_service.hpp"
#include "oidc/grant_store.hpp"
#include "oidc/parameters.hpp"

namespace openstrat::oidc {
namespace {

using Authenticated = Answer<std::shared_ptr<const Client>>;

constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::size_t kLongestId = 100;
constexpr std::size_t kLongestJti = 500;

auto unknown_client() { return refuse("invalid_client", "The client is unknown or did not prove who it is.", 401); }

struct Basic {
  std::string client_id;
  std::string secret;
};

/// Both halves are form-encoded before they are put together (RFC 6749 §2.3.1).
std::optional<Basic> parse_basic(std::string_view header) {
  if (!text::starts_with_ignoring_case(header, "basic ")) return std::nullopt;
  const auto decoded = crypto::unbase64(text::trim(header.substr(6)));
  if (!decoded) return std::nullopt;
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  auto id = http::percent_decode(std::string_view(*decoded).substr(0, colon), true);
  auto secret = http::percent_decode(std::string_view(*decoded).substr(colon + 1), true);
  if (!id || !secret) return std::nullopt;
  return Basic{*std::move(id), *std::move(secret)};
}

/// The authorization server, named by its issuer or by an endpoint that assertions are sent to.
bool is_for_us(const jose::Claims& claims, const std::string& issuer) {
  const auto audiences = claims.texts("aud");
  return std::ranges::any_of(audiences, [&](const std::string& audience) {
    return audience == issuer || audience == issuer + "/" || audience == issuer + "/oauth/token" || audience == issuer + "/oauth/introspect" ||
           audience == issuer + "/oauth/revoke";
  });
}

}  // namespace

Authenticated ClientAuthentication::authenticate(const Parameters& form, std::optional<std::string_view> authorization) {
  const auto named = form.find("client_id");
  const auto secret = form.find("client_secret");
  const bool asserts = form.find("client_assertion") || form.find("client_assertion_type");
  if (int(authorization.has_value()) + int(secret.has_value()) + int(asserts) > 1)
    return refuse("invalid_request", "Authenticate in one way only.");
  if (authorization) {
    const auto basic = parse_basic(*authorization);
    if (!basic) return unknown_client();
    if (named && *named != basic->client_id) return refuse("invalid_request", "client_id is not the one that authenticates.");
    return by_secret(basic->client_id, basic->secret);
  }
  if (asserts) return by_assertion(form);
  if (!named) return refuse("invalid_client", "client_id is missing.", 401);
  return secret ? by_secret(*named, *secret) : by_name(*named);
}

Authenticated ClientAuthentication::by_secret(std::string_view client_id, std::string_view secret) {
  if (!is_plain_text(client_id, kLongestId)) return unknown_client();
  const auto client = deps_.clients.look_up(client_id);
  if (!client) return refuse(client.error());
  const std::string known = *client && (*client)->secret_hash ? *(*client)->secret_hash : std::string(64, '0');
  const bool matches = crypto::equal_constant_time(known, crypto::hex(crypto::sha256(secret)));
  if (!matches || !*client || !(*client)->secret_hash) return unknown_client();
  return *client;
}

Authenticated ClientAuthentication::by_name(std::string_view client_id) {
  if (!is_plain_text(client_id, kLongestId)) return unknown_client();
  const auto client = deps_.clients.look_up(client_id);
  if (!client) return refuse(client.error());
  if (!*client || !(*client)->is_public()) return unknown_client();
  return *client;
}

Authenticated ClientAuthentication::by_assertion(const Parameters& form) {
  if (form.get("client_assertion_type") != kAssertionType) return refuse("invalid_request", "client_assertion_type must be the one for JWTs.");
  const auto token = jose::parse_token(form.get("client_assertion"));
  if (!token) return unknown_client();
  // RFC 7523 §3: issuer and subject are the client itself.
  const auto client_id = token->claims.text("sub").value_or("");
  if (!is_plain_text(client_id, kLongestId) || token->claims.text("iss") != client_id) return unknown_client();
  if (const auto named = form.find("client_id"); named && *named != client_id) return refuse("invalid_request", "client_id is not the one that authenticates.");
  const auto client = deps_.clients.look_up(client_id);
  if (!client) return refuse(client.error());
  if (!*client || (*client)->auth_method != AuthMethod::private_key_jwt || !(*client)->jwks) return unknown_client();
  const auto keys = jose::KeySet::parse(*(*client)->jwks);
  if (!keys || !keys->verify(*token)) return unknown_client();

  const Timestamp now = deps_.clock.now();
  const jose::Expectation expected{.issuer = client_id, .audience = {}, .longest_life = kLongestAssertion};
  if (const auto fine = jose::check_claims(token->claims, expected, now); !fine) return refuse("invalid_client", fine.error().message(), 401);
  if (!is_for_us(token->claims, deps_.settings.issuer)) return refuse("invalid_client", "The assertion is for somebody else (aud).", 401);
  const auto jti = token->claims.text("jti").value_or("");
  if (jti.empty() || jti.size() > kLongestJti) return refuse("invalid_client", "The assertion needs an id of its own (jti).", 401);
  const auto expires_at = *token->claims.time("exp") + expected.leeway;
  const auto is_new = deps_.database.write([&](db::Session& session) {
    return grant_store::remember_assertion(session, client_id, crypto::hex(crypto::sha256(jti)), expires_at);
  });
  if (!is_new) return refuse(is_new.error());
  if (!*is_new) return refuse("invalid_client", "The assertion was used before (jti).", 401);
  return *client;
}

}  // namespace openstrat::oidc
