#include "base/jose.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/crypto.hpp"

namespace openstrat::jose {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestToken = 16 * 1024;
constexpr std::size_t kLongestKeySet = 256 * 1024;
constexpr std::size_t kMostKeys = 64;
constexpr std::int64_t kLatest = 253'402'300'799;  // year 9999

std::unexpected<Error> invalid_token(std::string why) { return fail(Errc::unauthenticated, "token_invalid", std::move(why)); }

std::optional<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  auto value = json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::string_view text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::string bytes_of(const json::object& jwk, std::string_view name) {
  return crypto::unbase64url(text_of(jwk, name)).value_or(std::string());
}

crypto::PublicKey::Kind kind_for(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::rs256:
    case Algorithm::ps256: return crypto::PublicKey::Kind::rsa;
    case Algorithm::es256: return crypto::PublicKey::Kind::p256;
    case Algorithm::eddsa: return crypto::PublicKey::Kind::ed25519;
  }
  std::unreachable();
}

std::optional<crypto::PublicKey> public_key(const json::object& jwk) {
  const auto kty = text_of(jwk, "kty");
  const auto crv = text_of(jwk, "crv");
  if (kty == "RSA") return crypto::PublicKey::rsa(bytes_of(jwk, "n"), bytes_of(jwk, "e"));
  if (kty == "EC" && crv == "P-256") return crypto::PublicKey::p256(bytes_of(jwk, "x"), bytes_of(jwk, "y"));
  if (kty == "OKP" && crv == "Ed25519") return crypto::PublicKey::ed25519(bytes_of(jwk, "x"));
  return std::nullopt;
}

/// nullopt: not a key that verifies signatures we know.
std::optional<Key> parse_key(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const auto& jwk = value.get_object();
  const auto use = text_of(jwk, "use");
  if (!use.empty() && use != "sig") return std::nullopt;
  std::optional<Algorithm> algorithm;
  if (jwk.contains("alg")) {
    algorithm = parse_algorithm(text_of(jwk, "alg"));
    if (!algorithm) return std::nullopt;
  }
  auto key = public_key(jwk);
  if (!key || (algorithm && kind_for(*algorithm) != key->kind())) return std::nullopt;
  return Key{.kid = std::string(text_of(jwk, "kid")), .algorithm = algorithm, .key = *std::move(key)};
}

bool suits(const Key& key, const Token& token) {
  return (token.kid.empty() || key.kid == token.kid) && kind_for(token.algorithm) == key.key.kind() &&
         key.algorithm.value_or(token.algorithm) == token.algorithm;
}

}  // namespace

std::string_view to_string(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::rs256: return "RS256";
    case Algorithm::ps256: return "PS256";
    case Algorithm::es256: return "ES256";
    case Algorithm::eddsa: return "EdDSA";
  }
  std::unreachable();
}

std::optional<Algorithm> parse_algorithm(std::string_view name) {
  for (const auto algorithm : {Algorithm::rs256, Algorithm::ps256, Algorithm::es256, Algorithm::eddsa})
    if (to_string(algorithm) == name) return algorithm;
  if (name == "Ed25519") return Algorithm::eddsa;  // the same by the name of RFC 9864
  return std::nullopt;
}

struct Claims::Impl {
  json::object object;
};

std::optional<Claims> Claims::parse(std::string_view text) {
  auto object = parse_object(text);
  if (!object) return std::nullopt;
  return Claims(std::make_shared<const Impl>(Impl{*std::move(object)}));
}

bool Claims::has(std::string_view name) const { return impl_->object.contains(name); }

std::optional<std::string> Claims::text(std::string_view name) const {
  const auto* value = impl_->object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(std::string_view(value->get_string()));
}

std::optional<bool> Claims::flag(std::string_view name) const {
  const auto* value = impl_->object.if_contains(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  if (const auto word = text(name); word == "true" || word == "false") return word == "true";
  return std::nullopt;
}

std::optional<std::int64_t> Claims::number(std::string_view name) const {
  const auto* value = impl_->object.if_contains(name);
  return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}

std::optional<Timestamp> Claims::time(std::string_view name) const {
  const auto* value = impl_->object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double seconds = value->to_number<double>();
  if (!(seconds >= 0) || seconds > static_cast<double>(kLatest)) return std::nullopt;
  return Timestamp(std::chrono::seconds(static_cast<std::int64_t>(std::floor(seconds))));
}

std::vector<std::string> Claims::texts(std::string_view name) const {
  const auto* value = impl_->object.if_contains(name);
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->is_string()) out.emplace_back(std::string_view(value->get_string()));
  if (!value->is_array()) return out;
  for (const auto& one : value->get_array())
    if (one.is_string()) out.emplace_back(std::string_view(one.get_string()));
  return out;
}

std::optional<Claims> Claims::object(std::string_view name) const {
  const auto* value = impl_->object.if_contains(name);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  return Claims(std::make_shared<const Impl>(Impl{value->get_object()}));
}

std::vector<Claims> Claims::objects(std::string_view name) const {
  const auto* value = impl_->object.if_contains(name);
  std::vector<Claims> out;
  if (value == nullptr || !value->is_array()) return out;
  for (const auto& one : value->get_array())
    if (one.is_object()) out.push_back(Claims(std::make_shared<const Impl>(Impl{one.get_object()})));
  return out;
}

std::string Claims::to_json() const { return json::serialize(impl_->object); }

Result<Token> parse_token(std::string_view compact) {
  if (compact.size() > kLongestToken) return invalid_token("The token is longer than 16 KiB.");
  const auto first_dot = compact.find('.');
  const auto last_dot = compact.rfind('.');
  if (first_dot == compact.npos || first_dot == last_dot || compact.find('.', first_dot + 1) != last_dot)
    return invalid_token("The token is not a signed token of three parts.");
  const auto header_text = crypto::unbase64url(compact.substr(0, first_dot));
  const auto payload_text = crypto::unbase64url(compact.substr(first_dot + 1, last_dot - first_dot - 1));
  const auto signature = crypto::unbase64url(compact.substr(last_dot + 1));
  const auto header = header_text ? parse_object(*header_text) : std::nullopt;
  auto claims = payload_text ? Claims::parse(*payload_text) : std::nullopt;
  if (!header || !claims || !signature) return invalid_token("The token is garbled.");
  const auto algorithm = parse_algorithm(text_of(*header, "alg"));
  if (!algorithm) return invalid_token("The token is not signed with RS256, PS256, ES256 or EdDSA.");
  if (header->contains("crit")) return invalid_token("The token has a critical header that is not understood.");
  return Token{.algorithm = *algorithm, .kid = std::string(text_of(*header, "kid")), .type = std::string(text_of(*header, "typ")),
               .claims = *std::move(claims), .signed_part = std::string(compact.substr(0, last_dot)), .signature = *signature};
}

Result<KeySet> KeySet::parse(std::string_view text) {
  if (text.size() > kLongestKeySet) return fail(Errc::invalid, "The key set is longer than 256 KiB.");
  boost::system::error_code error;
  const auto document = json::parse(text, error);
  if (error || !document.is_object()) return fail(Errc::invalid, "The key set is not a JSON object.");
  KeySet out;
  const auto add = [&out](const json::value& value) {
    if (out.keys_.size() >= kMostKeys) return;
    if (auto key = parse_key(value)) out.keys_.push_back(*std::move(key));
  };
  const auto* list = document.get_object().if_contains("keys");
  if (list == nullptr && document.get_object().contains("kty")) {
    add(document);
  } else if (list != nullptr && list->is_array()) {
    for (const auto& value : list->get_array()) add(value);
  } else {
    return fail(Errc::invalid, "The key set has no list of keys.");
  }
  return out;
}

bool KeySet::has_key_for(const Token& token) const {
  return std::ranges::any_of(keys_, [&](const Key& key) { return suits(key, token); });
}

Status KeySet::verify(const Token& token) const {
  if (!has_key_for(token)) return invalid_token("The token was signed with a key that is not published (kid).");
  for (const Key& key : keys_)
    if (suits(key, token) && key.key.verify(token.algorithm, token.signed_part, token.signature)) return {};
  return invalid_token("The signature of the token is wrong.");
}

Status check_claims(const Claims& claims, const Expectation& expected, Timestamp now) {
  if (!expected.issuer.empty() && claims.text("iss") != expected.issuer) return invalid_token("The token is of another issuer (iss).");
  const auto audiences = claims.texts("aud");
  if (!expected.audience.empty() && std::ranges::find(audiences, expected.audience) == audiences.end())
    return invalid_token("The token is for another audience (aud).");
  const auto expires_at = claims.time("exp");
  if (!expires_at) return invalid_token("The token does not say when it expires (exp).");
  if (*expires_at + expected.leeway <= now) return fail(Errc::unauthenticated, "token_expired", "The token has expired (exp).");
  if (expected.longest_life > std::chrono::seconds(0) && *expires_at > now + expected.longest_life + expected.leeway)
    return invalid_token("The token lives for too long (exp).");
  for (const auto* name : {"nbf", "iat"}) {
    if (!claims.has(name)) continue;
    const auto time = claims.time(name);
    if (!time || *time > now + expected.leeway) return invalid_token(std::string("The token is not valid yet (") + name + ").");
  }
  return {};
}

}  // namespace openstrat::jose
