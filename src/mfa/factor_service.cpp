#include "mfa/factor_service.hpp"

#include <algorithm>

#include "db/database.hpp"
#include "identity/user_service.hpp"
#include "mfa/challenges.hpp"
#include "mfa/code_checker.hpp"
#include "mfa/factor_state.hpp"
#include "mfa/notices.hpp"
#include "mfa/passkey_service.hpp"
#include "mfa/passkey_store.hpp"
#include "tasks/queue.hpp"

namespace openstrat::mfa {
namespace {

using sign_in::Factor;

constexpr int kPurgeStep = 5000;

}  // namespace

Result<std::vector<Factor>> FactorService::factors_of(UserId user) {
  const auto state = deps_.database.read([&](db::Session& session) { return factor_state(session, user); });
  if (!state) return fail(state.error());
  std::vector<Factor> out;
  if (!state->is_enabled()) return out;
  if (state->totp) out.push_back(Factor::totp);
  if (state->recovery_codes > 0) out.push_back(Factor::recovery_code);
  if (state->passkeys > 0) {
    const auto all = deps_.passkeys.list(user);
    if (!all) return fail(all.error());
    const bool usable = std::ranges::any_of(*all, [&](const Passkey& passkey) { return deps_.passkeys.is_usable(passkey); });
    if (usable || out.empty()) out.push_back(Factor::passkey);
  }
  return out;
}

Result<std::optional<Factor>> FactorService::check_code(UserId user, std::string_view code) { return deps_.codes.check(Caller{.user_id = user}, code); }

Result<std::string> FactorService::passkey_options(std::optional<UserId> user) { return deps_.passkeys.request_options(user); }

Result<sign_in::SecondFactors::PasskeyProof> FactorService::check_passkey(std::string_view response) { return deps_.passkeys.check(response); }

Status FactorService::reset(const Caller& caller, const Tenant& tenant, UserId user) {
  if (user == caller.user_id)
    return fail(Errc::forbidden, "proof_required", "Nobody resets the own second factors: switch them off with a proof of who you are.");
  const auto teams = deps_.users.teams_of(user);
  if (!teams) return fail(teams.error());
  const auto team = std::ranges::find(*teams, tenant.customer_id, &identity::Team::id);
  if (team == teams->end()) return fail(Errc::not_found, "No such user.");
  if (team->owner_id == user) return fail(Errc::forbidden, "insufficient_role", "The owner's second factors can be reset on the command line of the server only.");
  const auto found = deps_.users.find_user(user);
  if (!found) return fail(found.error());
  return remove_all(*found, caller, caller.user_id);
}

Status FactorService::reset_by_operator(UserId user) {
  const auto found = deps_.users.find_user(user);
  if (!found) return fail(found.error());
  return remove_all(*found, Caller{.user_id = user}, std::nullopt);
}

Status FactorService::remove_all(const identity::User& user, const Caller& caller, std::optional<UserId> actor) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto before = factor_state(session, user.id);
    if (!before) return fail(before.error());
    if (auto removed = code_store::remove_totp(session, user.id); !removed) return removed;
    if (auto removed = passkey_store::remove_all(session, user.id); !removed) return removed;
    if (auto forgotten = code_store::forget_attempts(session, user.id, code_store::Tried::code); !forgotten) return forgotten;
    if (auto settled = settle(session, deps_.users, user.id); !settled) return settled;
    if (!before->is_enabled()) return {};
    return deps_.notices.tell(session, user, caller, {.event = "mfa.reset", .change = "reset_by_admin", .actor = actor, .by_operator = !actor});
  });
}

void FactorService::register_tasks(tasks::Queue& queue) {
  queue.handle("mfa.purge", {}, [this](const tasks::Task&) { return purge(); });
  queue.schedule("purge second factors", "41 * * * *", "mfa.purge");
}

Status FactorService::purge() {
  const Timestamp now = deps_.clock.now();
  const auto unfinished = deps_.database.write([&](db::Session& session) { return code_store::purge_unfinished(session, now); });
  if (!unfinished) return fail(unfinished.error());
  while (true) {
    const auto removed = deps_.database.write([&](db::Session& session) { return purge_challenges(session, now, kPurgeStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kPurgeStep) return {};
  }
}

}  // namespace openstrat::mfa
