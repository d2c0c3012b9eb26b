#include "mfa/code_service.hpp"

#include <array>

#include "base/rng.hpp"
#include "db/database.hpp"
#include "identity/user_service.hpp"
#include "mfa/code_checker.hpp"
#include "mfa/factor_state.hpp"
#include "mfa/identity_proof.hpp"
#include "mfa/notices.hpp"
#include "mfa/recovery_codes.hpp"
#include "mfa/totp.hpp"

namespace openstrat::mfa {
namespace {

constexpr const char* kApp = "authenticator app";

std::unexpected<Error> nothing_pending() {
  return fail(Errc::not_found, "No authenticator app is being set up, or the set-up was not finished within an hour. Start again.");
}

std::vector<std::string> hashes_of(UserId user, const std::vector<std::string>& codes) {
  std::vector<std::string> out;
  for (const auto& code : codes) out.push_back(recovery_code_hash(user, *normalise_recovery_code(code)));
  return out;
}

}  // namespace

Enrolment CodeService::enrolment_of(const identity::User& user, std::string_view secret, Timestamp expires_at) const {
  return {.secret = totp::base32(secret), .otpauth_uri = totp::otpauth_uri(secret, deps_.settings.brand, user.email), .expires_at = expires_at};
}

Result<Enrolment> CodeService::start(const Caller& caller, const Proof& proof) {
  const auto user = deps_.users.find_user(caller.user_id);
  if (!user) return fail(user.error());
  if (auto proven = deps_.proof.check(*user, caller, proof); !proven) return fail(proven.error());
  std::array<std::uint8_t, totp::kSecretBytes> random;
  deps_.rng.fill(random);
  const std::string_view secret(reinterpret_cast<const char*>(random.data()), random.size());
  const auto sealed = deps_.codes.seal_secret(user->id, secret);
  const Timestamp now = deps_.clock.now();
  const Timestamp expires_at = now + kSetupLife;
  const auto begun = deps_.database.write([&](db::Session& session) { return code_store::begin_totp(session, user->id, sealed, now, expires_at); });
  if (!begun) return fail(begun.error());
  if (!*begun) return fail(Errc::conflict, "already_exists", "An authenticator app is set up already; switch it off first.");
  return enrolment_of(*user, secret, expires_at);
}

Result<Enrolment> CodeService::pending(const Caller& caller) {
  const auto user = deps_.users.find_user(caller.user_id);
  if (!user) return fail(user.error());
  const auto totp = deps_.database.read([&](db::Session& session) { return code_store::find_totp(session, user->id); });
  if (!totp) return fail(totp.error());
  if (!*totp || (*totp)->confirmed_at || (*totp)->expires_at <= deps_.clock.now()) return nothing_pending();
  const auto secret = deps_.codes.open_secret(user->id, (*totp)->sealed_secret);
  if (!secret) return fail(secret.error());
  return enrolment_of(*user, *secret, (*totp)->expires_at);
}

Result<std::vector<std::string>> CodeService::confirm(const Caller& caller, std::string_view code) {
  const auto user = deps_.users.find_user(caller.user_id);
  if (!user) return fail(user.error());
  const auto codes = make_recovery_codes(deps_.rng);
  const auto hashes = hashes_of(user->id, codes);
  const auto done = deps_.database.write([&](db::Session& session) -> Status {
    const Timestamp now = deps_.clock.now();
    const auto totp = code_store::find_totp(session, user->id);
    if (!totp) return fail(totp.error());
    if (!*totp || (*totp)->confirmed_at || (*totp)->expires_at <= now) return nothing_pending();
    const auto secret = deps_.codes.open_secret(user->id, (*totp)->sealed_secret);
    if (!secret) return fail(secret.error());
    const auto step = totp::matching_step(*secret, code, now, 0);
    if (!step) return invalid_field("code", "is not the one that the app shows now; check the clock of the device");
    const auto confirmed = code_store::confirm_totp(session, user->id, (*totp)->sealed_secret, *step, now);
    if (!confirmed) return fail(confirmed.error());
    if (!*confirmed) return nothing_pending();
    if (auto put = code_store::replace_recovery_codes(session, user->id, hashes, now); !put) return put;
    if (auto settled = settle(session, deps_.users, user->id); !settled) return settled;
    return deps_.notices.tell(session, *user, caller, {.event = "mfa.totp_enabled", .change = "enabled", .factor = kApp});
  });
  if (!done) return fail(done.error());
  return codes;
}

Status CodeService::disable(const Caller& caller, const Proof& proof) {
  const auto user = deps_.users.find_user(caller.user_id);
  if (!user) return fail(user.error());
  const auto state = deps_.database.read([&](db::Session& session) { return factor_state(session, user->id); });
  if (!state) return fail(state.error());
  if (!state->totp) return fail(Errc::not_found, "No authenticator app is set up.");
  if (auto proven = deps_.proof.check_both(*user, caller, proof); !proven) return proven;
  return deps_.database.write([&](db::Session& session) -> Status {
    if (auto removed = code_store::remove_totp(session, user->id); !removed) return removed;
    if (auto settled = settle(session, deps_.users, user->id); !settled) return settled;
    return deps_.notices.tell(session, *user, caller, {.event = "mfa.totp_disabled", .change = "disabled", .factor = kApp});
  });
}

Result<RecoveryStatus> CodeService::recovery(UserId user) {
  return deps_.database.read([&](db::Session& session) { return code_store::recovery_status(session, user); });
}

Result<std::vector<std::string>> CodeService::renew_recovery(const Caller& caller, const Proof& proof) {
  const auto user = deps_.users.find_user(caller.user_id);
  if (!user) return fail(user.error());
  if (!user->mfa_enabled) return fail(Errc::conflict, "not_configured", "Set up an authenticator app or a passkey first.");
  if (auto proven = deps_.proof.check(*user, caller, proof); !proven) return fail(proven.error());
  const auto codes = make_recovery_codes(deps_.rng);
  const auto hashes = hashes_of(user->id, codes);
  const auto done = deps_.database.write([&](db::Session& session) -> Status {
    if (auto put = code_store::replace_recovery_codes(session, user->id, hashes, deps_.clock.now()); !put) return put;
    return deps_.notices.tell(session, *user, caller,
                              {.event = "mfa.recovery_codes_renewed", .change = "recovery_renewed", .codes_left = kRecoveryCodes});
  });
  if (!done) return fail(done.error());
  return codes;
}

}  // namespace openstrat::mfa
