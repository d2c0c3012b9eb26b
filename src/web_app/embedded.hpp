// The pack that the build puts into the program `openstrat`, and into no other: whoever wants it links `openstrat_web_pack`.
#pragma once

#include <string_view>

namespace openstrat::web_app {

/// Empty when the build was told to leave the web application out (OPENSTRAT_WEB=OFF).
std::string_view embedded_pack();

}  // namespace openstrat::web_app
