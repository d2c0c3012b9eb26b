// Where `doc_url` of an error leads: what the code means and what to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openstrat::apidocs {

std::string error_index();
std::optional<std::string> error_page(std::string_view code);  ///< nullopt: no such code

}  // namespace openstrat::apidocs
