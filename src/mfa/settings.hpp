// What the second factors read from the configuration (keys in docs/configuration.md).
#pragma once

#include <string>
#include <vector>

namespace openstrat::mfa {

struct Settings {
  std::string brand = "OpenStrat";      ///< brand.name: what authenticator apps and browsers show
  std::string rp_id;                    ///< auth.passkey_rp_id; empty: there is no host name, so no passkeys
  std::vector<std::string> origins;     ///< of the pages that may use passkeys: public_url.auth and public_url.portal
  std::string security_link;            ///< where mails send people to look at their second factors
};

}  // namespace openstrat::mfa
