#include "sim/snmp/ber.hpp"

#include <algorithm>

namespace openstrat::sim::snmp {
namespace {

void put_length(std::string& out, std::size_t length) {
  if (length < 0x80) {
    out += static_cast<char>(length);
    return;
  }
  const int bytes = length > 0xFFFFFF ? 4 : length > 0xFFFF ? 3 : length > 0xFF ? 2 : 1;
  out += static_cast<char>(0x80 | bytes);
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(length >> 8 * i);
}

void put_base128(std::string& out, std::uint32_t number) {
  int groups = 1;
  while (groups < 5 && number >> 7 * groups != 0) ++groups;
  for (int i = groups - 1; i >= 0; --i) out += static_cast<char>((number >> 7 * i & 0x7F) | (i > 0 ? 0x80 : 0));
}

}  // namespace

std::string_view BerReader::any(std::uint8_t& tag) {
  if (left_.size() < 2) return fail(), std::string_view();
  tag = static_cast<std::uint8_t>(left_[0]);
  std::size_t length = static_cast<std::uint8_t>(left_[1]);
  std::size_t header = 2;
  if (length > 0x80) {
    const std::size_t bytes = length & 0x7F;
    if (bytes > 4 || left_.size() < 2 + bytes) return fail(), std::string_view();
    length = 0;
    for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | static_cast<std::uint8_t>(left_[2 + i]);
    header += bytes;
  } else if (length == 0x80) {  // indefinite: not in SNMP
    return fail(), std::string_view();
  }
  if (length > left_.size() - header) return fail(), std::string_view();
  const std::string_view contents = left_.substr(header, length);
  left_.remove_prefix(header + length);
  return contents;
}

std::string_view BerReader::element() {
  const std::string_view before = left_;
  std::uint8_t tag = 0;
  any(tag);
  return ok_ ? before.substr(0, before.size() - left_.size()) : std::string_view();
}

std::string_view BerReader::contents(std::uint8_t tag) {
  if (next_tag() != tag) return fail(), std::string_view();
  return any(tag);
}

BerReader BerReader::inner(std::uint8_t tag) {
  const std::string_view bytes = contents(tag);
  BerReader reader(bytes);
  if (!ok_) reader.fail();
  return reader;
}

std::int64_t BerReader::integer(std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  if (!read_integer(contents(kInteger), value) || value < least || value > most) return fail(), 0;
  return value;
}

Oid BerReader::oid() {
  Oid oid;
  if (!read_oid(contents(kOidTag), oid)) fail();
  return oid;
}

bool read_integer(std::string_view contents, std::int64_t& value) {
  if (contents.empty() || contents.size() > 8) return false;
  std::uint64_t bits = (contents[0] & 0x80) != 0 ? ~0ULL : 0;
  for (const char byte : contents) bits = bits << 8 | static_cast<std::uint8_t>(byte);
  value = static_cast<std::int64_t>(bits);
  return true;
}

bool read_oid(std::string_view contents, Oid& oid) {
  oid.clear();
  std::uint64_t number = 0;
  bool inside = false;
  for (const char raw : contents) {
    const auto byte = static_cast<std::uint8_t>(raw);
    number = number << 7 | (byte & 0x7F);
    if (number > 0xFFFFFFFF) return false;
    inside = (byte & 0x80) != 0;
    if (inside) continue;
    if (oid.empty()) {  // the first number holds two: 40 × first + second
      const std::uint64_t first = std::min<std::uint64_t>(number / 40, 2);
      oid.push_back(static_cast<std::uint32_t>(first));
      number -= first * 40;
    }
    if (oid.size() == kMaxOidLength) return false;
    oid.push_back(static_cast<std::uint32_t>(number));
    number = 0;
  }
  return !inside && !oid.empty();
}

std::string ber_element(std::uint8_t tag, std::string_view contents) {
  std::string out;
  out.reserve(contents.size() + 6);
  out += static_cast<char>(tag);
  put_length(out, contents.size());
  out += contents;
  return out;
}

std::string integer_contents(std::int64_t value) {
  int bytes = 8;
  while (bytes > 1) {  // nine equal leading bits say no more than one
    const std::int64_t top = value >> (8 * (bytes - 1) - 1);
    if (top != 0 && top != -1) break;
    --bytes;
  }
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> 8 * i);
  return out;
}

std::string unsigned_contents(std::uint64_t value) {
  if (value <= 0x7FFFFFFFFFFFFFFFULL) return integer_contents(static_cast<std::int64_t>(value));
  std::string out(1, '\0');
  for (int i = 7; i >= 0; --i) out += static_cast<char>(value >> 8 * i);
  return out;
}

std::string oid_contents(const Oid& oid) {
  std::string out;
  if (oid.size() < 2) return std::string(1, '\0');  // 0.0
  put_base128(out, oid[0] * 40 + oid[1]);
  for (std::size_t i = 2; i < oid.size(); ++i) put_base128(out, oid[i]);
  return out;
}

}  // namespace openstrat::sim::snmp
