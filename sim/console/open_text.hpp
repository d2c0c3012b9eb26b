// Whether a typed text goes on: a bracket, a string or a backslash is still open at its end.
#pragma once

#include <string_view>

namespace openstrat::sim {

/// `{`, `(`, `[`, `"` or `\` that is open at the end, else NUL: what the prompt for the next line shows.
char open_at_end(std::string_view text);

}  // namespace openstrat::sim
