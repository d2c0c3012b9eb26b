#include "http/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <string>
#include <vector>

namespace openstrat::http {
namespace {

namespace json = boost::json;

/// Builds the value and refuses what boost::json::parse would silently take.
struct Handler {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  using Error = boost::system::error_code;

  json::value_stack stack;
  std::vector<std::string> keys;           ///< of every open object, outermost first
  std::vector<std::size_t> object_starts;  ///< where each open object's keys begin
  std::string partial_key;
  std::string refusal;

  Handler() { stack.reset(); }

  bool refuse(std::string text, Error& ec) {
    refusal = std::move(text);
    ec = json::error::syntax;
    return false;
  }
  bool check_text(std::string_view text, Error& ec) {
    if (text.find('\0') != text.npos) return refuse("text must not hold the NUL character", ec);
    return true;
  }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) {
    object_starts.push_back(keys.size());
    return true;
  }
  bool on_object_end(std::size_t count, Error& ec) {
    const auto first = keys.begin() + static_cast<std::ptrdiff_t>(object_starts.back());
    std::sort(first, keys.end());
    if (const auto twice = std::adjacent_find(first, keys.end()); twice != keys.end()) {
      return refuse(fmt::format("the key \"{}\" occurs twice in one object", *twice), ec);
    }
    keys.erase(first, keys.end());
    object_starts.pop_back();
    stack.push_object(count);
    return true;
  }
  bool on_array_begin(Error&) { return true; }
  bool on_array_end(std::size_t count, Error&) {
    stack.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, Error& ec) {
    partial_key.append(part.data(), part.size());
    stack.push_chars(part);
    return check_text(part, ec);
  }
  bool on_key(json::string_view rest, std::size_t, Error& ec) {
    partial_key.append(rest.data(), rest.size());
    keys.push_back(std::move(partial_key));
    partial_key.clear();
    stack.push_key(rest);
    return check_text(rest, ec);
  }
  bool on_string_part(json::string_view part, std::size_t, Error& ec) {
    stack.push_chars(part);
    return check_text(part, ec);
  }
  bool on_string(json::string_view rest, std::size_t, Error& ec) {
    stack.push_string(rest);
    return check_text(rest, ec);
  }
  bool on_number_part(json::string_view, Error&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, Error&) {
    stack.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, json::string_view, Error&) {
    stack.push_uint64(value);
    return true;
  }
  bool on_double(double value, json::string_view, Error&) {
    stack.push_double(value);
    return true;
  }
  bool on_bool(bool value, Error&) {
    stack.push_bool(value);
    return true;
  }
  bool on_null(Error&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, Error&) { return true; }
  bool on_comment(json::string_view, Error&) { return true; }
};

}  // namespace

Result<boost::json::value> parse_json(std::string_view text) {
  const auto malformed = [](std::string message) { return fail(Errc::malformed, "malformed_json", std::move(message)); };
  if (text.empty()) return malformed("the request body is empty, a JSON document is expected");
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  json::basic_parser<Handler> parser(options);
  boost::system::error_code ec;
  const auto used = parser.write_some(false, text.data(), text.size(), ec);
  if (ec) {
    if (!parser.handler().refusal.empty()) return malformed(parser.handler().refusal);
    if (ec == json::error::too_deep) return malformed(fmt::format("nested deeper than {} levels", kMaxJsonDepth));
    return malformed(fmt::format("not valid JSON at byte {}: {}", used, ec.message()));
  }
  if (used != text.size()) return malformed(fmt::format("unexpected text after the JSON document at byte {}", used));
  return parser.handler().stack.release();
}

}  // namespace openstrat::http
