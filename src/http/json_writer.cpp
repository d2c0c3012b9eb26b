#include "http/json_writer.hpp"

#include <array>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>

namespace openstrat::http {
namespace {

void append_escape(unsigned char c, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
  }
}

template <class Number>
void append_number(Number value, std::string& out) {
  std::array<char, 32> buffer;
  const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out.append(buffer.data(), done.ptr);
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain_from, i - plain_from);
    append_escape(c, out);
    plain_from = i + 1;
  }
  out.append(text, plain_from);
  out += '"';
}

void append_json_number(std::int64_t value, std::string& out) { append_number(value, out); }

void append_json_number(double value, std::string& out) {
  if (std::isfinite(value)) append_number(value, out);
  else out += "null";
}

void append_json(const boost::json::value& value, std::string& out) {
  const auto text = [](const auto& s) { return std::string_view(s.data(), s.size()); };
  switch (value.kind()) {
    case boost::json::kind::null: out += "null"; return;
    case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
    case boost::json::kind::int64: append_json_number(value.get_int64(), out); return;
    case boost::json::kind::uint64: append_number(value.get_uint64(), out); return;
    case boost::json::kind::double_: append_json_number(value.get_double(), out); return;
    case boost::json::kind::string: append_json_string(text(value.get_string()), out); return;
    case boost::json::kind::array:
      out += '[';
      for (const auto& element : value.get_array()) {
        if (&element != value.get_array().begin()) out += ',';
        append_json(element, out);
      }
      out += ']';
      return;
    case boost::json::kind::object:
      out += '{';
      for (const auto& member : value.get_object()) {
        if (&member != value.get_object().begin()) out += ',';
        append_json_string(text(member.key()), out);
        out += ':';
        append_json(member.value(), out);
      }
      out += '}';
      return;
  }
}

}  // namespace openstrat::http
