// New accounts: of the first person of an installation, of invited people, or of everybody, as the operator wishes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "identity/types.hpp"
#include "sign_in/guard_service.hpp"
#include "sign_in/settings.hpp"

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
class UserService;
}

namespace openstrat::sign_in {

class NewPasswords;
class Notices;

/// Who was invited. Implemented over identity's invitations.
class Invitations {
 public:
  virtual ~Invitations() = default;
  /// The address that the invitation was mailed to; nullopt: unknown or too old.
  virtual Result<std::optional<std::string>> invited(std::string_view token) = 0;
};

struct NewAccount {
  std::string name;
  std::string email;
  std::string password;
  bool accepts_terms = false;
  std::string timezone = "UTC";
  std::string team_name;   ///< of the first team; empty: "My team"
  std::string invitation;  ///< token of the mailed link; empty: none
};

struct Registered {
  enum class Kind {
    verify_email,  ///< a mail was sent; also when somebody has the address already, who is then told
    active,        ///< nothing is missing: the first account, or an invited one
    challenge,
  };
  Kind kind = Kind::verify_email;
  std::string challenge;  ///< JSON
};

class RegistrationFlow {
 public:
  struct Dependencies {
    db::Database& database;
    identity::AccountService& accounts;
    identity::UserService& users;
    identity::PasswordService& passwords;
    const NewPasswords& rules;
    Notices& notices;
    Guard* guard;              ///< may be null
    Invitations* invitations;  ///< null: nobody is invited
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit RegistrationFlow(Dependencies dependencies) : deps_(dependencies) {}

  /// invalid names every wrong field; forbidden `registration_closed`, or `not_invited` without a good invitation.
  Result<Registered> register_account(const NewAccount& account, Attempt attempt);

 private:
  enum class Door { first, invited, open };
  Result<Door> door_for(const NewAccount& account, std::string_view email);
  /// False: the installation was not empty any more.
  Result<bool> make_first(db::Session& session, identity::User user, const std::string& team_name);
  Result<Registered::Kind> make(db::Session& session, const identity::User& user, const Attempt& attempt);

  Dependencies deps_;
};

}  // namespace openstrat::sign_in
