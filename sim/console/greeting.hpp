// What a session shows before and between commands.
#pragma once

#include <string>
#include <string_view>

#include "sim/console/screen.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {

/// Note, the maker's letters, version, how to get help. Lines end with CR LF.
std::string greeting(const Router& router, const Screen& screen);

/// `[admin@MikroTik] /ip/address> `; `safe`: with `<SAFE>`.
std::string prompt(const Router& router, std::string_view user, std::string_view menu, bool safe);

}  // namespace openstrat::sim
