// What the database says about sessions and API keys, remembered for seconds, so that a request needs no query.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "base/guarded.hpp"
#include "identity/changes.hpp"
#include "identity/session_store.hpp"
#include "identity/ttl_cache.hpp"
#include "identity/user_store.hpp"

namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::identity {

class SiteVisibility;

struct CachedKey {
  explicit CachedKey(ApiCredential from_database);
  ApiCredential credential;
  std::string secret_digest;                       ///< 32 bytes
  mutable std::atomic<std::int64_t> used_written;  ///< unix µs of the last_used_at that was written last
};

/// A change by this process counts from its commit on, one by another process after its next poll(). Should the database not
/// answer polls, nothing is believed longer than kTtl.
class CredentialCache {
 public:
  static constexpr std::chrono::seconds kTtl{10};
  static constexpr std::chrono::milliseconds kPollEvery{200};

  /// `visibility` may be null: then who is limited to sites with tags sees none.
  CredentialCache(db::Database& database, const Clock& clock, const SiteVisibility* visibility = nullptr);

  using SessionPointer = std::shared_ptr<const user_store::Access>;
  using BrowserPointer = std::shared_ptr<const session_store::Browser>;
  using KeyPointer = std::shared_ptr<const CachedKey>;
  // Null: there is none. An error: the database cannot be asked.
  Result<SessionPointer> session(std::string_view session_id);
  Result<SessionPointer> session_in(std::string_view session_id, TeamId team);  ///< as if `team` were the active one
  Result<BrowserPointer> browser(std::string_view cookie_hash);
  Result<KeyPointer> key(CredentialId id);
  Result<KeyPointer> key_by_hash(std::string_view secret_hash);

  /// Part of every transaction that changes who may do what: tells this process at the commit, the others through the feed.
  Status changed(db::Session& session, const Change& change);
  /// Reads what other processes have changed. app calls it every kPollEvery, on a thread of its own.
  Status poll();
  /// Told of every change, once it counts here; on a database thread or the one that polls, so it must not block. nullptr:
  /// changes were missed, anything may have changed. Before the first request.
  void listen(std::function<void(const Change*)> listener) { listener_ = std::move(listener); }
  /// Removes what every process has read long ago.
  Status purge_changes();

 private:
  void forget_sessions();
  void forget_keys();
  Result<std::optional<user_store::Access>> load_access(std::string_view session_id, std::optional<TeamId> team);
  void take(const Change& change);
  void forget(const Change& change);
  void forget_key(const Change& change);

  struct Feed {
    std::optional<std::int64_t> seen;  ///< newest generation; nullopt: nothing was read yet
    Duration read_at{};
  };

  db::Database& database_;
  const Clock& clock_;
  const SiteVisibility* const visibility_;
  std::function<void(const Change*)> listener_;
  Guarded<Feed> feed_;
  TtlCache<user_store::Access> sessions_;
  TtlCache<session_store::Browser> browsers_;
  TtlCache<CachedKey> keys_;
  TtlCache<CachedKey> keys_by_hash_;
};

}  // namespace openstrat::identity
