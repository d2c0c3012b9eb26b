#include "http/constraints.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <map>
#include <memory>

#include "base/guarded.hpp"
#include "base/text.hpp"

namespace openstrat::http {
namespace {

/// Compiled once for each pattern of the route table; the table is fixed, so the cache is bounded.
const re2::RE2& compiled(std::string_view regex) {
  static Guarded<std::map<std::string_view, std::unique_ptr<re2::RE2>>> cache;
  auto patterns = cache.lock();
  auto& entry = (*patterns)[regex];
  if (!entry) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    entry = std::make_unique<re2::RE2>(re2::StringPiece(regex.data(), regex.size()), options);
  }
  return *entry;
}

bool is_https_url(std::string_view value) {
  const auto url = boost::urls::parse_absolute_uri(value);
  return url && url->scheme_id() == boost::urls::scheme::https && !url->host().empty() && !url->has_userinfo();
}

bool is_choice(std::string_view choices, std::string_view value) {
  for (const auto choice : text::split(choices, '|')) {
    if (choice == value) return true;
  }
  return false;
}

std::string choice_list(std::string_view choices) {
  std::string out;
  for (const auto choice : text::split(choices, '|')) {
    if (!out.empty()) out += ", ";
    out += choice;
  }
  return out;
}

}  // namespace

std::optional<std::string> complaint_about_text(const FieldInfo& field, std::string_view value) {
  const auto length = text::length_utf8(value);
  if (length < field.min_length || length > field.max_length) {
    if (field.max_length == FieldInfo::kUnlimited) {
      return fmt::format("must be at least {} characters long", field.min_length);
    }
    if (field.min_length == 0) return fmt::format("must be at most {} characters long", field.max_length);
    if (field.min_length == 1 && length == 0) return "must not be empty";
    return fmt::format("must be between {} and {} characters long", field.min_length, field.max_length);
  }
  if (!field.choices.empty() && !is_choice(field.choices, value)) {
    return fmt::format("must be one of {}", choice_list(field.choices));
  }
  if (!field.regex.empty() && !re2::RE2::FullMatch(re2::StringPiece(value.data(), value.size()), compiled(field.regex))) {
    return fmt::format("must match {}", field.regex);
  }
  if (field.is_https_url && !is_https_url(value)) return "must be an https:// URL without user name";
  return std::nullopt;
}

std::optional<std::string> complaint_about_number(const FieldInfo& field, double value) {
  if (!field.has_range || (value >= field.minimum && value <= field.maximum)) return std::nullopt;
  return fmt::format("must be between {} and {}", field.minimum, field.maximum);
}

std::optional<std::string> complaint_about_count(const FieldInfo& field, std::size_t count) {
  if (count < field.min_items) return fmt::format("must have at least {} {}", field.min_items, field.min_items == 1 ? "entry" : "entries");
  if (count > field.max_items) return fmt::format("must have at most {} {}", field.max_items, field.max_items == 1 ? "entry" : "entries");
  return std::nullopt;
}

bool is_valid_pattern(std::string_view regex) { return compiled(regex).ok(); }

}  // namespace openstrat::http
