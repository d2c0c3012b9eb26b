// JSON, as the router writes and reads it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "sim/lang/encoding.hpp"
#include "sim/lang/encoding_dsv.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {
namespace {

constexpr int kMaxDepth = 32;

/// Digits with at most one point among them, and a sign before.
bool looks_like_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto digits = [](std::string_view part) { return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos; };
  return digits(text.substr(0, point)) && (point == text.size() || digits(text.substr(point + 1)));
}

class JsonWriter {
 public:
  JsonWriter(bool pretty, bool keep_strings, std::size_t max_bytes)
      : pretty_(pretty), keep_strings_(keep_strings), max_bytes_(max_bytes) {}

  void write(const Value& value, int depth) {
    if (out_.size() > max_bytes_) throw ScriptError("value is too long");
    switch (value.type()) {
      case Type::nothing:
      case Type::nil: out_ += "null"; break;
      case Type::num: out_ += value.to_text(); break;
      case Type::boolean: out_ += value.to_text(); break;
      case Type::str: text(value.as_str()); break;
      case Type::array: array(value.as_array(), depth); break;
      default: string(value.to_text()); break;
    }
  }
  std::string take() { return std::move(out_); }

 private:
  /// Text that looks like a number is written as one, with six decimals.
  void text(const std::string& s) {
    if (!keep_strings_) {
      if (looks_like_number(s)) {
        out_ += fmt::format("{:.6f}", std::strtod(s.c_str(), nullptr));
        return;
      }
    }
    string(s);
  }

  void string(const std::string& s) {
    out_ += '"';
    for (const char c : s) {
      switch (c) {
        case '"': out_ += "\\\""; break;
        case '\\': out_ += "\\\\"; break;
        case '\n': out_ += "\\n"; break;
        case '\r': out_ += "\\r"; break;
        case '\t': out_ += "\\t"; break;
        default:
          if (static_cast<unsigned char>(c) < 0x20) out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
          else out_ += c;
      }
    }
    out_ += '"';
  }

  void line(int depth) {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(depth) * 4, ' ');
  }

  void array(const Array& array, int depth) {
    const bool object = !array.keyed().empty();
    if (array.empty()) {
      out_ += "[]";
      return;
    }
    out_ += object ? '{' : '[';
    bool first = true;
    const auto begin = [&] {
      if (!first) out_ += ',';
      first = false;
      line(depth + 1);
    };
    std::size_t position = 0;
    for (const Value& item : array.items()) {
      begin();
      // A mixed array is an object; its unkeyed elements get their position as name.
      if (object) out_ += fmt::format("\"{}\":{}", position++, pretty_ ? " " : "");
      write(item, depth + 1);
    }
    for (const auto& [key, item] : array.keyed()) {
      begin();
      string(key);
      out_ += pretty_ ? ": " : ":";
      write(item, depth + 1);
    }
    line(depth);
    out_ += object ? '}' : ']';
  }

  std::string out_;
  bool pretty_;
  bool keep_strings_;
  std::size_t max_bytes_;
};

class JsonReader {
 public:
  JsonReader(std::string_view text, bool keep_strings) : rest_(text), keep_strings_(keep_strings) {}

  Value read() {
    Value out = value(0);
    skip();
    if (!rest_.empty()) fail();
    return out;
  }

 private:
  [[noreturn]] static void fail() { throw ScriptError("failure: malformed json"); }

  void skip() {
    const auto start = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(start == std::string_view::npos ? rest_.size() : start);
  }
  bool accept(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  void expect(std::string_view word) {
    skip();
    if (!accept(word)) fail();
  }

  Value value(int depth) {
    if (depth > kMaxDepth) fail();
    skip();
    if (rest_.empty()) fail();
    if (rest_[0] == '{') return object(depth);
    if (rest_[0] == '[') return list(depth);
    if (rest_[0] == '"') {
      std::string text = string();
      if (!keep_strings_) {
        if (auto typed = parse_literal(text); typed && !typed->is(Type::boolean)) return *typed;
      }
      return Value::str(std::move(text));
    }
    if (accept("true")) return Value::boolean(true);
    if (accept("false")) return Value::boolean(false);
    if (accept("null")) return Value::nil();
    return number();
  }

  /// Whole numbers are num; the language has no fractions, so others stay text.
  Value number() {
    const auto length = std::min(rest_.find_first_not_of("+-0123456789.eE"), rest_.size());
    if (length == 0) fail();
    const std::string_view digits = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (auto whole = parse_num(digits)) return *whole;
    return Value::str(digits);
  }

  Value object(int depth) {
    Array out;
    rest_.remove_prefix(1);
    skip();
    if (accept("}")) return Value::array(std::move(out));
    do {
      skip();
      if (rest_.empty() || rest_[0] != '"') fail();
      const std::string key = string();
      expect(":");
      out.set(key, value(depth + 1));
      skip();
    } while (accept(","));
    expect("}");
    return Value::array(std::move(out));
  }

  Value list(int depth) {
    Array out;
    rest_.remove_prefix(1);
    skip();
    if (accept("]")) return Value::array(std::move(out));
    do {
      out.push(value(depth + 1));
      skip();
    } while (accept(","));
    expect("]");
    return Value::array(std::move(out));
  }

  unsigned hex4() {
    if (rest_.size() < 4) fail();
    const auto value = parse_num("0x" + std::string(rest_.substr(0, 4)));
    if (!value) fail();
    rest_.remove_prefix(4);
    return static_cast<unsigned>(value->as_num());
  }

  void append_utf8(std::string& out, unsigned code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | (code >> 6));
      out += static_cast<char>(0x80 | (code & 63));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | (code >> 12));
      out += static_cast<char>(0x80 | ((code >> 6) & 63));
      out += static_cast<char>(0x80 | (code & 63));
    } else {
      out += static_cast<char>(0xF0 | (code >> 18));
      out += static_cast<char>(0x80 | ((code >> 12) & 63));
      out += static_cast<char>(0x80 | ((code >> 6) & 63));
      out += static_cast<char>(0x80 | (code & 63));
    }
  }

  void unicode(std::string& out) {
    unsigned code = hex4();
    if (code >= 0xD800 && code < 0xDC00 && accept("\\u")) {
      const unsigned low = hex4();
      if (low < 0xDC00 || low > 0xDFFF) fail();
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, code);
  }

  std::string string() {
    std::string out;
    rest_.remove_prefix(1);
    while (true) {
      const auto plain = rest_.find_first_of("\"\\");
      if (plain == std::string_view::npos) fail();
      out.append(rest_.substr(0, plain));
      const char c = rest_[plain];
      rest_.remove_prefix(plain + 1);
      if (c == '"') return out;
      if (rest_.empty()) fail();
      const char escape = rest_[0];
      rest_.remove_prefix(1);
      static constexpr std::string_view kNames = "\"\\/bfnrt";
      static constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
      if (escape == 'u') unicode(out);
      else if (const auto at = kNames.find(escape); at != std::string_view::npos) out += kBytes[at];
      else fail();
    }
  }

  std::string_view rest_;
  bool keep_strings_;
};

}  // namespace

std::string serialize(const Value& value, const SerializeOptions& options, std::size_t max_bytes) {
  if (options.format == "dsv") return write_dsv(value, options, max_bytes);
  if (options.format != "json") throw ScriptError("invalid value for argument to");
  JsonWriter writer(has_option(options.options, "json.pretty"), has_option(options.options, "no-string-conversion"), max_bytes);
  writer.write(value, 0);
  return writer.take();
}

Value deserialize(std::string_view text, const SerializeOptions& options) {
  if (options.format == "dsv") return read_dsv(text, options);
  if (options.format != "json") throw ScriptError("invalid value for argument from");
  return JsonReader(text, has_option(options.options, "no-string-conversion")).read();
}

}  // namespace openstrat::sim
