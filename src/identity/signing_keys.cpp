#include "identity/signing_keys.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "base/jose.hpp"
#include "base/log.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"
#include "identity/credential_store.hpp"

namespace openstrat::identity {
namespace {

constexpr const char* kAlgorithm = "RS256";
constexpr Duration kFresh = std::chrono::minutes(5);
constexpr Duration kRetryUnknown = std::chrono::seconds(10);
constexpr std::chrono::days kGrace{7};  // longer than any access token lives

std::string sealed_as(std::string_view kid) { return "signing_keys/" + std::string(kid) + "/private"; }

std::string public_jwk(std::string_view kid, const crypto::RsaKey& key) {
  return R"({"kty":"RSA","use":"sig","alg":"RS256","kid":")" + std::string(kid) + R"(","n":")" +
         crypto::base64url(key.modulus()) + R"(","e":")" + crypto::base64url(key.exponent()) + R"("})";
}

bool is_due(const std::vector<credential_store::SigningKeyRow>& rows, Timestamp now) {
  return rows.empty() || now - rows.front().created_at >= SigningKeys::kLife;
}

}  // namespace

Status SigningKeys::rotate() {
  const auto rows = deps_.database.read([](db::Session& session) { return credential_store::signing_keys(session); });
  if (!rows) return fail(rows.error());
  std::optional<credential_store::SigningKeyRow> fresh;
  const Timestamp now = deps_.clock.now();
  if (is_due(*rows, now)) {
    const auto key = deps_.generate();
    fresh.emplace();
    fresh->kid = random_base62(20, deps_.rng);
    fresh->alg = kAlgorithm;
    fresh->private_enc = deps_.secrets.seal(key.to_der(), sealed_as(fresh->kid));
    fresh->public_jwk = public_jwk(fresh->kid, key);
    fresh->created_at = now;
    fresh->not_after = now + kLife;
  }
  const auto done = deps_.database.write([&](db::Session& session) -> Status {
    auto current = credential_store::signing_keys(session);
    if (!current) return fail(current.error());
    if (fresh && is_due(*current, now)) {
      if (auto stored = credential_store::insert_signing_key(session, *fresh); !stored) return stored;
      current->insert(current->begin(), *fresh);
    }
    for (std::size_t i = kPublished; i < current->size(); ++i) {
      const auto& old = (*current)[i];
      if (old.not_after + kGrace > now) continue;
      if (auto removed = credential_store::remove_signing_key(session, old.kid); !removed) return removed;
    }
    return {};
  });
  if (!done) return done;
  if (fresh) log::info("new key for signing access tokens", {{"kid", fresh->kid}});
  if (auto loaded = load(); !loaded) return fail(loaded.error());
  return {};
}

Result<SigningKeys::Keys> SigningKeys::load() {
  const auto rows = deps_.database.read([](db::Session& session) { return credential_store::signing_keys(session); });
  if (!rows) return fail(rows.error());
  auto keys = std::make_shared<std::vector<Key>>();
  for (const auto& row : *rows) {
    const auto der = deps_.secrets.open(row.private_enc, sealed_as(row.kid));
    auto key = der ? crypto::RsaKey::from_der(*der) : std::nullopt;
    if (!key) {
      log::error("a signing key does not open: is this the key file that belongs to the database?", {{"kid", row.kid}});
      continue;
    }
    keys->push_back({row.kid, row.public_jwk, row.created_at, *std::move(key)});
  }
  auto state = state_.lock();
  state->keys = keys;
  state->loaded_at = deps_.clock.monotonic();
  return state->keys;
}

Result<SigningKeys::Keys> SigningKeys::keys_not_older_than(Duration age) {
  {
    auto state = state_.lock();
    if (state->keys && deps_.clock.monotonic() - state->loaded_at < age) return state->keys;
  }
  return load();
}

Result<SigningKeys::Key> SigningKeys::newest() {
  const auto keys = keys_not_older_than(kFresh);
  if (!keys) return fail(keys.error());
  if ((*keys)->empty()) return fail(Errc::unavailable, "There is no key to sign access tokens with.");
  return (*keys)->front();
}

Result<std::optional<SigningKeys::Key>> SigningKeys::find(std::string_view kid) {
  for (const Duration age : {kFresh, kRetryUnknown}) {
    const auto keys = keys_not_older_than(age);
    if (!keys) return fail(keys.error());
    const auto found = std::ranges::find(**keys, kid, &Key::kid);
    if (found != (*keys)->end()) return std::optional<Key>(*found);
  }
  return std::optional<Key>{};
}

Result<std::string> SigningKeys::sign(std::string_view claims) {
  const auto key = newest();
  if (!key) return fail(key.error());
  std::string token = crypto::base64url(R"({"alg":"RS256","typ":"JWT","kid":")" + key->kid + R"("})") + "." + crypto::base64url(claims);
  token += "." + crypto::base64url(key->key.sign_sha256(token));
  return token;
}

Result<std::optional<std::string>> SigningKeys::open(std::string_view token) {
  const std::optional<std::string> none;
  const auto parsed = jose::parse_token(token);
  if (!parsed || parsed->algorithm != jose::Algorithm::rs256) return none;
  const auto key = find(parsed->kid);
  if (!key) return fail(key.error());
  if (!*key || !(*key)->key.verify_sha256(parsed->signed_part, parsed->signature)) return none;
  return std::optional<std::string>(parsed->claims.to_json());
}

Result<std::string> SigningKeys::jwks() {
  const auto keys = keys_not_older_than(kFresh);
  if (!keys) return fail(keys.error());
  std::string out = R"({"keys":[)";
  for (const auto& key : **keys) {
    if (!out.ends_with('[')) out += ',';
    out += key.public_jwk;
  }
  return out + "]}";
}

}  // namespace openstrat::identity
