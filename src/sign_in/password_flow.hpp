// Passwords that were forgotten, and passwords that are changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "identity/types.hpp"
#include "sign_in/guard_service.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::identity {
class AccountService;
class PasswordService;
}

namespace openstrat::sign_in {

class NewPasswords;
class Notices;

class PasswordFlow {
 public:
  struct Dependencies {
    db::Database& database;
    identity::AccountService& accounts;
    identity::PasswordService& passwords;
    const NewPasswords& rules;
    Notices& notices;
    Guard* guard;  ///< may be null
    const Clock& clock;
    Rng& rng;
  };
  explicit PasswordFlow(Dependencies dependencies) : deps_(dependencies) {}

  /// Mails a link, five times an hour at most, to whom has an account. Does the same work, in one transaction, for whom has none.
  /// A value: a challenge to be solved first.
  Result<std::optional<std::string>> forgot(const Attempt& attempt);
  /// With the token of the link; it counts once. Ends every session, confirms the address and lifts blocks. gone `link_expired`;
  /// invalid names the broken rules, and the link stays good.
  Status reset(std::string_view token, std::string_view password, const Attempt& attempt);
  /// invalid `current_password` when it is wrong. Ends every other session.
  Status change(UserId user, std::string_view session_id, std::string_view current, std::string_view password, const Attempt& attempt);

 private:
  Status set(db::Session& session, const identity::User& user, const std::string& phc, std::string_view kept_session, const Attempt& attempt);

  Dependencies deps_;
};

}  // namespace openstrat::sign_in
