#include "sign_in/password_flow.hpp"

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/rng.hpp"
#include "db/database.hpp"
#include "identity/account_service.hpp"
#include "identity/password_service.hpp"
#include "sign_in/email_flow.hpp"
#include "sign_in/link_store.hpp"
#include "sign_in/new_passwords.hpp"
#include "sign_in/notices.hpp"
#include "sign_in/ticket_store.hpp"

namespace openstrat::sign_in {

using identity::User;
using identity::UserStatus;

namespace {

constexpr std::size_t kTokenLength = 43;  // 256 bits

std::string hash_of(std::string_view token) { return crypto::hex(crypto::sha256(token)); }

/// Whom a link may be mailed to. People of other providers have no password to forget.
bool may_reset(const User& user) {
  return user.allow_login && user.status != UserStatus::deleted && user.status != UserStatus::blocked && (user.password_hash || user.idp == "local");
}

std::unexpected<Error> link_is_over() { return fail(Errc::gone, "link_expired", "The link was used already or is too old; ask for a new one."); }

}  // namespace

Result<std::optional<std::string>> PasswordFlow::forgot(const Attempt& attempt) {
  if (deps_.guard != nullptr)
    if (auto admitted = deps_.guard->admit(attempt); !admitted || *admitted) return admitted;
  const Timestamp now = deps_.clock.now();
  const std::string token = random_base62(kTokenLength, deps_.rng);
  const auto origin = origin_of(attempt);
  std::optional<User> asked;
  std::optional<CustomerId> team_id;
  const auto done = deps_.database.write([&](db::Session& session) -> Status {
    asked.reset();
    const auto wishes = link_store::count_wish(session, link_store::Wish::reset, attempt.email, now - std::chrono::hours(1), now, deps_.rng);
    if (!wishes) return fail(wishes.error());
    auto user = deps_.accounts.find(session, attempt.email);
    if (!user) return fail(user.error());
    if (*wishes > kResetMailsPerHour || !*user || !may_reset(**user)) return {};
    const auto team = deps_.accounts.first_team(session, (*user)->id);
    if (!team) return fail(team.error());
    team_id = *team;
    if (auto stored = link_store::insert_password_link(session, hash_of(token), (*user)->id, now + kPasswordLinkLife); !stored) return stored;
    if (auto sent = deps_.notices.password_link(session, **user, token, origin); !sent) return sent;
    asked = std::move(*user);
    return {};
  });
  if (!done) return fail(done.error());
  if (asked) deps_.notices.record({.name = "user.password_reset_requested", .user_id = asked->id, .email = asked->email, .team_id = team_id}, origin);
  return std::optional<std::string>{};
}

Status PasswordFlow::set(db::Session& session, const User& user, const std::string& phc, std::string_view kept_session, const Attempt& attempt) {
  if (auto done = deps_.accounts.set_password(session, user.id, phc); !done) return done;
  if (auto done = deps_.accounts.end_sessions(session, user.id, kept_session); !done) return done;
  if (auto done = link_store::remove_password_links(session, user.id); !done) return done;
  if (auto done = ticket_store::remove_of(session, user.id); !done) return done;
  return deps_.notices.password_changed(session, user, origin_of(attempt));
}

Status PasswordFlow::reset(std::string_view token, std::string_view password, const Attempt& attempt) {
  const std::string hash = hash_of(token);
  const auto found = deps_.database.read([&](db::Session& session) -> Result<std::optional<User>> {
    const auto id = link_store::find_password_link(session, hash, deps_.clock.now());
    if (!id) return fail(id.error());
    if (!*id) return std::optional<User>{};
    auto user = deps_.accounts.find(session, **id);
    if (!user) return fail(user.error());
    return std::optional<User>(*std::move(user));
  });
  if (!found) return fail(found.error());
  if (!*found || !may_reset(**found)) return link_is_over();
  const User& user = **found;
  if (auto good = deps_.rules.check(password, user.email, user.id); !good) return good;
  const auto phc = deps_.passwords.hash(password);
  if (!phc) return fail(phc.error());
  std::optional<CustomerId> team_id;
  auto done = deps_.database.write([&](db::Session& session) -> Status {
    const auto consumed = link_store::consume_password_link(session, hash);
    if (!consumed) return fail(consumed.error());
    if (!*consumed) return link_is_over();
    const auto team = deps_.accounts.first_team(session, user.id);
    if (!team) return fail(team.error());
    team_id = *team;
    if (auto verified = deps_.accounts.set_verified(session, user.id); !verified) return verified;
    return set(session, user, *phc, "", attempt);
  });
  if (!done) return done;
  if (deps_.guard != nullptr)
    if (auto unblocked = deps_.guard->unblock(user.id); !unblocked) log::warning("a user was not unblocked after a password reset", {log::of(unblocked.error())});
  deps_.notices.record({.name = "user.password_reset", .user_id = user.id, .email = user.email, .team_id = team_id}, origin_of(attempt));
  return {};
}

Status PasswordFlow::change(UserId id, std::string_view session_id, std::string_view current, std::string_view password, const Attempt& attempt) {
  const auto user = deps_.database.read([&](db::Session& session) { return deps_.accounts.find(session, id); });
  if (!user) return fail(user.error());
  // Whoever has stolen a session must not try passwords at leisure.
  if (deps_.guard != nullptr)
    if (const auto admitted = deps_.guard->admit(attempt); !admitted) return fail(admitted.error());
  const auto right = deps_.passwords.verify(user->password_hash, current);
  if (!right) return fail(right.error());
  if (!*right) {
    if (deps_.guard != nullptr) deps_.guard->failed(attempt, id);
    return invalid_field("current_password", "is wrong");
  }
  if (auto good = deps_.rules.check(password, user->email, id); !good) return good;
  const auto phc = deps_.passwords.hash(password);
  if (!phc) return fail(phc.error());
  auto done = deps_.database.write([&](db::Session& session) { return set(session, *user, *phc, session_id, attempt); });
  if (!done) return done;
  if (deps_.guard != nullptr)
    if (auto unblocked = deps_.guard->unblock(id); !unblocked) log::warning("a user was not unblocked after a password change", {log::of(unblocked.error())});
  return {};
}

}  // namespace openstrat::sign_in
