// Confirming that an address is the user's own: after registration, and when it is changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "identity/session_service.hpp"
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

class Notices;

class EmailFlow {
 public:
  struct Dependencies {
    db::Database& database;
    identity::AccountService& accounts;
    identity::PasswordService& passwords;
    Notices& notices;
    Guard* guard;  ///< may be null
    const Clock& clock;
    Rng& rng;
  };
  explicit EmailFlow(Dependencies dependencies) : deps_(dependencies) {}

  /// The link again, at most three times an hour, to whom it is due. Says the same whether or not it is. A value: a challenge to
  /// be solved first.
  Result<std::optional<std::string>> resend(const Attempt& attempt);
  /// The same as part of a sign-in with the right password.
  Status remind(const identity::User& user);

  enum class Verified { yes, changed, no };  ///< no: the link is not (or no longer) for this user
  Result<Verified> verify(UserId user, std::string_view hash, const identity::Origin& origin);

  /// Mails a link to the new address; the old one stays until it was opened. The address of another account is told there, not here.
  /// invalid `current_password` when it is wrong, for users who have a password.
  Status request_change(UserId user, std::string_view new_email, const std::optional<std::string>& current_password, const Attempt& attempt);

 private:
  Status send_if_due(db::Session& session, const std::string& email);
  Result<Verified> take_new_email(db::Session& session, const identity::User& user, std::string_view hash, std::string& old_email);

  Dependencies deps_;
};

identity::Origin origin_of(const Attempt& attempt);

}  // namespace openstrat::sign_in
