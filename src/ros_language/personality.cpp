#include "ros_language/personality.hpp"

#include <charconv>
#include <utility>

namespace openstrat::ros {

std::optional<Version> Version::parse(std::string_view text) {
  int parts[3] = {0, 0, 0};
  for (int i = 0; i < 3; ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parts[i]);
    if (error != std::errc() || parts[i] < 0) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return Version{parts[0], parts[1], parts[2]};
    if (text[0] != '.') return {};
    text.remove_prefix(1);
  }
  return {};
}

std::string Version::to_string() const {
  std::string out = std::to_string(major) + "." + std::to_string(minor);
  if (patch != 0) out += "." + std::to_string(patch);
  return out;
}

bool Personality::has(Feature feature) const {
  switch (feature) {
    case Feature::late_errors: return version >= Version{7, 20, 0};
    case Feature::late_parameters: return version >= Version{7, 23, 0};
    case Feature::catchable_import: return version >= Version{7, 16, 0};
    case Feature::iso_dates: return version >= Version{7, 10, 0};
    case Feature::error_text_in_log: return version >= Version{7, 0, 0};
    case Feature::break_continue: return version >= Version{7, 22, 0};
  }
  std::unreachable();
}

}  // namespace openstrat::ros
