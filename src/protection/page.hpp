// The files of page/, embedded by the build.
#pragma once

#include <string_view>

namespace openstrat::protection {
extern const std::string_view kProofOfWorkScript;
}
