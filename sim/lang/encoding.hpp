// `:serialize`, `:deserialize` and `:convert`.
#pragma once

#include <string>
#include <string_view>

#include "ros_language/value.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

struct SerializeOptions {
  std::string format;     ///< json, dsv
  std::string options;    ///< comma or `;` separated: json.pretty, json.no-string-conversion, dsv.remap, …
  std::string delimiter;  ///< dsv; default `,`
  std::string order;      ///< dsv: names of columns, `;` separated; empty: theirs
};

/// All three throw ScriptError on wrong input.
std::string serialize(const Value& value, const SerializeOptions& options, std::size_t max_bytes);
Value deserialize(std::string_view text, const SerializeOptions& options);
/// Empty `from` and `to` mean raw text, empty `transform` none.
Value convert(const Value& value, std::string_view from, std::string_view to, std::string_view transform);

}  // namespace openstrat::sim
