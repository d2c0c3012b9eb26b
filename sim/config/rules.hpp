// What single menus demand beyond their types: uniqueness, computed fields, generated names.
#pragma once

#include <string>
#include <string_view>

#include "ros_menus/schema.hpp"
#include "sim/config/facts.hpp"
#include "sim/config/table.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

class Config;

/// What may be in the menu only once: a name, a list with its address. Empty: anything may be repeated.
std::string unique_key(std::string_view path, const Menu* menu, const Row& row, const Version& version);
/// What the router says about a second row with the same key.
std::string_view duplicate_error(std::string_view path);

/// Fills in what `add` makes itself (a free name, network of an address, start time) and checks the row as a whole.
/// Throws ScriptError.
void complete_new_row(const Config& config, std::string_view path, const Menu& menu, Row& row, const Facts& facts);
/// Rows that every router knows by the same id, which exports use (`/ppp profile set *FFFFFFFE`): the id of a name, the name
/// of an id; empty if there is none.
std::string_view fixed_id(std::string_view path, std::string_view name);
std::string_view fixed_name(std::string_view path, std::string_view id);

/// After `set`: recomputes what depends on other properties.
void complete_changed_row(std::string_view path, Row& row);

}  // namespace openstrat::sim
