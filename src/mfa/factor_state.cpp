#include "mfa/factor_state.hpp"

#include "db/session.hpp"
#include "identity/user_service.hpp"
#include "mfa/code_store.hpp"

namespace openstrat::mfa {
namespace {

constexpr db::Query kState{"mfa.state",
                           "SELECT (SELECT COUNT(*) FROM mfa_totp WHERE user_id = ?1 AND confirmed_at IS NOT NULL), "
                           "(SELECT COUNT(*) FROM passkeys WHERE user_id = ?1), "
                           "(SELECT COUNT(*) FROM mfa_recovery_codes WHERE user_id = ?1 AND used_at IS NULL)"};

}  // namespace

Result<FactorState> factor_state(db::Session& session, UserId user) {
  const auto row = session.one(kState, db::params(user), "No such user.");
  if (!row) return fail(row.error());
  return FactorState{.totp = row->get<int>(0) > 0, .passkeys = row->get<int>(1), .recovery_codes = row->get<int>(2)};
}

Status settle(db::Session& session, identity::UserService& users, UserId user) {
  const auto state = factor_state(session, user);
  if (!state) return fail(state.error());
  if (!state->is_enabled()) {
    if (auto removed = code_store::remove_recovery_codes(session, user); !removed) return removed;
  }
  return users.set_mfa_enabled(session, user, state->is_enabled());
}

}  // namespace openstrat::mfa
