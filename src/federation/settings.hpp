// What federation reads from the configuration (keys in docs/configuration.md).
#pragma once

#include <string>
#include <vector>

#include "base/net.hpp"
#include "federation/types.hpp"

namespace openstrat::federation {

struct Settings {
  std::string auth_url;                 ///< public_url.auth
  std::string portal_url;               ///< public_url.portal
  std::string brand_name;               ///< brand.name
  std::vector<Provider> providers;      ///< auth.providers: of the whole installation
  std::vector<Cidr> allow_cidrs;        ///< outbound.allow_cidrs
  std::string google_issuer = "https://accounts.google.com";
  std::string azure_authority = "https://login.microsoftonline.com";
  std::string github_url = "https://github.com";
  std::string github_api_url = "https://api.github.com";
};

}  // namespace openstrat::federation
