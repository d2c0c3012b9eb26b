#include "sim/rest/body.hpp"

#include <boost/json.hpp>
#include <cstdint>

#include <fmt/core.h>

#include "base/text.hpp"
#include "ros_language/value.hpp"

namespace openstrat::sim {
namespace {

namespace json = boost::json;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_number_char(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == 'x' || c == 'X' || c == '.' || c == '-' || c == '+'; }

/// What a number stands for: routers read octal and hexadecimal ones too, and no exponents.
std::optional<std::string> number_text(std::string_view token) {
  const bool negative = token.starts_with('-');
  std::string_view digits = token.substr(negative ? 1 : 0);
  const bool hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
  const bool octal = !hexadecimal && digits.size() > 1 && digits.front() == '0' && is_digit(digits[1]);
  if (hexadecimal) digits.remove_prefix(2);
  if (digits.empty() || digits.size() > 20) return std::nullopt;
  if (!hexadecimal && !octal) {
    const std::size_t point = std::min(digits.find('.'), digits.size());
    for (std::size_t i = 0; i < digits.size(); ++i) {
      if (i != point && !is_digit(digits[i])) return std::nullopt;
    }
    if (point == 0 || point + 1 == digits.size()) return std::nullopt;
    return std::string(token);
  }
  std::uint64_t value = 0;
  for (const char c : digits) {
    const unsigned digit = is_digit(c) ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 0x20) - 'a') + 10;
    const unsigned base = hexadecimal ? 16 : 8;
    if (digit >= base || value > (UINT64_MAX - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return fmt::format("{}{}", negative ? "-" : "", value);
}

/// Numbers become strings, so that they keep their spelling: everything is text on the other side anyway.
std::optional<std::string> with_quoted_numbers(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '"') {
      const std::size_t start = i++;
      while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
      i = std::min(i + 1, text.size());
      out.append(text.substr(start, i - start));
    } else if (is_digit(text[i]) || text[i] == '-') {
      const std::size_t start = i;
      while (i < text.size() && is_number_char(text[i])) ++i;
      const auto number = number_text(text.substr(start, i - start));
      if (!number) return std::nullopt;
      out.append("\"").append(*number).append("\"");
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::optional<std::string> scalar_text(const json::value& value) {
  if (const json::string* text = value.if_string()) return std::string(text->data(), text->size());
  if (const bool* yes = value.if_bool()) return *yes ? "true" : "false";
  return std::nullopt;
}

/// Of a list its elements, of anything else the one text.
std::optional<std::vector<std::string>> texts_of(const json::value& value) {
  std::vector<std::string> texts;
  if (const json::array* list = value.if_array()) {
    for (const json::value& item : *list) {
      auto text = scalar_text(item);
      if (!text) return std::nullopt;
      texts.push_back(*std::move(text));
    }
    return texts;
  }
  auto text = scalar_text(value);
  if (!text) return std::nullopt;
  texts.push_back(*std::move(text));
  return texts;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (std::size_t i = 0; i < texts.size(); ++i) out.append(i > 0 ? "," : "").append(texts[i]);
  return out;
}

bool read_member(std::string_view name, const json::value& value, RestBody& body) {
  if (value.is_null()) {
    body.arguments.push_back({std::string(name.substr(name.starts_with('!') ? 1 : 0)), {}, true});
    return true;
  }
  auto texts = texts_of(value);
  if (!texts) return false;
  if (name == ".proplist" || name == "_proplist") {
    for (const std::string& text : *texts) {
      for (const std::string_view property : text::split(text, ',')) {
        if (!property.empty()) body.proplist.emplace_back(property);
      }
    }
  } else if (name == ".query" || name == "_query") {
    body.query = *std::move(texts);
  } else if (name.starts_with('!')) {
    body.arguments.push_back({std::string(name.substr(1)), {}, true});
  } else {
    body.arguments.push_back({std::string(name), joined(*texts), false});
  }
  return true;
}

json::object to_object(const ApiRow& row) {
  json::object object;
  object.reserve(row.size());
  for (const auto& [name, value] : row) object[name] = value;
  return object;
}

}  // namespace

std::optional<RestBody> parse_body(std::string_view text) {
  RestBody body;
  if (text::trim(text).empty()) return body;
  const auto quoted = with_quoted_numbers(text);
  if (!quoted) return std::nullopt;
  boost::system::error_code error;
  json::parse_options options;
  options.allow_invalid_utf8 = true;  // comments of routers are bytes of any kind
  const json::value parsed = json::parse(*quoted, error, {}, options);
  const json::object* members = error ? nullptr : parsed.if_object();
  if (members == nullptr) return std::nullopt;
  for (const auto& [name, value] : *members) {
    if (!read_member({name.data(), name.size()}, value, body)) return std::nullopt;
  }
  return body;
}

std::string to_json(const ApiRow& row) { return json::serialize(to_object(row)); }

std::string to_json(const std::vector<ApiRow>& rows) {
  json::array list;
  list.reserve(rows.size());
  for (const ApiRow& row : rows) list.push_back(to_object(row));
  return json::serialize(list);
}

HttpAnswer json_answer(int status, std::string json) { return {.status = status, .content_type = "application/json", .body = std::move(json)}; }

HttpAnswer error_answer(int status, std::string_view detail) {
  json::object object;
  if (!detail.empty()) object["detail"] = detail;
  object["error"] = status;
  const std::string_view message = reason_of(status);
  object["message"] = message;
  return json_answer(status, json::serialize(object));
}

}  // namespace openstrat::sim
