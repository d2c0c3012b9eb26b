#include "identity/credential_cache.hpp"

#include "base/crypto.hpp"
#include "db/database.hpp"
#include "identity/credential_store.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kSessions = 20'000;
constexpr std::size_t kKeys = 20'000;

/// Looks into the cache, else asks `load` and remembers the answer, also that there is none.
template <class Value, class Load>
Result<std::shared_ptr<const Value>> through(TtlCache<Value>& cache, std::string_view key, Load load) {
  if (auto cached = cache.get(key)) return *std::move(cached);
  const auto generation = cache.generation();
  auto loaded = load();
  if (!loaded) return fail(std::move(loaded.error()));
  std::shared_ptr<const Value> value;
  if (*loaded) value = std::make_shared<const Value>(**std::move(loaded));
  cache.put(key, value, generation);
  return value;
}

}  // namespace

CachedKey::CachedKey(ApiCredential from_database)
    : credential(std::move(from_database)),
      secret_digest(crypto::unhex(credential.secret_hash).value_or("")),
      used_written(credential.last_used_at ? to_unix_us(*credential.last_used_at) : 0) {}

CredentialCache::CredentialCache(db::Database& database, const Clock& clock)
    : database_(database), sessions_(clock, kTtl, kSessions), browsers_(clock, kTtl, kSessions), keys_(clock, kTtl, kKeys), keys_by_hash_(clock, kTtl, kKeys) {}

Result<CredentialCache::SessionPointer> CredentialCache::session(std::string_view session_id) {
  return through(sessions_, session_id, [&] {
    return database_.read([&](db::Session& session) { return user_store::load_access(session, session_id); });
  });
}

Result<CredentialCache::BrowserPointer> CredentialCache::browser(std::string_view cookie_hash) {
  return through(browsers_, cookie_hash, [&] {
    return database_.read([&](db::Session& session) { return session_store::find_by_cookie(session, cookie_hash); });
  });
}

Result<CredentialCache::KeyPointer> CredentialCache::key(CredentialId id) {
  const std::string_view raw(reinterpret_cast<const char*>(id.value.bytes.data()), id.value.bytes.size());
  return through(keys_, raw, [&] {
    return database_.read([&](db::Session& session) { return credential_store::find_any(session, id); });
  });
}

Result<CredentialCache::KeyPointer> CredentialCache::key_by_hash(std::string_view secret_hash) {
  return through(keys_by_hash_, secret_hash, [&] {
    return database_.read([&](db::Session& session) { return credential_store::find_by_hash(session, secret_hash); });
  });
}

void CredentialCache::forget_sessions() {
  sessions_.clear();
  browsers_.clear();
}

void CredentialCache::forget_keys() {
  keys_.clear();
  keys_by_hash_.clear();
}

}  // namespace openstrat::identity
