#include "oidc/redirect_uri.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace openstrat::oidc {
namespace {

constexpr std::size_t kLongest = 2000;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_scheme(std::string_view s) {
  return !s.empty() && ((s[0] >= 'a' && s[0] <= 'z')) &&
         std::ranges::all_of(s, [](char c) { return (is_alphanumeric(c) && !(c >= 'A' && c <= 'Z')) || c == '.' || c == '-' || c == '+'; });
}

/// The characters of RFC 3986 without '#': no blanks, quotes, backslashes or control characters.
bool is_uri_text(std::string_view s) {
  return std::ranges::all_of(s, [](char c) { return is_alphanumeric(c) || std::string_view("-._~:/?[]@!$&'()*+,;=%").contains(c); });
}

struct Parts {
  std::string_view scheme;
  std::string_view authority;  ///< host and port
  std::string_view host;
  std::string_view port;       ///< empty: none
  std::string_view rest;       ///< path and query
};

Parts take_apart(std::string_view uri) {
  Parts parts;
  const auto colon = std::min(uri.find(':'), uri.size());
  parts.scheme = uri.substr(0, colon);
  std::string_view rest = uri.substr(std::min(colon + 1, uri.size()));
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const auto end = std::min(rest.find_first_of("/?"), rest.size());
    parts.authority = rest.substr(0, end);
    rest.remove_prefix(end);
    const auto bracket = parts.authority.starts_with('[') ? parts.authority.find(']') : std::string_view::npos;
    const auto port = parts.authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    parts.host = parts.authority.substr(0, port);
    if (port != std::string_view::npos) parts.port = parts.authority.substr(port + 1);
  }
  parts.rest = rest;
  return parts;
}

bool is_loopback_literal(std::string_view host) { return host == "127.0.0.1" || host == "[::1]"; }

bool is_host(std::string_view host) {
  if (host.starts_with('[')) return host.ends_with(']') && host.size() > 2;
  return !host.empty() && std::ranges::all_of(host, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

bool is_port(const Parts& parts) {
  if (parts.authority.ends_with(':')) return false;
  if (parts.port.empty()) return true;
  const auto port = text::parse_int(parts.port);
  return port && *port > 0 && *port < 65536 && parts.port[0] != '+';
}

}  // namespace

std::optional<std::string> complaint_about_redirect(std::string_view uri) {
  if (uri.empty() || uri.size() > kLongest) return "must have 1 to 2000 characters";
  if (uri.contains('#')) return "must not have a fragment (#…)";
  if (!is_uri_text(uri)) return "has characters that a URI cannot have; escape them";
  const Parts parts = take_apart(uri);
  if (!is_scheme(parts.scheme)) return "must be an absolute URI with its scheme in lower case";
  if (parts.authority.contains('@')) return "must not contain a user name";
  if (parts.scheme == "https" || parts.scheme == "http") {
    if (!is_host(parts.host) || !is_port(parts)) return "must name a host";
    const bool is_loopback = is_loopback_literal(parts.host) || parts.host == "localhost";
    if (parts.scheme == "http" && !is_loopback) return "must be https; http is for 127.0.0.1, [::1] and localhost only";
    return std::nullopt;
  }
  // javascript:, data:, file: and whatever else a browser understands have no dot; an application's own domain has.
  if (!parts.scheme.contains('.')) return "must be https, http to this machine, or a scheme named after a domain, such as com.example.app:/done";
  if (parts.rest.empty() && parts.authority.empty()) return "must go on after the scheme";
  return std::nullopt;
}

bool is_registered_redirect(std::span<const std::string> registered, std::string_view asked, bool any_loopback_port) {
  if (std::ranges::find(registered, asked) != registered.end()) return true;
  if (!any_loopback_port || complaint_about_redirect(asked)) return false;
  const Parts wanted = take_apart(asked);
  if (wanted.scheme != "http" || !is_loopback_literal(wanted.host)) return false;
  return std::ranges::any_of(registered, [&](const std::string& uri) {
    const Parts known = take_apart(uri);
    return known.scheme == "http" && known.host == wanted.host && known.rest == wanted.rest;
  });
}

std::string origin_of(std::string_view uri) {
  const Parts parts = take_apart(uri);
  if (parts.scheme != "https" && parts.scheme != "http") return std::string(parts.scheme) + ":";
  return std::string(parts.scheme) + "://" + std::string(parts.authority);
}

}  // namespace openstrat::oidc
