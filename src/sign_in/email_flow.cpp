#include "sign_in/email_flow.hpp"

#include "base/rng.hpp"
#include "db/database.hpp"
#include "identity/account_service.hpp"
#include "identity/password_service.hpp"
#include "sign_in/link_store.hpp"
#include "sign_in/notices.hpp"

namespace openstrat::sign_in {

using identity::User;
using identity::UserStatus;

namespace {

bool awaits_verification(const User& user) {
  return user.allow_login && user.status != UserStatus::deleted && user.status != UserStatus::blocked &&
         (!user.email_verified || user.status == UserStatus::unverified || user.status == UserStatus::invited);
}

}  // namespace

identity::Origin origin_of(const Attempt& attempt) {
  identity::Origin origin{.ip = attempt.remote.to_string()};
  if (!attempt.user_agent.empty()) origin.user_agent = attempt.user_agent;
  return origin;
}

Status EmailFlow::send_if_due(db::Session& session, const std::string& email) {
  const Timestamp now = deps_.clock.now();
  const auto wishes = link_store::count_wish(session, link_store::Wish::verify, email, now - std::chrono::hours(1), now, deps_.rng);
  if (!wishes) return fail(wishes.error());
  if (*wishes > kVerifyMailsPerHour) return {};
  const auto user = deps_.accounts.find(session, email);
  if (!user) return fail(user.error());
  if (*user && awaits_verification(**user)) return deps_.notices.verify_email(session, **user, email);
  const auto changing = link_store::who_wishes(session, email, now);
  if (!changing) return fail(changing.error());
  if (*user || !*changing) return {};
  const auto other = deps_.accounts.find(session, **changing);
  if (!other) return fail(other.error());
  return deps_.notices.verify_email(session, *other, email);
}

Result<std::optional<std::string>> EmailFlow::resend(const Attempt& attempt) {
  if (deps_.guard != nullptr)
    if (auto admitted = deps_.guard->admit(attempt); !admitted || *admitted) return admitted;
  if (auto sent = deps_.database.write([&](db::Session& session) { return send_if_due(session, attempt.email); }); !sent) return fail(sent.error());
  return std::optional<std::string>{};
}

Status EmailFlow::remind(const User& user) {
  return deps_.database.write([&](db::Session& session) { return send_if_due(session, user.email); });
}

Result<EmailFlow::Verified> EmailFlow::take_new_email(db::Session& session, const User& user, std::string_view hash, std::string& old_email) {
  const auto wished = link_store::wished_email(session, user.id, deps_.clock.now());
  if (!wished) return fail(wished.error());
  if (!*wished || Notices::hash_of_email(**wished) != hash) return Verified::no;
  const auto taken = deps_.accounts.find(session, **wished);
  if (!taken) return fail(taken.error());
  if (*taken) return Verified::no;
  old_email = user.email;
  if (auto set = deps_.accounts.set_email(session, user.id, **wished); !set) return fail(set.error());
  if (auto removed = link_store::remove_email_change(session, user.id); !removed) return fail(removed.error());
  if (auto removed = link_store::remove_password_links(session, user.id); !removed) return fail(removed.error());
  return Verified::changed;
}

Result<EmailFlow::Verified> EmailFlow::verify(UserId id, std::string_view hash, const identity::Origin& origin) {
  Notices::Event event{.user_id = id};
  const auto verified = deps_.database.write([&](db::Session& session) -> Result<Verified> {
    event.name.clear();
    const auto user = deps_.accounts.find(session, id);
    if (!user) return user.error().code() == Errc::not_found ? Result<Verified>(Verified::no) : fail(user.error());
    if (user->status == UserStatus::deleted || user->status == UserStatus::blocked) return Verified::no;
    const auto team = deps_.accounts.first_team(session, id);
    if (!team) return fail(team.error());
    event.team_id = *team;
    event.email = user->email;
    if (Notices::hash_of_email(user->email) == hash) {
      if (!awaits_verification(*user)) return Verified::yes;
      event.name = "user.email_verified";
      if (auto set = deps_.accounts.set_verified(session, id); !set) return fail(set.error());
      return Verified::yes;
    }
    std::string old_email;
    auto changed = take_new_email(session, *user, hash, old_email);
    if (!changed || *changed != Verified::changed) return changed;
    event.name = "user.email_changed";
    const auto now_called = deps_.accounts.find(session, id);
    if (!now_called) return fail(now_called.error());
    event.email = now_called->email;
    if (auto sent = deps_.notices.email_changed(session, *user, now_called->email, origin); !sent) return fail(sent.error());
    return Verified::changed;
  });
  if (verified && !event.name.empty()) deps_.notices.record(event, origin);
  return verified;
}

Status EmailFlow::request_change(UserId id, std::string_view new_email, const std::optional<std::string>& current_password, const Attempt& attempt) {
  const auto email = identity::normalise_email(new_email);
  if (!email) return invalid_field("email", "must be an e-mail address");
  const auto user = deps_.database.read([&](db::Session& session) { return deps_.accounts.find(session, id); });
  if (!user) return fail(user.error());
  if (user->email == *email) return {};
  if (user->password_hash) {
    if (!current_password) return invalid_field("current_password", "is needed to change the e-mail address");
    if (deps_.guard != nullptr)
      if (const auto admitted = deps_.guard->admit(attempt); !admitted) return fail(admitted.error());
    const auto right = deps_.passwords.verify(user->password_hash, *current_password);
    if (!right) return fail(right.error());
    if (!*right) {
      if (deps_.guard != nullptr) deps_.guard->failed(attempt, id);
      return invalid_field("current_password", "is wrong");
    }
  }
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto other = deps_.accounts.find(session, *email);
    if (!other) return fail(other.error());
    if (*other) return deps_.notices.account_exists(session, **other, origin_of(attempt));
    if (auto put = link_store::put_email_change(session, {.user_id = id, .email = *email}, deps_.clock.now() + kVerifyLinkLife); !put) return put;
    return deps_.notices.verify_email(session, *user, *email);
  });
}

}  // namespace openstrat::sign_in
