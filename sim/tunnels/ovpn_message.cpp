#include "sim/tunnels/ovpn_message.hpp"

#include <algorithm>
#include <bit>
#include <vector>

#include <fmt/core.h>

#include "base/net.hpp"
#include "base/text.hpp"

namespace openstrat::sim {
namespace {

using Kind = OvpnMessage::Kind;

constexpr std::string_view kPushed = "PUSH: Received control message: 'PUSH_REPLY,";
constexpr std::string_view kOtherCertificate = "(got certificate fingerprint: ";

std::string_view field(const std::vector<std::string_view>& fields, std::size_t index) { return index < fields.size() ? fields[index] : std::string_view(); }

/// `255.255.255.0` as 24; nullopt: it is an address, not a mask.
std::optional<int> mask_length(std::string_view text) {
  const auto address = IpAddress::parse(text);
  if (!address || !address->is_v4()) return std::nullopt;
  const std::uint32_t bits = address->v4_value();
  const int length = std::countl_one(bits);
  return length > 0 && std::popcount(bits) == length ? std::optional(length) : std::nullopt;
}

/// `ifconfig 10.8.0.2 255.255.255.0` with a `route-gateway`, or `ifconfig 10.8.0.6 10.8.0.5`.
OvpnMessage addresses(std::string_view options) {
  OvpnMessage message{.kind = Kind::addresses};
  for (const std::string_view option : text::split(options.substr(0, options.find('\'')), ',')) {
    const auto words = text::split(option, ' ');
    const std::string_view name = field(words, 0);
    if (name == "route-gateway" && IpAddress::parse(field(words, 1))) message.detail = field(words, 1);
    if (name != "ifconfig" || !IpAddress::parse(field(words, 1))) continue;
    message.text = field(words, 1);
    const std::string_view second = field(words, 2);
    if (const auto length = mask_length(second)) message.text += fmt::format("/{}", *length);
    else if (IpAddress::parse(second)) message.detail = second;
  }
  return message;
}

OvpnMessage log_line(std::string_view text) {
  if (text.starts_with(kPushed)) return addresses(text.substr(kPushed.size()));
  const std::size_t at = text.find(kOtherCertificate);
  if (at == std::string_view::npos) return {};
  std::string_view print = text.substr(at + kOtherCertificate.size());
  print = print.substr(0, print.find(')'));
  const bool clean = print.size() == 95 && print.find_first_not_of("0123456789abcdefABCDEF:") == std::string_view::npos;
  return clean ? OvpnMessage{.kind = Kind::fingerprint, .text = std::string(print)} : OvpnMessage{};
}

}  // namespace

OvpnMessage read_ovpn_message(std::string_view line) {
  if (!line.starts_with('>')) return {};
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view source = line.substr(1, colon - 1);
  const std::string_view rest = line.substr(colon + 1);
  if (source == "HOLD") return {.kind = Kind::hold};
  if (source == "FATAL") return {.kind = Kind::fatal, .text = std::string(rest)};
  if (source == "PASSWORD" && rest.starts_with("Need 'Auth'")) return {.kind = Kind::needs_login};
  if (source == "PASSWORD" && rest.starts_with("Verification Failed: 'Auth'")) return {.kind = Kind::login_refused};
  const auto fields = text::split(rest, ',');
  if (source == "STATE") return {.kind = Kind::state, .text = std::string(field(fields, 1)), .detail = std::string(field(fields, 2))};
  if (source == "BYTECOUNT") {
    const auto received = text::parse_int(field(fields, 0));
    const auto sent = text::parse_int(field(fields, 1));
    if (!received || !sent || *received < 0 || *sent < 0) return {};
    return {.kind = Kind::traffic, .received = static_cast<std::uint64_t>(*received), .sent = static_cast<std::uint64_t>(*sent)};
  }
  if (source != "LOG" || fields.size() < 3) return {};
  // `time,flags,text`, and the text may have commas of its own.
  return log_line(rest.substr(field(fields, 0).size() + field(fields, 1).size() + 2));
}

}  // namespace openstrat::sim
