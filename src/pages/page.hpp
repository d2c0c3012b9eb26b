// The files of page/, embedded by the build.
#pragma once

#include <string_view>

namespace openstrat::pages {
extern const std::string_view kSignInScript;
}
