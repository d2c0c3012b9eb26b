// Fields of SFTP packets: big-endian numbers and counted strings.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace openstrat::sim {

/// Thrown by PacketReader; the connection's other side speaks something else.
class BadPacket : public std::runtime_error {
 public:
  BadPacket() : std::runtime_error("malformed packet") {}
};

class PacketReader {
 public:
  explicit PacketReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)[0]); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string_view string() { return take(u32()); }

 private:
  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) throw BadPacket();
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char c : take(size)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }

  std::string_view bytes_;
};

class PacketWriter {
 public:
  PacketWriter& u8(std::uint8_t value) {
    bytes_ += static_cast<char>(value);
    return *this;
  }
  PacketWriter& u32(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift & 0xff);
    return *this;
  }
  PacketWriter& u64(std::uint64_t value) { return u32(static_cast<std::uint32_t>(value >> 32)).u32(static_cast<std::uint32_t>(value)); }
  PacketWriter& string(std::string_view text) {
    u32(static_cast<std::uint32_t>(text.size()));
    bytes_ += text;
    return *this;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace openstrat::sim
