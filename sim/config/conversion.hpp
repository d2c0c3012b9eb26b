// Values of the language ↔ canonical text of the store, with RouterOS's words for what does not fit.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ros_language/value.hpp"
#include "ros_menus/schema.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

/// Names that a reference may have; ids (`*1F`) are turned into names by it too.
class References {
 public:
  virtual ~References() = default;
  /// All names of `word` in the menu: the exact one alone, or every name that begins with it.
  virtual std::vector<std::string> names_like(std::string_view menu, std::string_view word) const = 0;
};

struct ConversionOptions {
  bool keep_unknown = false;  ///< permissive views: a reference or word that nobody knows stays as it is
  bool typed_booleans = true; ///< a boolean of the language is taken beside `yes` and `no`
};

/// The canonical text of `value` for the property. Throws ScriptError.
std::string to_stored(const ArgumentSpec& property, const Value& value, const References& references,
                      const ConversionOptions& options);

/// The typed value of a stored text, as `get` gives it.
Value to_value(const ArgumentSpec* property, std::string_view text);

/// `10.0.0.0-10.0.0.255` → `10.0.0.0/24`, `1.2.3.4/32` → `1.2.3.4`; anything else stays.
std::string canonical_address(std::string_view text);

}  // namespace openstrat::sim
