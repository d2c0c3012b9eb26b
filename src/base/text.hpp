// Text helpers that the standard library lacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openstrat::text {

std::string_view trim(std::string_view s);
std::string lower(std::string_view s);  ///< ASCII only
std::vector<std::string_view> split(std::string_view s, char separator);
bool starts_with_ignoring_case(std::string_view s, std::string_view prefix);
bool equal_ignoring_case(std::string_view a, std::string_view b);

bool is_utf8(std::string_view s);
/// Device bytes as text: not UTF-8 is read as Windows-1252; NUL and other control characters are dropped
/// (`keep_newlines` keeps \n, \r and \t).
std::string to_clean_utf8(std::string_view bytes, bool keep_newlines = false);
/// Number of code points; the lengths that users are told count these.
std::size_t length_utf8(std::string_view s);

std::optional<std::int64_t> parse_int(std::string_view s);  ///< whole text, base 10
std::optional<double> parse_double(std::string_view s);
std::optional<bool> parse_bool(std::string_view s);  ///< true/false/1/0/yes/no, any case

/// "12.3KB": one decimal, base 1024, B/KB/MB/GB; "3.0B" too, as the documented API has it.
std::string human_size(std::uint64_t bytes);
/// `branch-7-berlin` out of "Branch 7 (Berlin)".
std::string slug(std::string_view s);
/// The closest of `known` by edit distance, for "did you mean"; nullopt if nothing is near.
std::optional<std::string_view> closest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace openstrat::text
