#include "identity/credential_cache.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/crypto.hpp"
#include "db/database.hpp"
#include "identity/credential_store.hpp"
#include "identity/role_store.hpp"
#include "identity/site_visibility_service.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kSessions = 20'000;
constexpr std::size_t kKeys = 20'000;
constexpr char kIn = '|';  ///< between a session and the team that a token is limited to
constexpr int kChangesAtOnce = 500;
constexpr std::chrono::hours kKeepChanges{24};
constexpr std::chrono::hours kLongestSilence{12};  ///< after that rows of the feed may have been purged unread

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

/// A scope that somebody holds through limited roles only reaches the sites of all of them; `-` is for operations without a scope.
Status add_limits(db::Session& session, user_store::Access& access, const SiteVisibility* visibility) {
  if (!access.team_id) return {};
  const Tenant tenant{*access.team_id};
  const auto selections = role_store::selections(session, tenant, access.user.id);
  if (!selections) return fail(selections.error());
  if (selections->empty()) return {};
  const auto held = role_store::held_scopes(session, tenant, access.user.id);
  if (!held) return fail(held.error());
  std::map<std::string, std::set<RoleId>, std::less<>> roles_by_scope;
  for (const auto& [scope, role, limited] : *held) {
    roles_by_scope[scope].insert(role);
    roles_by_scope["-"].insert(role);
  }
  auto limits = std::make_shared<std::map<std::string, std::shared_ptr<const SiteLimits>, std::less<>>>();
  std::map<std::set<RoleId>, std::shared_ptr<const SiteLimits>> by_roles;
  for (const auto& [scope, roles] : roles_by_scope) {
    if (!std::ranges::all_of(roles, [&](RoleId role) { return selections->contains(role); })) continue;
    auto& shared = by_roles[roles];
    if (!shared) {
      std::vector<SiteSelection> any_of;
      for (const RoleId role : roles) any_of.push_back(selections->at(role));
      shared = limits_to(std::move(any_of), visibility);
    }
    limits->emplace(scope, shared);
  }
  access.site_limits = std::move(limits);
  return {};
}

}  // namespace

CachedKey::CachedKey(ApiCredential from_database)
    : credential(std::move(from_database)),
      secret_digest(crypto::unhex(credential.secret_hash).value_or("")),
      used_written(credential.last_used_at ? to_unix_us(*credential.last_used_at) : 0) {}

CredentialCache::CredentialCache(db::Database& database, const Clock& clock, const SiteVisibility* visibility)
    : database_(database), clock_(clock), visibility_(visibility), sessions_(clock, kTtl, kSessions), browsers_(clock, kTtl, kSessions),
      keys_(clock, kTtl, kKeys), keys_by_hash_(clock, kTtl, kKeys) {}

Result<std::optional<user_store::Access>> CredentialCache::load_access(std::string_view session_id, std::optional<TeamId> team) {
  return database_.read([&](db::Session& session) -> Result<std::optional<user_store::Access>> {
    auto access = user_store::load_access(session, session_id, team);
    if (!access || !*access) return access;
    if (auto limited = add_limits(session, **access, visibility_); !limited) return fail(limited.error());
    return access;
  });
}

Result<CredentialCache::SessionPointer> CredentialCache::session(std::string_view session_id) {
  return through(sessions_, session_id, [&] { return load_access(session_id, std::nullopt); });
}

Result<CredentialCache::SessionPointer> CredentialCache::session_in(std::string_view session_id, TeamId team) {
  return through(sessions_, std::string(session_id) + kIn + team.to_string(), [&] { return load_access(session_id, team); });
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

Status CredentialCache::changed(db::Session& session, const Change& change) {
  session.on_commit([this, change] { take(change); });
  return change_store::append(session, change, clock_.now());
}

Status CredentialCache::poll() {
  auto feed = feed_.lock();
  const Duration now = clock_.monotonic();
  if (!feed->seen || now - feed->read_at > kLongestSilence) {
    const auto newest = database_.read([](db::Session& session) { return change_store::newest(session); });
    if (!newest) return fail(newest.error());
    feed->seen = *newest;
    feed->read_at = now;
    forget_sessions();
    forget_keys();
    if (listener_) listener_(nullptr);
    return {};
  }
  while (true) {
    const auto changes = database_.read([&](db::Session& session) { return change_store::after(session, *feed->seen, kChangesAtOnce); });
    if (!changes) return fail(changes.error());
    for (const auto& [generation, change] : *changes) {
      take(change);
      feed->seen = generation;
    }
    feed->read_at = now;
    if (changes->size() < kChangesAtOnce) return {};
  }
}

Status CredentialCache::purge_changes() {
  const Timestamp before = clock_.now() - kKeepChanges;
  while (true) {
    const auto removed = database_.write([&](db::Session& session) { return change_store::purge_before(session, before, kChangesAtOnce); });
    if (!removed) return fail(removed.error());
    if (*removed < kChangesAtOnce) return {};
  }
}

void CredentialCache::take(const Change& change) {
  forget(change);
  if (listener_) listener_(&change);
}

void CredentialCache::forget(const Change& change) {
  using Access = user_store::Access;
  using session_store::Browser;
  switch (change.kind) {
    case Change::Kind::user: {
      const auto id = UserId::parse(change.id);
      sessions_.erase_if([&](std::string_view, const Access* access) { return !access || access->user.id == id; });
      return browsers_.erase_if([&](std::string_view, const Browser* browser) { return !browser || browser->session.user.id == id; });
    }
    case Change::Kind::team: {
      const auto id = TeamId::parse(change.id);
      sessions_.erase_if([&](std::string_view, const Access* access) { return !access || access->team_id == id; });
      return browsers_.erase_if([&](std::string_view, const Browser* browser) { return !browser || browser->session.team_id == id; });
    }
    case Change::Kind::session:
      sessions_.erase_if([&](std::string_view id, const Access*) { return id.substr(0, id.find(kIn)) == change.id; });
      return browsers_.erase_if([&](std::string_view, const Browser* browser) { return !browser || browser->session.id == change.id; });
    case Change::Kind::role: return forget_sessions();
    case Change::Kind::key: return forget_key(change);
  }
  std::unreachable();
}

void CredentialCache::forget_key(const Change& change) {
  const auto is_it = [id = CredentialId::parse(change.id)](std::string_view, const CachedKey* key) { return !key || key->credential.id == id; };
  keys_.erase_if(is_it);
  keys_by_hash_.erase_if(is_it);
}

void CredentialCache::forget_keys() {
  keys_.clear();
  keys_by_hash_.clear();
}

}  // namespace openstrat::identity
