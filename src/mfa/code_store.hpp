// SQL of authenticator apps, recovery codes and wrong tries.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "mfa/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::mfa::code_store {

struct Totp {
  std::string sealed_secret;
  std::optional<Timestamp> confirmed_at;
  Timestamp expires_at{};
  std::int64_t last_step = 0;
};
Result<std::optional<Totp>> find_totp(db::Session& session, UserId user);
/// Begins a set-up, instead of one that was not finished. False: the user has a confirmed one.
Result<bool> begin_totp(db::Session& session, UserId user, std::string_view sealed_secret, Timestamp now, Timestamp expires_at);
/// False: this set-up is not the present one any more.
Result<bool> confirm_totp(db::Session& session, UserId user, std::string_view sealed_secret, std::int64_t step, Timestamp now);
/// False: this step or a later one was used already, on whatever node.
Result<bool> use_totp_step(db::Session& session, UserId user, std::int64_t step);
Status remove_totp(db::Session& session, UserId user);
Result<std::int64_t> purge_unfinished(db::Session& session, Timestamp expired_before);

Status replace_recovery_codes(db::Session& session, UserId user, std::span<const std::string> hashes, Timestamp now);
/// False: no such code, or used before.
Result<bool> use_recovery_code(db::Session& session, UserId user, std::string_view hash, Timestamp now);
Result<RecoveryStatus> recovery_status(db::Session& session, UserId user);
Status remove_recovery_codes(db::Session& session, UserId user);

enum class Tried { code, password };
struct Attempts {
  int failures = 0;
  Timestamp last_failure_at{};
};
/// Locks the row until the transaction ends, so that parallel tries count one after the other.
Result<Attempts> lock_attempts(db::Session& session, UserId user, Tried what);
Status put_attempts(db::Session& session, UserId user, Tried what, const Attempts& attempts);
Status forget_attempts(db::Session& session, UserId user, Tried what);

}  // namespace openstrat::mfa::code_store
