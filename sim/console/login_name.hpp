// `admin+ct200w`: a user with wishes for the console behind the name.
#pragma once

#include <string>
#include <string_view>

#include "sim/console/screen.hpp"

namespace openstrat::sim {

struct LoginName {
  std::string user;
  bool plain = false;        ///< `c`: no colours
  bool dumb = false;         ///< `e`: no escape sequences at all
  bool fixed = false;        ///< `t`: the terminal is not to be asked; it never is here
  std::size_t width = 0;     ///< `80w`; 0: that of the terminal
  std::size_t height = 0;    ///< `24h`

  void apply(Screen& screen) const;
};

LoginName parse_login_name(std::string_view text);

}  // namespace openstrat::sim
