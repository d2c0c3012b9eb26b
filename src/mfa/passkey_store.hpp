// SQL of passkeys.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "mfa/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::mfa::passkey_store {

Status insert(db::Session& session, const Passkey& passkey);  ///< conflict: its credential id is known
Result<std::vector<Passkey>> list(db::Session& session, UserId user);  ///< oldest first, kMaxPasskeys at most
Result<std::optional<Passkey>> find_by_credential(db::Session& session, std::string_view credential_id);
Result<bool> rename(db::Session& session, UserId user, PasskeyId id, std::string_view name);  ///< false: not this user's
Result<bool> remove(db::Session& session, UserId user, PasskeyId id);
Status remove_all(db::Session& session, UserId user);

struct Use {
  std::uint32_t sign_count = 0;
  bool backup_eligible = false, backed_up = false;
  Timestamp at{};
};
/// False: the counter did not go on (WebAuthn §7.2 step 21), so there may be a second copy of the key.
Result<bool> note_use(db::Session& session, UserId user, PasskeyId id, const Use& use);

}  // namespace openstrat::mfa::passkey_store
