#include "site_files/content_type.hpp"

#include <magic.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

#include "base/text.hpp"

namespace openstrat::site_files {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLookAt = 256 * 1024;  // magic numbers stand at the beginning; text is judged by as much

constexpr std::array<std::string_view, 6> kPhotos{"image/png", "image/jpeg", "image/gif", "image/webp", "image/heic", "image/avif"};

struct Library {
  std::mutex mutex;  // a handle serves one thread at a time
  std::unique_ptr<std::remove_pointer_t<magic_t>, decltype(&magic_close)> handle{magic_open(MAGIC_MIME_TYPE), magic_close};
  bool loaded = handle && magic_load(handle.get(), nullptr) == 0;
};

/// UTF-8, perhaps cut off in the middle of a character at the end.
bool is_text(std::string_view bytes) {
  if (bytes.find('\0') != bytes.npos) return false;
  for (std::size_t cut = 0; cut < 4 && cut <= bytes.size(); ++cut)
    if (text::is_utf8(bytes.substr(0, bytes.size() - cut))) return true;
  return false;
}

}  // namespace

Result<std::string> sniff_type(std::string_view bytes) {
  if (bytes.empty()) return std::string("application/x-empty");
  static Library library;
  const auto beginning = bytes.substr(0, kLookAt);
  std::string type;
  {
    const std::lock_guard lock(library.mutex);
    if (!library.loaded) return fail(Errc::unavailable, "The table of file types (libmagic) cannot be read.");
    const char* found = magic_buffer(library.handle.get(), beginning.data(), beginning.size());
    type = found != nullptr ? found : "application/octet-stream";
  }
  if (type.starts_with("text/") && is_text(beginning)) type += "; charset=utf-8";
  return type;
}

std::string clean_name(std::string_view name, std::string_view fallback) {
  const auto slash = name.find_last_of("/\\");
  if (slash != name.npos) name.remove_prefix(slash + 1);
  std::string out;
  for (const char c : text::to_clean_utf8(name))
    if (!std::string_view("\"<>:|?*;").contains(c)) out += c;
  out = std::string(text::trim(out));
  while (out.starts_with('.')) out.erase(0, 1);
  if (out.size() > kLongestName) {
    out.resize(kLongestName);
    while (!text::is_utf8(out)) out.pop_back();
  }
  return out.empty() ? std::string(fallback) : out;
}

bool is_photo(std::string_view content_type) { return std::ranges::find(kPhotos, content_type) != kPhotos.end(); }

bool opens_in_place(std::string_view content_type) { return is_photo(content_type) || content_type == "application/pdf"; }

}  // namespace openstrat::site_files
