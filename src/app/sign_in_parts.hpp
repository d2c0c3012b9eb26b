// Everything of sign-in, wired.
#pragma once

#include "app/endpoints.hpp"
#include "app/instance.hpp"
#include "base/url_signer.hpp"
#include "identity/account_service.hpp"
#include "identity/password_service.hpp"
#include "identity/user_service.hpp"
#include "sign_in/browser_service.hpp"
#include "sign_in/email_flow.hpp"
#include "sign_in/new_passwords.hpp"
#include "sign_in/notices.hpp"
#include "sign_in/password_flow.hpp"
#include "sign_in/profile_flow.hpp"
#include "sign_in/registration_flow.hpp"
#include "sign_in/routes.hpp"
#include "sign_in/sign_in_flow.hpp"

namespace openstrat::app {

/// sign_in's Invitations over those of identity's teams.
class TeamInvitations final : public sign_in::Invitations {
 public:
  TeamInvitations(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  Result<std::optional<std::string>> invited(std::string_view token) override;

 private:
  db::Database& database_;
  const Clock& clock_;
};

struct SignInParts {
  /// What sign-in asks of other rooms.
  struct Needs {
    identity::UserService& users;
    identity::AccountService& accounts;
    identity::PasswordService& passwords;
    identity::SessionService& sessions;
    audit::AuditLog& audit;
    mail::Mailer& mailer;
    const UrlSigner& signer;
    sign_in::Guard* guard;
    sign_in::SecondFactors* factors;
    protection::PolicyService* policies;
  };
  SignInParts(Instance& instance, const PublicUrls& urls, const Needs& needs);

  sign_in::Services services(identity::SessionService& sessions, sign_in::BrowserService& browsers, const UrlSigner& signer) {
    return {flow, registration, passwords, email, profile, browsers, sessions, signer, settings};
  }

  const sign_in::Settings settings;
  TeamInvitations invitations;
  sign_in::Notices notices;
  sign_in::NewPasswords rules;
  sign_in::EmailFlow email;
  sign_in::PasswordFlow passwords;
  sign_in::ProfileFlow profile;
  sign_in::SignInFlow flow;  ///< SignInService
  sign_in::RegistrationFlow registration;
};

}  // namespace openstrat::app
