#include "sim/device/public_key.hpp"

#include <bit>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kLongestKey = 8 << 10;

/// Takes a counted string from the front of a key's blob; nullopt at its end.
std::optional<std::string_view> take_counted(std::string_view& blob) {
  if (blob.size() < 4) return std::nullopt;
  std::size_t size = 0;
  for (const char c : blob.substr(0, 4)) size = size << 8 | static_cast<unsigned char>(c);
  if (size > blob.size() - 4) return std::nullopt;
  const std::string_view taken = blob.substr(4, size);
  blob.remove_prefix(4 + size);
  return taken;
}

int bits_of(std::string_view number) {
  while (!number.empty() && number[0] == '\0') number.remove_prefix(1);
  if (number.empty()) return 0;
  return static_cast<int>(number.size() * 8) - std::countl_zero(static_cast<unsigned char>(number[0]));
}

/// Fills type and bits from the blob itself: what stands before it is only said.
bool look_inside(PublicKey& key) {
  const auto blob = crypto::unbase64(key.blob);
  if (!blob) return false;
  std::string_view rest = *blob;
  const auto type = take_counted(rest);
  const auto first = take_counted(rest);
  if (!type || !first) return false;
  key.type = *type;
  if (*type == "ssh-rsa") {
    const auto modulus = take_counted(rest);
    key.bits = modulus ? bits_of(*modulus) : 0;
    return key.bits >= 512;
  }
  if (*type == "ssh-ed25519") {
    key.bits = 256;
    return first->size() == 32;
  }
  key.bits = type->ends_with("384") ? 384 : type->ends_with("521") ? 521 : 256;
  return type->starts_with("ecdsa-sha2-nistp");
}

/// Between the lines of dashes; headers have a colon, the comment is one of them.
PublicKey read_block(std::string_view text) {
  PublicKey key;
  for (std::string_view line : text::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("---- END")) break;
    if (line.starts_with("---- ")) continue;
    if (const auto colon = line.find(':'); colon != std::string_view::npos) {
      std::string_view value = line.substr(colon + 1);
      while (!value.empty() && (value.front() == ' ' || value.front() == '"')) value.remove_prefix(1);
      while (!value.empty() && value.back() == '"') value.remove_suffix(1);
      if (line.starts_with("Comment")) key.owner = value;
    } else {
      key.blob += line;
    }
  }
  return key;
}

PublicKey read_line(std::string_view text) {
  PublicKey key;
  std::string_view line = text.substr(0, text.find('\n'));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  const auto first = line.find(' ');
  if (first == std::string_view::npos) return key;
  const std::string_view rest = line.substr(first + 1);
  const auto second = rest.find(' ');
  key.blob = rest.substr(0, second);
  if (second != std::string_view::npos) key.owner = rest.substr(second + 1);
  return key;
}

}  // namespace

std::optional<PublicKey> parse_public_key(std::string_view text) {
  if (text.size() > kLongestKey) return std::nullopt;
  PublicKey key = text.starts_with("---- BEGIN SSH2 PUBLIC KEY") ? read_block(text) : read_line(text);
  return look_inside(key) ? std::optional(std::move(key)) : std::nullopt;
}

}  // namespace openstrat::sim
