// What bytes are, whoever sent them and whatever they are called.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace openstrat::site_files {

/// The media type by content (libmagic), with `; charset=utf-8` for UTF-8 text. Thread-safe. unavailable when libmagic has no database.
Result<std::string> sniff_type(std::string_view bytes);

/// The last segment of a path, without control characters and the characters that file systems and headers trip over; at most
/// 200 bytes of UTF-8, `fallback` when nothing is left.
std::string clean_name(std::string_view name, std::string_view fallback);

/// Photos that browsers show: PNG, JPEG, GIF, WebP, HEIC, AVIF.
bool is_photo(std::string_view content_type);
/// What may open in the browser instead of being saved.
bool opens_in_place(std::string_view content_type);

}  // namespace openstrat::site_files
