#include "federation/oidc_protocol.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "federation/provider_rules.hpp"
#include "federation/urls.hpp"
#include "identity/types.hpp"

namespace openstrat::federation {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kConsumerTenant = "9188040d-6c67-4c5b-b112-36a304b66dad";  // personal Microsoft accounts
constexpr std::size_t kLongestSubject = 255;

std::unexpected<Error> refuse(std::string why) { return fail(Errc::unauthenticated, "token_invalid", std::move(why)); }

/// The issuer that the ID token must name. For many tenants the token says which one, within what the directory allows.
Result<std::string> expected_issuer(const Provider& provider, const Metadata& metadata, const jose::Claims& claims) {
  constexpr std::string_view kPlaceholder = "{tenantid}";
  const auto at = metadata.issuer.find(kPlaceholder);
  if (provider.type != ProviderType::azure || at == std::string::npos) return metadata.issuer;
  const std::string tenant = text::lower(claims.text("tid").value_or(""));
  if (!Uuid::parse(tenant)) return refuse("The ID token does not say which tenant it is of (tid).");
  const bool is_personal = tenant == kConsumerTenant;
  if ((provider.directory == "organizations" && is_personal) || (provider.directory == "consumers" && !is_personal))
    return fail(Errc::forbidden, "not_invited", "This kind of Microsoft account is not accepted here.");
  std::string issuer = metadata.issuer;
  return issuer.replace(at, kPlaceholder.size(), tenant);
}

Status check_audience(const Provider& provider, const jose::Claims& claims) {
  const auto authorized = claims.text("azp");
  if (claims.texts("aud").size() > 1 && !authorized) return refuse("The ID token is for several audiences and does not say who asked (azp).");
  if (claims.has("azp") && authorized != provider.client_id) return refuse("The ID token was given to somebody else (azp).");
  return {};
}

/// Ties the access token to the ID token, where the provider says so (Core §3.1.3.6).
Status check_access_token(const jose::Token& token, const std::string& access_token) {
  if (!token.claims.has("at_hash")) return {};
  std::string half;
  if (token.algorithm == jose::Algorithm::eddsa) {
    half = crypto::sha512(access_token).substr(0, 32);
  } else {
    const auto digest = crypto::sha256(access_token);
    half.assign(reinterpret_cast<const char*>(digest.data()), digest.size() / 2);
  }
  if (token.claims.text("at_hash") != crypto::base64url(half)) return refuse("The access token does not belong to the ID token (at_hash).");
  return {};
}

EmailTrust google_trust(const jose::Claims& claims, const std::string& email) {
  if (!claims.flag("email_verified").value_or(false)) return EmailTrust::unverified;
  // Google answers for its own addresses and for domains of Workspace; another address was only checked once.
  const bool is_theirs = domain_of(email) == "gmail.com" || !claims.text("hd").value_or("").empty();
  return is_theirs ? EmailTrust::authoritative : EmailTrust::asserted;
}

EmailTrust azure_trust(const Provider& provider, const jose::Claims& claims) {
  // xms_edov: Microsoft knows that the tenant owns the domain of the address. Without it, a tenant can write any address.
  if (claims.flag("xms_edov").value_or(false) || claims.text("xms_edov") == "1" || claims.number("xms_edov") == 1) return EmailTrust::authoritative;
  if (is_multi_tenant(provider.directory)) return EmailTrust::unverified;
  return provider.team ? EmailTrust::asserted : EmailTrust::authoritative;
}

EmailTrust trust_of(const Provider& provider, const jose::Claims& claims, const std::string& email) {
  if (email.empty()) return EmailTrust::absent;
  switch (provider.type) {
    case ProviderType::google: return google_trust(claims, email);
    case ProviderType::azure: return azure_trust(provider, claims);
    default: break;
  }
  if (!claims.flag("email_verified").value_or(false)) return EmailTrust::unverified;
  return provider.team ? EmailTrust::asserted : EmailTrust::authoritative;
}

/// The words of RFC 8176 that mean something to us.
std::vector<std::string> known_methods(const jose::Claims& claims) {
  static constexpr std::array<std::string_view, 8> kKnown{"mfa", "otp", "hwk", "swk", "fpt", "face", "pwd", "sms"};
  std::vector<std::string> out;
  for (auto& method : claims.texts("amr"))
    if (std::ranges::find(kKnown, method) != kKnown.end() && std::ranges::find(out, method) == out.end()) out.push_back(std::move(method));
  return out;
}

}  // namespace

Result<std::string> OidcProtocol::authorization_url(const Provider& provider, const Handshake& handshake) {
  const auto metadata = metadata_.metadata(provider);
  if (!metadata) return fail(metadata.error());
  const Fields fields{{"response_type", "code"},
                      {"client_id", provider.client_id},
                      {"redirect_uri", redirect_uri(settings_)},
                      {"scope", "openid email profile"},
                      {"state", handshake.state},
                      {"nonce", handshake.nonce},
                      {"code_challenge", code_challenge(handshake.verifier)},
                      {"code_challenge_method", "S256"}};
  return with_query(metadata->authorize_url, fields);
}

Result<OidcProtocol::Tokens> OidcProtocol::exchange(const Provider& provider, const Metadata& metadata, const Handshake& handshake, const std::string& code) {
  Fields form{{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", redirect_uri(settings_)}, {"code_verifier", handshake.verifier}};
  WebRequest request{.method = WebRequest::Method::post, .url = metadata.token_url,
                     .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
                     .named_by_operator = !provider.team};
  if (!provider.client_secret.empty() && metadata.secret_in_header) {  // RFC 6749 §2.3.1: both are form-encoded first
    request.headers.emplace_back("Authorization", "Basic " + crypto::base64(encode(provider.client_id) + ":" + encode(provider.client_secret)));
  } else {
    form.emplace_back("client_id", provider.client_id);
    if (!provider.client_secret.empty()) form.emplace_back("client_secret", provider.client_secret);
  }
  request.body = encode_form(form);
  const auto answer = web_.send(request);
  if (!answer) return fail(provider_unavailable(provider, answer.error()));
  const auto body = jose::Claims::parse(answer->body);
  if (answer->status != 200) {
    const std::string error = body ? body->text("error").value_or("") : "";
    return fail(provider_failed(provider, "the code was refused (" + (error.empty() ? std::to_string(answer->status) : one_line(error)) + ")."));
  }
  Tokens tokens{.id_token = body ? body->text("id_token").value_or("") : "", .access_token = body ? body->text("access_token").value_or("") : ""};
  if (tokens.id_token.empty()) return fail(provider_failed(provider, "its answer holds no ID token."));
  return tokens;
}

Result<jose::Claims> OidcProtocol::verified_claims(const Provider& provider, const Metadata& metadata, const Handshake& handshake, const Tokens& tokens) {
  auto token = jose::parse_token(tokens.id_token);
  if (!token) return fail(token.error());
  const auto keys = metadata_.keys_for(provider, metadata, *token);
  if (!keys) return fail(keys.error());
  if (auto good = keys->verify(*token); !good) return fail(good.error());
  const jose::Claims& claims = token->claims;
  const auto issuer = expected_issuer(provider, metadata, claims);
  if (!issuer) return fail(issuer.error());
  if (auto good = jose::check_claims(claims, {.issuer = *issuer, .audience = provider.client_id}, clock_.now()); !good) return fail(good.error());
  if (auto good = check_audience(provider, claims); !good) return fail(good.error());
  if (claims.text("nonce") != handshake.nonce) return refuse("The ID token is of another sign-in (nonce).");
  if (auto good = check_access_token(*token, tokens.access_token); !good) return fail(good.error());
  const auto subject = claims.text("sub").value_or("");
  if (subject.empty() || subject.size() > kLongestSubject) return refuse("The ID token does not say who it is about (sub).");
  return std::move(token->claims);
}

Result<jose::Claims> OidcProtocol::userinfo(const Provider& provider, const Metadata& metadata, const Tokens& tokens, const std::string& subject) {
  const auto answer = web_.send({.url = metadata.userinfo_url,
                                 .headers = {{"Authorization", "Bearer " + tokens.access_token}, {"Accept", "application/json"}},
                                 .body = "", .named_by_operator = !provider.team});
  if (!answer) return fail(provider_unavailable(provider, answer.error()));
  auto claims = answer->status == 200 ? jose::Claims::parse(answer->body) : std::nullopt;
  if (!claims) return fail(provider_failed(provider, "it does not tell more about the person (status " + std::to_string(answer->status) + ")."));
  if (claims->text("sub") != subject) return refuse("What the provider tells about the person is about somebody else (sub).");
  return *std::move(claims);
}

Result<ExternalPerson> OidcProtocol::redeem(const Provider& provider, const Handshake& handshake, const Answer& answer) {
  const auto metadata = metadata_.metadata(provider);
  if (!metadata) return fail(metadata.error());
  if (answer.issuer ? *answer.issuer != metadata->issuer && provider.type != ProviderType::azure : metadata->sends_issuer)
    return refuse("The answer came from another provider than the one that was asked (iss).");
  const auto tokens = exchange(provider, *metadata, handshake, answer.code);
  if (!tokens) return fail(tokens.error());
  auto claims = verified_claims(provider, *metadata, handshake, *tokens);
  if (!claims) return fail(claims.error());
  const std::string subject = *claims->text("sub");
  ExternalPerson person{.issuer = claims->text("iss").value_or(""), .subject = subject, .methods = known_methods(*claims), .claims_json = claims->to_json()};
  if (provider.type == ProviderType::azure) person.subject = claims->text("tid").value_or("") + "/" + subject;
  if (!claims->has("email") && !metadata->userinfo_url.empty() && !tokens->access_token.empty()) {
    claims = userinfo(provider, *metadata, *tokens, subject);
    if (!claims) return fail(claims.error());
    person.claims_json = claims->to_json();
  }
  person.email = identity::normalise_email(claims->text("email").value_or("")).value_or("");
  person.email_trust = trust_of(provider, *claims, person.email);
  person.name = one_line(claims->text("name").value_or(""));
  return person;
}

}  // namespace openstrat::federation
