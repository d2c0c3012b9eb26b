#include "mfa/code_checker.hpp"

#include <algorithm>

#include "base/secrets.hpp"
#include "db/database.hpp"
#include "identity/password_service.hpp"
#include "identity/user_service.hpp"
#include "mfa/notices.hpp"
#include "mfa/recovery_codes.hpp"
#include "mfa/totp.hpp"

namespace openstrat::mfa {
namespace {

using code_store::Attempts;
using code_store::Tried;
using sign_in::Factor;

std::string place_of(UserId user) { return "mfa_totp.secret_enc:" + user.to_string(); }

/// `123 456` as people read it aloud; nullopt: not six digits.
std::optional<std::string> six_digits(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ') continue;
    if (c < '0' || c > '9' || out.size() == totp::kDigits) return std::nullopt;
    out += c;
  }
  if (out.size() != totp::kDigits) return std::nullopt;
  return out;
}

/// How long the next try has to wait; zero: not at all.
Duration wait_of(const Attempts& attempts, Timestamp now) {
  if (attempts.failures < CodeChecker::kFreeTries) return Duration(0);
  const int doublings = std::min(attempts.failures - CodeChecker::kFreeTries, 10);
  const auto pause = std::min<Duration>(CodeChecker::kFirstWait * (1 << doublings), CodeChecker::kLongestWait);
  return std::max(attempts.last_failure_at + pause - now, Duration(0));
}

std::unexpected<Error> too_many(Duration wait) {
  return fail(Error(Errc::rate_limited, "too_many_attempts", "Too many wrong tries. Wait, or use a recovery code or a passkey.")
                  .with_retry_after(std::chrono::ceil<std::chrono::seconds>(wait)));
}

/// What came of a try. A value even when it was wrong, so that the count is committed.
struct Verdict {
  bool right = false;
  Duration wait{0};
};

}  // namespace

std::string CodeChecker::seal_secret(UserId user, std::string_view secret) const { return deps_.secrets.seal(secret, place_of(user)); }

Result<std::string> CodeChecker::open_secret(UserId user, std::string_view sealed) const {
  auto secret = deps_.secrets.open(sealed, place_of(user));
  if (!secret) return fail(Errc::internal, "The secret of the authenticator app cannot be opened; was the key file replaced?");
  return *std::move(secret);
}

Result<std::optional<Factor>> CodeChecker::check(const Caller& caller, std::string_view code) {
  if (const auto digits = six_digits(code)) return check_totp(caller, *digits);
  if (const auto recovery = normalise_recovery_code(code)) return check_recovery(caller, *recovery);
  return std::optional<Factor>{};
}

Result<std::optional<Factor>> CodeChecker::check_totp(const Caller& caller, std::string_view digits) {
  const UserId user = caller.user_id;
  const auto verdict = deps_.database.write([&](db::Session& session) -> Result<Verdict> {
    const auto totp = code_store::find_totp(session, user);
    if (!totp) return fail(totp.error());
    if (!*totp || !(*totp)->confirmed_at) return Verdict{};
    auto attempts = code_store::lock_attempts(session, user, Tried::code);
    if (!attempts) return fail(attempts.error());
    const Timestamp now = deps_.clock.now();
    if (const auto wait = wait_of(*attempts, now); wait > Duration(0)) return Verdict{.wait = wait};
    const auto secret = open_secret(user, (*totp)->sealed_secret);
    if (!secret) return fail(secret.error());
    if (const auto step = totp::matching_step(*secret, digits, now, (*totp)->last_step)) {
      const auto used = code_store::use_totp_step(session, user, *step);
      if (!used) return fail(used.error());
      if (*used) {
        if (auto done = code_store::forget_attempts(session, user, Tried::code); !done) return fail(done.error());
        return Verdict{.right = true};
      }
    }
    attempts->failures += 1, attempts->last_failure_at = now;
    if (auto done = code_store::put_attempts(session, user, Tried::code, *attempts); !done) return fail(done.error());
    if (attempts->failures == kFreeTries) {
      const Notice notice{.event = "mfa.codes_blocked", .note = "ten wrong codes in a row", .status = 401};
      if (auto told = deps_.notices.tell(session, identity::User{.id = user}, caller, notice); !told) return fail(told.error());
    }
    return Verdict{};
  });
  if (!verdict) return fail(verdict.error());
  if (verdict->wait > Duration(0)) return too_many(verdict->wait);
  return verdict->right ? std::optional(Factor::totp) : std::nullopt;
}

Result<std::optional<Factor>> CodeChecker::check_recovery(const Caller& caller, std::string_view code) {
  const auto user = deps_.users.find_user(caller.user_id);
  if (!user) return fail(user.error());
  const auto right = deps_.database.write([&](db::Session& session) -> Result<bool> {
    const auto used = code_store::use_recovery_code(session, user->id, recovery_code_hash(user->id, code), deps_.clock.now());
    if (!used || !*used) return used;
    const auto left = code_store::recovery_status(session, user->id);
    if (!left) return fail(left.error());
    const Notice notice{.event = "mfa.recovery_code_used", .change = "recovery_used", .codes_left = left->remaining};
    if (auto told = deps_.notices.tell(session, *user, caller, notice); !told) return fail(told.error());
    return true;
  });
  if (!right) return fail(right.error());
  return *right ? std::optional(Factor::recovery_code) : std::nullopt;
}

Result<bool> CodeChecker::check_password(const identity::User& user, std::string_view password) {
  if (!user.password_hash) return false;
  // Counted as wrong before the slow comparison, so that parallel tries do not all get a free one.
  const auto admitted = deps_.database.write([&](db::Session& session) -> Result<Verdict> {
    auto attempts = code_store::lock_attempts(session, user.id, Tried::password);
    if (!attempts) return fail(attempts.error());
    const Timestamp now = deps_.clock.now();
    if (const auto wait = wait_of(*attempts, now); wait > Duration(0)) return Verdict{.wait = wait};
    attempts->failures += 1, attempts->last_failure_at = now;
    if (auto done = code_store::put_attempts(session, user.id, Tried::password, *attempts); !done) return fail(done.error());
    return Verdict{};
  });
  if (!admitted) return fail(admitted.error());
  if (admitted->wait > Duration(0)) return too_many(admitted->wait);
  const auto right = deps_.passwords.verify(user.password_hash, password);
  if (!right || !*right) return right;
  const auto forgotten = deps_.database.write([&](db::Session& session) { return code_store::forget_attempts(session, user.id, Tried::password); });
  if (!forgotten) return fail(forgotten.error());
  return true;
}

}  // namespace openstrat::mfa
