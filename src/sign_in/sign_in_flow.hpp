// SignInService: tickets between the steps, sessions at the end.
#pragma once

#include "sign_in/sign_in_service.hpp"
#include "sign_in/ticket_store.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::identity {
class AccountService;
class PasswordService;
}
namespace openstrat::protection {
class PolicyService;
}

namespace openstrat::sign_in {

class EmailFlow;
class NewPasswords;
class Notices;

/// Thread-safe. A ticket is a random secret; the database knows its hash, what was proven and what is missing.
class SignInFlow final : public SignInService {
 public:
  struct Dependencies {
    db::Database& database;
    identity::AccountService& accounts;
    identity::PasswordService& passwords;
    identity::SessionService& sessions;
    EmailFlow& email;
    const NewPasswords& rules;
    Notices& notices;
    Guard* guard;                         ///< may be null
    SecondFactors* factors;               ///< may be null: nobody has any
    protection::PolicyService* policies;  ///< may be null
    const Clock& clock;
    Rng& rng;
  };
  explicit SignInFlow(Dependencies dependencies) : deps_(dependencies) {}

  Result<Step> with_password(const Attempt& attempt, std::string_view password, bool remember) override;
  Result<Step> with_code(std::string_view ticket, std::string_view code, const Attempt& attempt) override;
  Result<Step> with_new_password(std::string_view ticket, std::string_view password, const Attempt& attempt) override;
  Result<Step> with_passkey(std::string_view ticket, std::string_view response, const Attempt& attempt) override;
  Result<Step> with_provider(UserId user, std::vector<std::string> methods, bool remember, const Attempt& attempt) override;
  /// JSON for navigator.credentials.get(), for whoever has a passkey in the browser.
  Result<std::string> passkey_options();

 private:
  struct Known { identity::User user; std::optional<CustomerId> team_id; };
  /// What was proven, and what that still lacks.
  struct Progress { std::vector<std::string> methods; bool remember = false; std::string reason; };
  struct Open { Ticket ticket; std::string hash; Known known; };

  Result<std::optional<Known>> look_up(std::string_view email);
  Result<std::string> reason_for_new_password(const identity::User& user, std::string_view password, const Attempt& attempt);
  void rehash(const identity::User& user, std::string_view password);
  std::unexpected<Error> refuse(const Attempt& attempt, const std::optional<Known>& known, Error error, const char* why);

  Result<Step> next(const Known& known, Progress progress, const Attempt& attempt);
  Result<Step> hand_out_ticket(const Known& known, Ticket::Stage stage, const Progress& progress, std::vector<Factor> factors);
  Result<Step> start(const Known& known, const Progress& progress, const Attempt& attempt);

  /// ticket_invalid unless the ticket waits for this and its user may still sign in.
  Result<Open> open(std::string_view ticket, Ticket::Stage stage);
  Status take_try(const Open& open, const Attempt& attempt);
  Status consume(const Open& open);
  Result<Known> load(UserId user);
  Result<Step> with_passkey_alone(std::string_view response, const Attempt& attempt);

  Dependencies deps_;
};

}  // namespace openstrat::sign_in
