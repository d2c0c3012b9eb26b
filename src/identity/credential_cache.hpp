// What the database says about sessions and API keys, remembered for seconds, so that a request needs no query.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "identity/session_store.hpp"
#include "identity/ttl_cache.hpp"
#include "identity/user_store.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::identity {

struct CachedKey {
  explicit CachedKey(ApiCredential from_database);
  ApiCredential credential;
  std::string secret_digest;                       ///< 32 bytes
  mutable std::atomic<std::int64_t> used_written;  ///< unix µs of the last_used_at that was written last
};

/// A change by this process counts at once (the services call forget_*), one by another process within kTtl.
class CredentialCache {
 public:
  static constexpr std::chrono::seconds kTtl{10};

  CredentialCache(db::Database& database, const Clock& clock);

  using SessionPointer = std::shared_ptr<const user_store::Access>;
  using BrowserPointer = std::shared_ptr<const session_store::Browser>;
  using KeyPointer = std::shared_ptr<const CachedKey>;
  // Null: there is none. An error: the database cannot be asked.
  Result<SessionPointer> session(std::string_view session_id);
  Result<BrowserPointer> browser(std::string_view cookie_hash);
  Result<KeyPointer> key(CredentialId id);
  Result<KeyPointer> key_by_hash(std::string_view secret_hash);

  void forget_sessions();
  void forget_keys();

 private:
  db::Database& database_;
  TtlCache<user_store::Access> sessions_;
  TtlCache<session_store::Browser> browsers_;
  TtlCache<CachedKey> keys_;
  TtlCache<CachedKey> keys_by_hash_;
};

}  // namespace openstrat::identity
