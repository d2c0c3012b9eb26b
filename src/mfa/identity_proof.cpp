#include "mfa/identity_proof.hpp"

#include <algorithm>

#include "db/database.hpp"
#include "identity/session_service.hpp"
#include "mfa/code_checker.hpp"
#include "mfa/factor_state.hpp"

namespace openstrat::mfa {
namespace {

std::unexpected<Error> proof_required(std::string message) { return fail(Errc::forbidden, "proof_required", std::move(message)); }

}  // namespace

Status IdentityProof::check_password(const identity::User& user, const Proof& proof) {
  const auto right = deps_.codes.check_password(user, *proof.password);
  if (!right) return fail(right.error());
  return *right ? Status() : Status(invalid_field("password", "is wrong"));
}

Status IdentityProof::check_code(const Caller& caller, const Proof& proof) {
  const auto factor = deps_.codes.check(caller, *proof.code);
  if (!factor) return fail(factor.error());
  return *factor ? Status() : Status(invalid_field("code", "is wrong, has expired or was used before"));
}

Status IdentityProof::check_freshness(const Caller& caller) {
  const auto sessions = deps_.sessions.list(caller.user_id);
  if (!sessions) return fail(sessions.error());
  const bool is_fresh = std::ranges::any_of(*sessions, [&](const identity::SessionLine& line) {
    return line.id == caller.session_id && line.created_at + kFresh > deps_.clock.now();
  });
  return is_fresh ? Status() : Status(proof_required("Sign in again: this needs a sign-in of the last ten minutes."));
}

Status IdentityProof::check(const identity::User& user, const Caller& caller, const Proof& proof) {
  if (proof.code) return check_code(caller, proof);
  if (proof.password) return check_password(user, proof);
  if (user.password_hash) return proof_required("Send your `password`, or a `code` of your authenticator app.");
  const auto state = deps_.database.read([&](db::Session& session) { return factor_state(session, user.id); });
  if (!state) return fail(state.error());
  if (state->totp) return proof_required("Send a `code` of your authenticator app, or a recovery code.");
  return check_freshness(caller);
}

Status IdentityProof::check_both(const identity::User& user, const Caller& caller, const Proof& proof) {
  if (!proof.code || (user.password_hash && !proof.password))
    return proof_required(user.password_hash ? "Send your `password` and a `code`." : "Send a `code`.");
  // The password first: a wrong one shall not use up the code.
  if (user.password_hash) {
    if (auto done = check_password(user, proof); !done) return done;
  }
  return check_code(caller, proof);
}

}  // namespace openstrat::mfa
