// What a profile may say, whoever changes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/access_types.hpp"

namespace openstrat::identity {

/// Absent = unchanged; an inner nullopt clears.
struct ProfileChange {
  std::optional<std::string> name;
  std::optional<std::optional<Mobile>> mobile;
  std::optional<std::optional<std::string>> country, picture;
  std::optional<std::string> timezone, date_format, time_format, locale;
};

/// invalid names every wrong field; then nothing was changed.
Status apply_profile(Member& member, ProfileChange change);

/// Puts the number into its international form; a field error when it has none.
void complete_mobile(std::optional<Mobile>& mobile, std::vector<FieldError>& wrong);

/// 1 to 100 characters in one line.
bool is_name(std::string_view text);

/// An https URL, or a small image as a data: URI whose bytes are what it says. Nothing here ever fetches it.
inline constexpr std::size_t kLongestPicture = 16 * 1024;
bool is_picture(std::string_view text);

}  // namespace openstrat::identity
