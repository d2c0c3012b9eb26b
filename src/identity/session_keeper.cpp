#include "identity/session_keeper.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "identity/credential_cache.hpp"
#include "identity/session_activity.hpp"
#include "identity/session_store.hpp"
#include "identity/user_store.hpp"
#include "protection/policy_service.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kCookieLength = 43;  // 256 bits
constexpr std::size_t kLongestUserAgent = 500;

/// A browser says what it likes: no control characters, no broken UTF-8, no novels.
std::string presentable(const std::string& user_agent) {
  std::string clean = text::to_clean_utf8(user_agent);
  if (clean.size() <= kLongestUserAgent) return clean;
  std::size_t end = kLongestUserAgent;
  while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0) == 0x80) --end;
  clean.resize(end);
  return clean;
}

std::string hash_of(std::string_view cookie) { return crypto::hex(crypto::sha256(cookie)); }

/// The wished team, else the one of the last session, else the first; none for a user without teams.
Result<std::optional<TeamId>> team_of(db::Session& session, const NewSession& wish) {
  if (!wish.team_id) {
    auto last = session_store::last_team(session, wish.user_id);
    if (!last || *last) return last;
  }
  const auto teams = user_store::teams_of(session, wish.user_id);
  if (!teams) return fail(teams.error());
  if (!wish.team_id) return teams->empty() ? std::optional<TeamId>{} : std::optional<TeamId>(teams->front().id);
  if (std::ranges::find(*teams, *wish.team_id, &Team::id) == teams->end()) return fail(Errc::not_found, "The user is not a member of this team.");
  return wish.team_id;
}

}  // namespace

Status may_sign_in(const User& user) {
  if (user.status == UserStatus::blocked) return fail(Errc::forbidden, "user_blocked", "The user was blocked by an administrator.");
  if (user.status == UserStatus::deleted) return fail(Errc::not_found, "No such user.");
  if (!user.allow_login) return fail(Errc::forbidden, "user_blocked", "The user receives notifications only and cannot sign in.");
  return {};
}

Result<SessionKeeper::Lives> SessionKeeper::lives_of(const NewSession& wish) const {
  Lives lives{.idle = wish.remember ? Duration(kRememberedLife) : Duration(kIdle), .absolute = wish.remember ? Duration(kRememberedLife) : Duration(kLife)};
  if (deps_.policies == nullptr) return lives;
  const auto policy = deps_.policies->of_user(wish.user_id);
  if (!policy) return fail(policy.error());
  if (policy->session_idle) lives.idle = std::min<Duration>(lives.idle, *policy->session_idle);
  if (policy->session_absolute) lives.absolute = std::min<Duration>(lives.absolute, *policy->session_absolute);
  return lives;
}

Result<SessionService::Started> SessionKeeper::start(const NewSession& wish, const Origin& origin) {
  const Timestamp now = deps_.clock.now();
  const auto lives = lives_of(wish);
  if (!lives) return fail(lives.error());
  const std::string cookie = random_base62(kCookieLength, deps_.rng);
  session_store::NewRow row{.session = {.id = "sess_" + ksuid(now, deps_.rng), .user_id = wish.user_id, .ip = origin.ip,
                                        .created_at = now, .expires_at = now + lives->absolute},
                            .cookie_hash = hash_of(cookie), .idle = std::chrono::floor<std::chrono::seconds>(lives->idle),
                            .methods = wish.methods};
  if (origin.user_agent) row.session.user_agent = presentable(*origin.user_agent);
  auto stored = deps_.database.write([&](db::Session& session) -> Status {
    const auto user = user_store::find(session, wish.user_id);
    if (!user) return fail(user.error());
    if (auto allowed = may_sign_in(*user); !allowed) return allowed;
    auto team = team_of(session, wish);
    if (!team) return fail(team.error());
    row.session.current_team_id = *team;
    if (auto inserted = session_store::insert(session, row); !inserted) return inserted;
    return session_store::note_sign_in(session, wish.user_id, now);
  });
  if (!stored) return fail(std::move(stored.error()));
  return Started{.id = row.session.id, .cookie = cookie, .expires_at = row.session.expires_at, .remembered = wish.remember};
}

Result<std::optional<BrowserSession>> SessionKeeper::find(std::string_view cookie) {
  if (cookie.size() != kCookieLength) return std::optional<BrowserSession>{};
  const auto found = deps_.cache.browser(hash_of(cookie));
  if (!found) return fail(found.error());
  const session_store::Browser* const browser = found->get();
  const Timestamp now = deps_.clock.now();
  if (browser == nullptr || browser->expires_at <= now || browser->last_seen_at + browser->idle <= now) return std::optional<BrowserSession>{};
  if (!may_sign_in(browser->session.user)) return std::optional<BrowserSession>{};
  deps_.activity.note(browser->session.id);
  return std::optional<BrowserSession>(browser->session);
}

Result<std::vector<SessionLine>> SessionKeeper::list(UserId user) {
  return deps_.database.read([&](db::Session& session) { return session_store::live_of(session, user, deps_.clock.now(), kMostListed); });
}

Status SessionKeeper::revoke(UserId user, std::string_view session_id) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto revoked = session_store::revoke(session, user, session_id, deps_.clock.now());
    if (!revoked) return fail(revoked.error());
    if (!*revoked) return fail(Errc::not_found, "No such session.");
    return deps_.cache.changed(session, Change::of_session(session_id));
  });
}

Status SessionKeeper::revoke_all(UserId user, std::string_view except) {
  return deps_.database.write([&](db::Session& session) -> Status {
    if (auto noted = deps_.cache.changed(session, Change::of(user)); !noted) return noted;
    return session_store::revoke_all(session, user, except, deps_.clock.now());
  });
}

}  // namespace openstrat::identity
