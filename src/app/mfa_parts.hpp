// Everything of the second factors, wired.
#pragma once

#include "app/instance.hpp"
#include "app/settings.hpp"
#include "base/secrets.hpp"
#include "mfa/challenges.hpp"
#include "mfa/code_checker.hpp"
#include "mfa/code_service.hpp"
#include "mfa/factor_service.hpp"
#include "mfa/identity_proof.hpp"
#include "mfa/notices.hpp"
#include "mfa/passkey_service.hpp"

namespace openstrat::app {

struct MfaParts {
  /// What the second factors ask of other rooms.
  struct Needs {
    identity::UserService& users;
    identity::PasswordService& passwords;
    identity::SessionService& sessions;
    audit::AuditLog& audit;
    mail::Mailer& mailer;
  };
  MfaParts(Instance& instance, const PublicUrls& urls, const Needs& needs);

  const mfa::Settings settings;
  const SecretBox secrets;
  mfa::Challenges challenges;
  mfa::Notices notices;
  mfa::CodeChecker checker;
  mfa::IdentityProof proof;
  mfa::CodeService codes;
  mfa::PasskeyService passkeys;
  mfa::FactorService factors;  ///< sign_in's SecondFactors
};

}  // namespace openstrat::app
