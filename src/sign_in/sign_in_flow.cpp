#include "sign_in/sign_in_flow.hpp"

#include <algorithm>
#include <utility>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/rng.hpp"
#include "db/database.hpp"
#include "identity/account_service.hpp"
#include "identity/password_service.hpp"
#include "protection/policy_service.hpp"
#include "sign_in/email_flow.hpp"
#include "sign_in/new_passwords.hpp"
#include "sign_in/notices.hpp"

namespace openstrat::sign_in {

using identity::User;
using identity::UserStatus;

namespace {

constexpr std::size_t kTicketLength = 43;  // 256 bits

std::string hash_of(std::string_view ticket) { return crypto::hex(crypto::sha256(ticket)); }

Error wrong_credentials() { return {Errc::unauthenticated, "credentials_invalid", "E-mail address or password is wrong."}; }
std::unexpected<Error> invalid_ticket() { return fail(Errc::unauthenticated, "ticket_invalid", "The sign-in took too long or is over; start again."); }

/// People whose password is nobody's business: there is none, or the account is gone.
bool has_usable_password(const User& user) { return user.allow_login && user.status != UserStatus::deleted && user.password_hash; }

/// Proof beyond something one knows (RFC 8176).
bool has_second_factor(const std::vector<std::string>& methods) {
  static constexpr std::string_view kStrong[] = {"otp", "hwk", "swk", "mfa", "sms"};
  return std::ranges::any_of(methods, [](const std::string& method) { return std::ranges::find(kStrong, method) != std::end(kStrong); });
}

}  // namespace

Result<std::optional<SignInFlow::Known>> SignInFlow::look_up(std::string_view email) {
  return deps_.database.read([&](db::Session& session) -> Result<std::optional<Known>> {
    auto user = deps_.accounts.find(session, email);
    if (!user) return fail(user.error());
    if (!*user) return std::optional<Known>{};
    const auto team = deps_.accounts.first_team(session, (*user)->id);
    if (!team) return fail(team.error());
    return std::optional<Known>(Known{.user = **std::move(user), .team_id = *team});
  });
}

Result<SignInFlow::Known> SignInFlow::load(UserId id) {
  return deps_.database.read([&](db::Session& session) -> Result<Known> {
    auto user = deps_.accounts.find(session, id);
    if (!user) return fail(user.error());
    const auto team = deps_.accounts.first_team(session, id);
    if (!team) return fail(team.error());
    return Known{.user = *std::move(user), .team_id = *team};
  });
}

std::unexpected<Error> SignInFlow::refuse(const Attempt& attempt, const std::optional<Known>& known, Error error, const char* why) {
  if (deps_.guard != nullptr) deps_.guard->failed(attempt, known ? std::optional<UserId>(known->user.id) : std::nullopt);
  Notices::Event event{.name = "user.sign_in_failed", .email = attempt.email, .status_code = 401, .note = why};
  if (known) event.user_id = known->user.id, event.team_id = known->team_id;
  deps_.notices.record(event, origin_of(attempt));
  return fail(std::move(error));
}

Result<Step> SignInFlow::with_password(const Attempt& attempt, std::string_view password, bool remember) {
  if (deps_.guard != nullptr) {
    auto admitted = deps_.guard->admit(attempt);
    if (!admitted) return fail(std::move(admitted.error()));
    if (*admitted) return Step{.kind = Step::Kind::challenge, .challenge = **std::move(admitted)};
  }
  auto known = look_up(attempt.email);
  if (!known) return fail(std::move(known.error()));
  const bool usable = *known && has_usable_password((*known)->user);
  const auto right = deps_.passwords.verify(usable ? (*known)->user.password_hash : std::nullopt, password);
  if (!right) return fail(right.error());
  if (!*right) return refuse(attempt, *known, wrong_credentials(), "wrong password");
  const User& user = (*known)->user;
  if (auto allowed = identity::may_sign_in(user); !allowed) return fail(std::move(allowed.error()));
  auto reason = reason_for_new_password(user, password, attempt);
  if (!reason) return fail(std::move(reason.error()));
  rehash(user, password);
  return next(**known, {.methods = {"pwd"}, .remember = remember, .reason = *std::move(reason)}, attempt);
}

Result<std::string> SignInFlow::reason_for_new_password(const User& user, std::string_view password, const Attempt& attempt) {
  if (user.must_change_password) return "temporary";
  const auto days = deps_.rules.max_age_days(user.id);
  if (!days) return fail(days.error());
  if (*days > 0 && user.password_changed_at && *user.password_changed_at + std::chrono::days(*days) <= deps_.clock.now()) return "expired";
  if (deps_.guard != nullptr && deps_.guard->is_breached(password)) {
    deps_.guard->found_breached(attempt, user.id);
    return "breached";
  }
  return "";
}

/// Nobody waits for the cost of tomorrow: a failure is logged, the next sign-in tries again.
void SignInFlow::rehash(const User& user, std::string_view password) {
  if (!deps_.passwords.is_outdated(*user.password_hash)) return;
  const auto phc = deps_.passwords.hash(password);
  const auto stored = phc ? deps_.database.write([&](db::Session& session) { return deps_.accounts.replace_hash(session, user.id, *phc); })
                          : Status(fail(phc.error()));
  if (!stored) log::warning("a password was not hashed again at its new cost", {{"user", user.id.to_string()}, log::of(stored.error())});
}

Result<Step> SignInFlow::next(const Known& known, Progress progress, const Attempt& attempt) {
  const User& user = known.user;
  if (!user.email_verified || user.status == UserStatus::unverified || user.status == UserStatus::invited) {
    if (auto reminded = deps_.email.remind(user); !reminded) return fail(std::move(reminded.error()));
    return Step{.kind = Step::Kind::verify_email};
  }
  if (deps_.factors != nullptr && !has_second_factor(progress.methods)) {
    auto factors = deps_.factors->factors_of(user.id);
    if (!factors) return fail(std::move(factors.error()));
    if (!factors->empty()) return hand_out_ticket(known, Ticket::Stage::second_factor, progress, *std::move(factors));
  }
  if (!progress.reason.empty()) return hand_out_ticket(known, Ticket::Stage::new_password, progress, {});
  return start(known, progress, attempt);
}

Result<Step> SignInFlow::hand_out_ticket(const Known& known, Ticket::Stage stage, const Progress& progress, std::vector<Factor> factors) {
  Step step{.kind = stage == Ticket::Stage::second_factor ? Step::Kind::second_factor : Step::Kind::new_password,
            .ticket = random_base62(kTicketLength, deps_.rng), .factors = std::move(factors)};
  if (stage == Ticket::Stage::new_password) step.reason = progress.reason;
  if (std::ranges::find(step.factors, Factor::passkey) != step.factors.end()) {
    auto options = deps_.factors->passkey_options(known.user.id);
    if (!options) return fail(std::move(options.error()));
    step.passkey_options = *std::move(options);
  }
  const Ticket ticket{.user_id = known.user.id, .stage = stage, .reason = progress.reason, .methods = progress.methods,
                      .remember = progress.remember, .expires_at = deps_.clock.now() + kTicketLife};
  auto stored = deps_.database.write([&](db::Session& session) { return ticket_store::insert(session, hash_of(step.ticket), ticket); });
  if (!stored) return fail(std::move(stored.error()));
  return step;
}

Result<Step> SignInFlow::start(const Known& known, const Progress& progress, const Attempt& attempt) {
  const auto origin = origin_of(attempt);
  const auto acquainted = deps_.database.read([&](db::Session& session) { return deps_.accounts.acquaintance(session, known.user.id, origin); });
  if (!acquainted) return fail(acquainted.error());
  auto started = deps_.sessions.start({.user_id = known.user.id, .methods = progress.methods, .remember = progress.remember}, origin);
  if (!started) return fail(std::move(started.error()));
  if (deps_.guard != nullptr) deps_.guard->succeeded(attempt, known.user.id);
  std::string methods;
  for (const auto& method : progress.methods) methods += (methods.empty() ? "" : " ") + method;
  deps_.notices.record({.name = "user.signed_in", .user_id = known.user.id, .email = known.user.email, .team_id = known.team_id,
                        .session_id = started->id, .note = methods}, origin);
  if (acquainted->any && !acquainted->here) {
    const auto told = deps_.database.write([&](db::Session& session) { return deps_.notices.new_sign_in(session, known.user, origin); });
    if (!told) log::warning("a user was not told of a sign-in from a new place", {{"user", known.user.id.to_string()}, log::of(told.error())});
  }
  return Step{.kind = Step::Kind::signed_in, .session = *std::move(started), .user_id = known.user.id};
}

Result<SignInFlow::Open> SignInFlow::open(std::string_view ticket, Ticket::Stage stage) {
  const std::string hash = hash_of(ticket);
  auto found = deps_.database.read([&](db::Session& session) { return ticket_store::find(session, hash, deps_.clock.now()); });
  if (!found) return fail(std::move(found.error()));
  if (!*found || (*found)->stage != stage) return invalid_ticket();
  auto known = load((*found)->user_id);
  if (!known) return known.error().code() == Errc::not_found ? Result<Open>(invalid_ticket()) : fail(std::move(known.error()));
  if (auto allowed = identity::may_sign_in(known->user); !allowed)
    return allowed.error().code() == Errc::not_found ? Result<Open>(invalid_ticket()) : fail(std::move(allowed.error()));
  return Open{.ticket = **std::move(found), .hash = hash, .known = *std::move(known)};
}

/// Counted before it is looked at, so that tries at the same time are not for free.
Status SignInFlow::take_try(const Open& open, const Attempt& attempt) {
  if (deps_.guard != nullptr)
    if (const auto admitted = deps_.guard->admit(attempt); !admitted) return fail(admitted.error());
  const auto taken = deps_.database.write([&](db::Session& session) { return ticket_store::take_try(session, open.hash, kMostWrongCodes); });
  if (!taken) return fail(taken.error());
  if (*taken) return {};
  return fail(Error(Errc::rate_limited, "too_many_attempts", "Too many wrong codes; sign in again later.").with_retry_after(kTicketLife));
}

Status SignInFlow::consume(const Open& open) {
  const auto consumed = deps_.database.write([&](db::Session& session) { return ticket_store::consume(session, open.hash); });
  if (!consumed) return fail(consumed.error());
  if (!*consumed) return invalid_ticket();
  return {};
}

Result<Step> SignInFlow::with_code(std::string_view ticket, std::string_view code, const Attempt& anonymous) {
  if (deps_.factors == nullptr) return invalid_ticket();
  auto open = this->open(ticket, Ticket::Stage::second_factor);
  if (!open) return fail(std::move(open.error()));
  Attempt attempt = anonymous;
  attempt.email = open->known.user.email;
  if (auto taken = take_try(*open, attempt); !taken) return fail(std::move(taken.error()));
  const auto factor = deps_.factors->check_code(open->ticket.user_id, code);
  if (!factor) return fail(factor.error());
  if (!*factor) return refuse(attempt, open->known, {Errc::unauthenticated, "code_invalid", "The code is wrong, was used already, or is too old."}, "wrong code");
  if (auto consumed = consume(*open); !consumed) return fail(std::move(consumed.error()));
  Progress progress{.methods = open->ticket.methods, .remember = open->ticket.remember, .reason = open->ticket.reason};
  progress.methods.insert(progress.methods.end(), {"otp", "mfa"});
  return next(open->known, std::move(progress), attempt);
}

Result<Step> SignInFlow::with_new_password(std::string_view ticket, std::string_view password, const Attempt& anonymous) {
  auto open = this->open(ticket, Ticket::Stage::new_password);
  if (!open) return fail(std::move(open.error()));
  const User& user = open->known.user;
  Attempt attempt = anonymous;
  attempt.email = user.email;
  if (auto good = deps_.rules.check(password, user.email, user.id); !good) return fail(std::move(good.error()));
  const auto phc = deps_.passwords.hash(password);
  if (!phc) return fail(phc.error());
  auto changed = deps_.database.write([&](db::Session& session) -> Status {
    const auto consumed = ticket_store::consume(session, open->hash);
    if (!consumed) return fail(consumed.error());
    if (!*consumed) return invalid_ticket();
    if (auto set = deps_.accounts.set_password(session, user.id, *phc); !set) return set;
    if (auto ended = deps_.accounts.end_sessions(session, user.id, ""); !ended) return ended;
    return deps_.notices.password_changed(session, user, origin_of(attempt));
  });
  if (!changed) return fail(std::move(changed.error()));
  deps_.notices.record({.name = "user.password_changed", .user_id = user.id, .email = user.email, .team_id = open->known.team_id, .note = open->ticket.reason}, origin_of(attempt));
  return next(open->known, {.methods = open->ticket.methods, .remember = open->ticket.remember}, attempt);
}

Result<Step> SignInFlow::with_passkey(std::string_view ticket, std::string_view response, const Attempt& anonymous) {
  if (deps_.factors == nullptr) return fail(Errc::unauthenticated, "passkey_invalid", "Nobody has a passkey here.");
  if (ticket.empty()) return with_passkey_alone(response, anonymous);
  auto open = this->open(ticket, Ticket::Stage::second_factor);
  if (!open) return fail(std::move(open.error()));
  Attempt attempt = anonymous;
  attempt.email = open->known.user.email;
  if (auto taken = take_try(*open, attempt); !taken) return fail(std::move(taken.error()));
  auto proof = deps_.factors->check_passkey(response);
  if (proof && proof->user_id != open->ticket.user_id)
    proof = fail(Errc::unauthenticated, "passkey_invalid", "The passkey belongs to another account.");
  if (!proof) return refuse(attempt, open->known, std::move(proof.error()), "wrong passkey");
  if (auto consumed = consume(*open); !consumed) return fail(std::move(consumed.error()));
  Progress progress{.methods = open->ticket.methods, .remember = open->ticket.remember, .reason = open->ticket.reason};
  progress.methods.insert(progress.methods.end(), {"hwk", "mfa"});
  return next(open->known, std::move(progress), attempt);
}

Result<Step> SignInFlow::with_passkey_alone(std::string_view response, const Attempt& anonymous) {
  if (deps_.guard != nullptr)
    if (const auto admitted = deps_.guard->admit(anonymous); !admitted) return fail(admitted.error());
  auto proof = deps_.factors->check_passkey(response);
  if (proof && !proof->user_verified)
    proof = fail(Errc::unauthenticated, "passkey_invalid", "Without a password the passkey has to verify who uses it, by PIN or fingerprint.");
  if (!proof) return refuse(anonymous, std::nullopt, std::move(proof.error()), "wrong passkey");
  auto known = load(proof->user_id);
  if (!known) return fail(std::move(known.error()));
  if (auto allowed = identity::may_sign_in(known->user); !allowed) return fail(std::move(allowed.error()));
  Attempt attempt = anonymous;
  attempt.email = known->user.email;
  return next(*known, {.methods = {"hwk", "user", "mfa"}}, attempt);
}

Result<Step> SignInFlow::with_provider(UserId user, std::vector<std::string> methods, bool remember, const Attempt& anonymous) {
  auto known = load(user);
  if (!known) return fail(std::move(known.error()));
  if (auto allowed = identity::may_sign_in(known->user); !allowed) return fail(std::move(allowed.error()));
  Attempt attempt = anonymous;
  attempt.email = known->user.email;
  Progress progress{.methods = std::move(methods), .remember = remember};
  bool demanded = false;
  if (deps_.policies != nullptr && !has_second_factor(progress.methods)) {
    const auto policy = deps_.policies->of_user(user);
    if (!policy) return fail(policy.error());
    demanded = policy->require_mfa;
  }
  return demanded ? next(*known, std::move(progress), attempt) : start(*known, progress, attempt);
}

Result<std::string> SignInFlow::passkey_options() {
  if (deps_.factors == nullptr) return fail(Errc::not_found, "Nobody has a passkey here.");
  return deps_.factors->passkey_options(std::nullopt);
}

}  // namespace openstrat::sign_in
