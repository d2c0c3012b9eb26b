// `:convert`: bytes from one notation to another, or transformed.
#include <openssl/evp.h>

#include <algorithm>
#include <optional>

#include "sim/lang/encoding.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kHex = "0123456789abcdef";

/// `bits` per digit, padded with `=` to whole groups of `group` digits (1: no padding).
std::string encode(std::string_view bytes, std::string_view alphabet, int bits, std::size_t group) {
  std::string out;
  unsigned held = 0;
  int have = 0;
  for (const char c : bytes) {
    held = (held << 8) | static_cast<unsigned char>(c);
    for (have += 8; have >= bits; have -= bits) out += alphabet[(held >> (have - bits)) & ((1u << bits) - 1)];
    held &= 0xff;
  }
  if (have > 0) out += alphabet[(held << (bits - have)) & ((1u << bits) - 1)];
  while (out.size() % group != 0) out += '=';
  return out;
}

std::string decode(std::string_view text, std::string_view alphabet, int bits) {
  std::string out;
  unsigned held = 0;
  int have = 0;
  for (const char c : text) {
    if (c == '=' || c == '\n' || c == '\r') continue;
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) throw ScriptError("failure: invalid input");
    held = (held << bits) | static_cast<unsigned>(digit);
    have += bits;
    if (have >= 8) {
      have -= 8;
      out += static_cast<char>(held >> have);
      held &= (1u << have) - 1;
    }
  }
  return out;
}

std::string url_encode(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += '%';
      for (const int shift : {4, 0}) out += "0123456789ABCDEF"[(static_cast<unsigned char>(c) >> shift) & 15];
    }
  }
  return out;
}

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out) if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string url_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) throw ScriptError("failure: invalid input");
    out += decode(lower(text.substr(i + 1, 2)), kHex, 4);
    i += 2;
  }
  return out;
}

std::string from_number(std::int64_t number) {
  std::string out;
  for (auto rest = static_cast<std::uint64_t>(number); rest != 0 || out.empty(); rest >>= 8) out += static_cast<char>(rest & 255);
  std::reverse(out.begin(), out.end());
  return out;
}

/// One element a bit, the most or the least significant of each byte first.
Value to_bits(std::string_view bytes, bool least_first) {
  Array out;
  for (const char c : bytes) {
    for (int i = 0; i < 8; ++i) out.push(Value::num((static_cast<unsigned char>(c) >> (least_first ? i : 7 - i)) & 1));
  }
  return Value::array(std::move(out));
}

std::string from_bits(const Value& value, bool least_first) {
  if (!value.is(Type::array) || value.as_array().items().size() % 8 != 0) throw ScriptError("failure: invalid input");
  std::string out;
  std::size_t at = 0;
  unsigned byte = 0;
  for (const Value& item : value.as_array().items()) {
    const auto bit = parse_num(item.to_text());
    if (!bit || bit->as_num() < 0 || bit->as_num() > 1) throw ScriptError("failure: invalid input");
    const std::size_t place = at++ % 8;
    byte |= static_cast<unsigned>(bit->as_num()) << (least_first ? place : 7 - place);
    if (place != 7) continue;
    out += static_cast<char>(byte);
    byte = 0;
  }
  return out;
}

std::string bytes_of(const Value& value, std::string_view from) {
  if (from == "byte-array") {
    std::string out;
    if (!value.is(Type::array)) throw ScriptError("failure: invalid input");
    for (const Value& item : value.as_array().items()) {
      const auto number = item.is(Type::num) ? std::optional(item) : parse_num(item.to_text());
      if (!number || number->as_num() < 0 || number->as_num() > 255) throw ScriptError("failure: invalid input");
      out += static_cast<char>(number->as_num());
    }
    return out;
  }
  const std::string text = value.to_text();
  if (from.empty() || from == "raw") return text;
  if (from == "base64") return decode(text, kBase64, 6);
  if (from == "base32") return decode(text, kBase32, 5);
  if (from == "hex") return decode(lower(text), kHex, 4);
  if (from == "url") return url_decode(text);
  if (from == "num") {
    const auto number = parse_num(text);
    if (!number) throw ScriptError("failure: invalid input");
    return from_number(number->as_num());
  }
  if (from.starts_with("bit-array-")) return from_bits(value, from.ends_with("lsb"));
  throw ScriptError("invalid value for argument from");
}

Value in_notation(const std::string& bytes, std::string_view to) {
  if (to.empty() || to == "raw") return Value::str(bytes);
  if (to == "base64") return Value::str(encode(bytes, kBase64, 6, 4));
  if (to == "base32") return Value::str(encode(bytes, kBase32, 5, 8));
  if (to == "hex") return Value::str(encode(bytes, kHex, 4, 1));
  if (to == "url") return Value::str(url_encode(bytes));
  if (to == "byte-array") {
    Array out;
    for (const char c : bytes) out.push(Value::num(static_cast<unsigned char>(c)));
    return Value::array(std::move(out));
  }
  if (to.starts_with("bit-array-")) return to_bits(bytes, to.ends_with("lsb"));
  if (to == "num") {
    std::uint64_t number = 0;
    for (const char c : bytes) number = (number << 8) | static_cast<unsigned char>(c);
    return Value::num(static_cast<std::int64_t>(number));
  }
  throw ScriptError("invalid value for argument to");
}

std::string digest(std::string_view bytes, const EVP_MD* algorithm) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out, &size, algorithm, nullptr) != 1) throw ScriptError("failure: digest");
  return {reinterpret_cast<const char*>(out), size};
}

std::string upper(std::string_view s) {
  std::string out(s);
  for (char& c : out) if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

std::string rot13(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>('a' + (c - 'a' + 13) % 26);
    else if (c >= 'A' && c <= 'Z') c = static_cast<char>('A' + (c - 'A' + 13) % 26);
  }
  return out;
}

std::string with_crlf(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (c == '\n' && !out.ends_with('\r')) out += '\r';
    out += c;
  }
  return out;
}

std::string transformed(std::string bytes, std::string_view transform) {
  if (transform.empty() || transform == "none") return bytes;
  if (transform == "lc") return lower(bytes);
  if (transform == "uc") return upper(bytes);
  if (transform == "lcfirst") return lower(bytes.substr(0, 1)) + (bytes.empty() ? "" : bytes.substr(1));
  if (transform == "ucfirst") return upper(bytes.substr(0, 1)) + (bytes.empty() ? "" : bytes.substr(1));
  if (transform == "reverse") return {bytes.rbegin(), bytes.rend()};
  if (transform == "rot13") return rot13(bytes);
  if (transform == "crlf") return with_crlf(bytes);
  if (transform == "md5") return digest(bytes, EVP_md5());
  if (transform == "sha512") return digest(bytes, EVP_sha512());
  throw ScriptError("invalid value for argument transform");
}

}  // namespace

Value convert(const Value& value, std::string_view from, std::string_view to, std::string_view transform) {
  std::string bytes = transformed(bytes_of(value, from), transform);
  // The processors of most boards keep the low byte of a number first, and so does the array.
  if (from == "num" && to == "byte-array") std::reverse(bytes.begin(), bytes.end());
  return in_notation(bytes, to);
}

}  // namespace openstrat::sim
