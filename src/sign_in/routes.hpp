// Sign-in over HTTP: the JSON behind the pages of the auth host, and what people do with their own account.
#pragma once

#include "sign_in/settings.hpp"

namespace openstrat {
class UrlSigner;
}
namespace openstrat::http {
class Router;
}
namespace openstrat::identity {
class SessionService;
}

namespace openstrat::sign_in {

class BrowserService;
class EmailFlow;
class PasswordFlow;
class ProfileFlow;
class RegistrationFlow;
class SignInFlow;

struct Services {
  SignInFlow& sign_in;
  RegistrationFlow& registration;
  PasswordFlow& passwords;
  EmailFlow& email;
  ProfileFlow& profile;
  BrowserService& browsers;
  identity::SessionService& sessions;
  const UrlSigner& signer;
  const Settings& settings;
};

/// All of them; `services` and what it refers to must outlive the router.
void add_routes(http::Router& router, const Services& services);

void add_sign_in_routes(http::Router& router, const Services& services);
void add_account_routes(http::Router& router, const Services& services);

}  // namespace openstrat::sign_in
