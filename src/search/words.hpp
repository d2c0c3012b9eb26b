// Texts as the index sees them: words, variants of words, keys. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "search/types.hpp"

namespace openstrat::search {

/// Lower case (ASCII), line breaks and runs of blanks become one blank, nothing at the ends.
std::string normalised(std::string_view text);
/// The parts between blanks.
std::vector<std::string> parts_of(std::string_view normalised_text);
/// Runs of letters and digits with at least one letter, 4 to 32 bytes: what a typing error is looked for in.
std::vector<std::string> words_of(std::string_view normalised_text);
/// The word and each form of it with one character left out.
std::vector<std::string> variants_of(std::string_view word);
/// Whether one exchange, omission, addition or swap of neighbours makes them equal.
bool one_error_apart(std::string_view a, std::string_view b);

/// Hexadecimal digits without separators when the text may be (a part of) a MAC address with separators; else empty.
std::string compact_mac(std::string_view normalised_text);
/// Pairs of hexadecimal digits between colons or dashes: nothing else looks like that.
bool looks_like_mac(std::string_view normalised_text);

/// Three characters that stand for a team.
std::string mark_of(const CustomerId& customer);

/// What is kept of a document beside its fields.
struct Indexed {
  std::string body;
  std::vector<std::string> keys;
  std::vector<std::string> words;
};
Indexed indexed(const CustomerId& customer, const Document& document);

/// How well a hit answers, 0 to 1. `body` is that of indexed(); `words` those that were looked for, corrected or not.
double score(std::string_view question, const std::vector<std::string>& words, bool corrected, std::string_view name, std::string_view body);

}  // namespace openstrat::search
