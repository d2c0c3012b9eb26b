// Percent-encoding and query strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openstrat::http {

/// nullopt on a broken escape. `plus_is_space` for query strings and forms.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Everything but unreserved characters is escaped.
std::string percent_encode(std::string_view text);

/// Name and value pairs of a query string or form; pairs with broken escapes are left out.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace openstrat::http
