// What the pages of the web application are told.
#pragma once

#include <string>

namespace openstrat::web_app {

struct Settings {
  std::string api, auth, portal, docs;              ///< public URLs, no trailing slash
  std::string api_origin, auth_origin;              ///< `https://api.example.com`, as browsers write them
  std::string brand_name, brand_color, brand_logo_url;
  std::string logo_origin;                          ///< empty: the logo is a name in letters
  std::string version;
  bool open_sign_up = false;                        ///< anybody may make an account
};

}  // namespace openstrat::web_app
