#include "sim/tunnels/ovpn_profile.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr Version kV7{7, 0, 0};
constexpr Version kHasRoutePull{7, 9, 0};

/// Nobody's: openvpn refuses a certificate that it does not match, and says which one the server has.
constexpr std::string_view kUnknown = "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00";

/// 6.x says `aes128`, 7.x `aes128-cbc`; empty: there is no such cipher.
std::string cipher_name(std::string_view word) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"null", "none"},          {"blowfish128", "BF-CBC"},     {"aes128", "AES-128-CBC"},     {"aes192", "AES-192-CBC"},     {"aes256", "AES-256-CBC"},
      {"aes128-cbc", "AES-128-CBC"}, {"aes192-cbc", "AES-192-CBC"}, {"aes256-cbc", "AES-256-CBC"}, {"aes128-gcm", "AES-128-GCM"}, {"aes192-gcm", "AES-192-GCM"}, {"aes256-gcm", "AES-256-GCM"}};
  const auto known = std::ranges::find(kNames, word, &std::pair<std::string_view, std::string_view>::first);
  return known == std::end(kNames) ? std::string() : std::string(known->second);
}

std::string digest_name(std::string_view word) {
  if (word == "null") return "none";
  for (const std::string_view known : {"md5", "sha1", "sha256", "sha512"}) {
    if (word != known) continue;
    std::string upper(word);
    std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
  }
  return {};
}

/// Whatever else it holds would be an option of its own.
bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '_';
  });
}

bool one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

Result<OvpnSettings> ovpn_settings(const Settings& row, const Version& version, OvpnTrust trust) {
  OvpnSettings settings;
  settings.host = row.get("connect-to");
  if (!is_host(settings.host)) return fail(Errc::invalid, "could not resolve dns name");
  settings.port = static_cast<std::uint16_t>(row.number("port", settings.port));
  settings.udp = row.get("protocol") == "udp";
  settings.ethernet = row.get("mode") == "ethernet";
  settings.cipher = cipher_name(row.get("cipher"));
  settings.digest = digest_name(row.get("auth"));
  if (settings.cipher.empty() || settings.digest.empty()) return fail(Errc::invalid, "cipher or auth is not supported");
  settings.only_tls_1_2 = row.get("tls-version") == "only-1.2";
  settings.verify = row.yes("verify-server-certificate");
  if (settings.verify && trust.authorities.empty()) return fail(Errc::invalid, "TLS failed: no trusted certificate authority");
  if (settings.verify) settings.authorities = std::move(trust.authorities);
  settings.certificate = std::move(trust.certificate);
  settings.key = std::move(trust.key);
  settings.takes_routes = version >= kHasRoutePull && !row.yes("route-nopull");
  settings.tells_the_end = settings.udp && version >= kV7 && row.get("disconnect-notify") != "no";
  settings.user = row.get("user");
  settings.password = row.get("password");
  if (!one_line(settings.user) || !one_line(settings.password)) return fail(Errc::invalid, "user or password has characters that cannot be sent");
  return settings;
}

std::string ovpn_encoding(const OvpnSettings& settings) {
  const std::string digest = settings.cipher.ends_with("GCM") ? "null" : settings.digest == "none" ? "null" : settings.digest;
  return fmt::format("{}/{}", settings.cipher == "none" ? "null" : settings.cipher, digest);
}

std::string ovpn_profile(const OvpnSettings& settings, const OvpnPlace& place) {
  std::string text = "client\nnobind\npersist-key\n";
  const auto line = [&text](std::string_view words) { text.append(words).append("\n"); };
  line(fmt::format("dev {}", place.device));
  line(settings.ethernet ? "dev-type tap" : "dev-type tun");
  line(settings.udp ? "proto udp" : "proto tcp-client");
  line(fmt::format("remote {} {}", settings.host, settings.port));
  line(fmt::format("mark {}", kCarrierMark));
  line(fmt::format("management {} unix", place.management));
  line("management-client\nmanagement-hold\nmanagement-query-passwords");
  line("auth-user-pass\nauth-retry nointeract");  // a router tries again with what it has, for ever
  // Routers negotiate no cipher: whatever the server would like, it is this one.
  line(fmt::format("cipher {0}\ndata-ciphers {0}\ndata-ciphers-fallback {0}", settings.cipher));
  line(fmt::format("auth {}", settings.digest));
  if (settings.cipher == "BF-CBC") line("providers legacy default");
  line(settings.only_tls_1_2 ? "tls-version-min 1.2\ntls-version-max 1.2" : "tls-version-min 1.0");
  line("connect-timeout 10\nhand-window 20\nkeepalive 10 60");
  line("script-security 0\nallow-compression no");
  line("pull-filter ignore redirect-gateway\npull-filter ignore dhcp-option");  // add-default-route and use-peer-dns decide
  if (!settings.takes_routes) line("route-nopull");
  if (settings.tells_the_end) line("explicit-exit-notify 1");
  if (settings.verify) line(fmt::format("<ca>\n{}\n</ca>", settings.authorities));
  else line(fmt::format("peer-fingerprint {}", place.fingerprint.empty() ? kUnknown : place.fingerprint));
  if (!settings.key.empty()) line(fmt::format("<cert>\n{}\n</cert>\n<key>\n{}\n</key>", settings.certificate, settings.key));
  line("verb 3");
  return text;
}

std::string ovpn_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace openstrat::sim
