// Every row of a router as bytes, and back: what binary backups keep. Dynamic rows and files are not part of it.
#pragma once

#include <string>
#include <string_view>

#include "sim/config/config.hpp"

namespace openstrat::sim {

/// Records of {length, menu}{length, row id and marks}{length, fields}, as real backups are laid out; little-endian.
std::string save_rows(const Config& config);
/// Puts the rows in place of those that `config` has. False, and nothing changed, when the bytes are not such records.
/// What the router's version does not know is left out.
bool load_rows(Config& config, std::string_view bytes);

}  // namespace openstrat::sim
