#include "sign_in/registration_flow.hpp"

#include <algorithm>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "identity/account_service.hpp"
#include "identity/password_service.hpp"
#include "identity/user_service.hpp"
#include "sign_in/email_flow.hpp"
#include "sign_in/new_passwords.hpp"
#include "sign_in/notices.hpp"

namespace openstrat::sign_in {

using identity::User;
using identity::UserStatus;

namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestTeamName = 200;

bool is_one_line(std::string_view text) {
  return text::is_utf8(text) && std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

std::vector<FieldError> wrong_fields(const NewAccount& account, bool has_email) {
  std::vector<FieldError> wrong;
  if (text::trim(account.name).empty() || text::length_utf8(account.name) > kLongestName || !is_one_line(account.name))
    wrong.push_back({"name", "must have 1 to 100 characters in one line"});
  if (!has_email) wrong.push_back({"email", "must be an e-mail address"});
  if (!account.accepts_terms) wrong.push_back({"terms", "must be accepted"});
  if (!is_time_zone(account.timezone)) wrong.push_back({"timezone", "must be an IANA time zone such as Europe/Berlin"});
  if (text::length_utf8(account.team_name) > kLongestTeamName || !is_one_line(account.team_name))
    wrong.push_back({"team_name", "must not have more than 200 characters, in one line"});
  return wrong;
}

}  // namespace

Result<RegistrationFlow::Door> RegistrationFlow::door_for(const NewAccount& account, std::string_view email) {
  if (deps_.settings.registration == Registration::closed)
    return fail(Errc::forbidden, "registration_closed", "Accounts are made by an administrator here.");
  const auto empty = deps_.database.read([&](db::Session& session) { return deps_.accounts.is_unclaimed(session); });
  if (!empty) return fail(empty.error());
  if (*empty) return Door::first;
  if (!account.invitation.empty() && deps_.invitations != nullptr) {
    const auto invited = deps_.invitations->invited(account.invitation);
    if (!invited) return fail(invited.error());
    if (*invited == email) return Door::invited;
  }
  if (deps_.settings.registration == Registration::open) return Door::open;
  return fail(Errc::forbidden, "not_invited", "Who has no account here needs an invitation, to the address that it was sent to.");
}

Result<bool> RegistrationFlow::make_first(db::Session& session, User user, const std::string& team_name) {
  const auto claimed = deps_.accounts.claim_first(session);
  if (!claimed) return fail(claimed.error());
  if (!*claimed) return false;
  // Nobody is there who could be impersonated, and the mail server may not be configured yet.
  user.email_verified = true;
  user.status = UserStatus::active;
  user.is_operator = true;
  if (auto added = deps_.accounts.add(session, user); !added) return fail(std::move(added.error()));
  const auto team = deps_.users.create_team(session, user.id, team_name.empty() ? "My team" : team_name);
  if (!team) return fail(team.error());
  return true;
}

/// Somebody who has the address is told by mail; whoever asks sees no difference.
Result<Registered::Kind> RegistrationFlow::make(db::Session& session, const User& user, const Attempt& attempt) {
  const auto kind = user.email_verified ? Registered::Kind::active : Registered::Kind::verify_email;
  const auto existing = deps_.accounts.find(session, user.email);
  if (!existing) return fail(existing.error());
  if (*existing) {
    if ((*existing)->status == UserStatus::deleted) return kind;
    if (auto told = deps_.notices.account_exists(session, **existing, origin_of(attempt)); !told) return fail(std::move(told.error()));
    return kind;
  }
  if (auto added = deps_.accounts.add(session, user); !added) return fail(std::move(added.error()));
  if (user.email_verified) return kind;
  if (auto sent = deps_.notices.verify_email(session, user, user.email); !sent) return fail(std::move(sent.error()));
  return kind;
}

Result<Registered> RegistrationFlow::register_account(const NewAccount& account, Attempt attempt) {
  const auto email = identity::normalise_email(account.email);
  attempt.email = email.value_or("");
  auto wrong = wrong_fields(account, email.has_value());
  if (auto good = deps_.rules.check(account.password, attempt.email, std::nullopt); !good) {
    if (good.error().code() != Errc::invalid) return fail(std::move(good.error()));
    wrong.insert(wrong.end(), good.error().fields().begin(), good.error().fields().end());
  }
  if (!wrong.empty()) return fail(Error(Errc::invalid, "The account is not valid.").with_fields(std::move(wrong)));
  const auto door = door_for(account, *email);
  if (!door) return fail(door.error());
  if (deps_.guard != nullptr) {
    auto admitted = deps_.guard->admit(attempt);
    if (!admitted) return fail(std::move(admitted.error()));
    if (*admitted) return Registered{.kind = Registered::Kind::challenge, .challenge = **std::move(admitted)};
  }
  const auto phc = deps_.passwords.hash(account.password);
  if (!phc) return fail(phc.error());

  const Timestamp now = deps_.clock.now();
  const bool invited = *door == Door::invited;  // the invitation was mailed to this address
  const User user{.id = UserId(uuid_v4(deps_.rng)), .email = *email, .email_verified = invited, .name = std::string(text::trim(account.name)),
                  .password_hash = *phc, .password_changed_at = now, .timezone = account.timezone,
                  .status = invited ? UserStatus::active : UserStatus::unverified, .created_at = now, .updated_at = now};
  const auto write = [&](db::Session& session) -> Result<Registered::Kind> {
    if (*door == Door::first) {
      const auto made = make_first(session, user, std::string(text::trim(account.team_name)));
      if (!made) return fail(made.error());
      if (*made) return Registered::Kind::active;
      if (deps_.settings.registration != Registration::open) return fail(Errc::forbidden, "not_invited", "Somebody else has just made the first account.");
    }
    return make(session, user, attempt);
  };
  auto kind = deps_.database.write(write);
  if (!kind && kind.error().reason() == "already_exists") kind = deps_.database.write(write);  // somebody was faster with the same address
  if (!kind) return fail(std::move(kind.error()));
  deps_.notices.record({.name = "user.registered", .email = *email, .note = *door == Door::first ? "first account, operator" : invited ? "invited" : ""}, origin_of(attempt));
  return Registered{.kind = *kind};
}

}  // namespace openstrat::sign_in
