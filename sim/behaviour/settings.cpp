#include "sim/behaviour/settings.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "ros_language/value.hpp"

namespace openstrat::sim {

Settings::Settings(const Config& config, std::string_view menu, const Row* row)
    : menu_(config.schema().find(menu)), version_(config.view().version), row_(row) {}

std::string_view Settings::get(std::string_view property) const {
  if (const std::string* stored = row_ == nullptr ? nullptr : row_->find(property)) return *stored;
  const ArgumentSpec* known = menu_ == nullptr ? nullptr : menu_->property(property, version_);
  return known == nullptr || !known->default_value ? std::string_view() : *known->default_value;
}

std::int64_t Settings::number(std::string_view property, std::int64_t fallback) const {
  return text::parse_int(get(property)).value_or(fallback);
}

Duration Settings::time(std::string_view property, Duration fallback) const { return parse_duration(get(property)).value_or(fallback); }

std::optional<Duration> parse_duration(std::string_view text) {
  if (const auto seconds = text::parse_int(text)) return std::chrono::seconds(*seconds);
  const auto time = parse_time(text);
  return time ? std::optional(Duration(time->as_time_ns() / 1000)) : std::nullopt;
}

std::optional<NumberRange> NumberRange::parse(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = text::parse_int(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : text::parse_int(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  return NumberRange{*first, *last};
}

std::optional<bool> in_ranges(std::string_view list, std::int64_t number) {
  bool found = false;
  for (const std::string_view word : text::split(list, ',')) {
    const auto range = NumberRange::parse(text::trim(word));
    if (!range) return std::nullopt;
    found = found || range->contains(number);
  }
  return found;
}

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t from = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  while (from < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resume = from;
    } else if (at < pattern.size() && (pattern[at] == '?' || lower(pattern[at]) == lower(text[from]))) {
      ++at;
      ++from;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      from = ++resume;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(at), pattern.end(), [](char c) { return c == '*'; });
}

}  // namespace openstrat::sim
