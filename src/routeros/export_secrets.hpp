// Where the secrets of an export are. Used by the sources of export.hpp only.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "routeros/export_lexer.hpp"
#include "routeros/scripts.hpp"

namespace openstrat::routeros {

using ByteRange = std::pair<std::size_t, std::size_t>;  ///< [first, second)

/// The secret values of one statement as places in `source`, sorted, without overlap: values of properties that are secret by
/// name, tokens and passwords inside of scripts, headers and URLs, however deep the quoting.
std::vector<ByteRange> find_secrets(std::string_view source, const std::vector<Lexeme>& lexemes, std::string_view menu, const Brand& brand);

/// Whether the statement describes an object that we put on the router: by its comment or its name.
bool is_ours(std::string_view source, const std::vector<Lexeme>& lexemes, const Brand& brand);

}  // namespace openstrat::routeros
