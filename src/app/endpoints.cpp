#include "app/endpoints.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace openstrat::app {
namespace {

/// A TCP port that is free now. Somebody else may take it before we do; the start then fails and can be repeated.
Result<std::uint16_t> free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  const bool found = fd >= 0 && ::bind(fd, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                     ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  if (fd >= 0) ::close(fd);
  if (!found) return fail(Errc::unavailable, "http.listen: no free port");
  return ntohs(address.sin_port);
}

Result<http::ListenerOptions> parse_listener(std::string_view text) {
  http::ListenerOptions listener;
  const std::string whole(text);
  if (text.starts_with("http://")) listener.tls = false, text.remove_prefix(7);
  else if (text.starts_with("https://")) text.remove_prefix(8);
  const auto colon = text.rfind(':');
  const auto bad = [&] { return fail(Errc::invalid, "http.listen: '" + whole + "' is not ADDR:PORT, [ADDR]:PORT or http://ADDR:PORT"); };
  if (colon == std::string_view::npos) return bad();
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  const auto address = IpAddress::parse(host.empty() ? "0.0.0.0" : host);
  const auto port = text::parse_int(text.substr(colon + 1));
  if (!address || !port || *port < 0 || *port > 65535) return bad();
  listener.address = *address;
  listener.port = static_cast<std::uint16_t>(*port);
  if (listener.port == 0) {
    const auto chosen = free_port();
    if (!chosen) return fail(chosen.error());
    listener.port = *chosen;
  }
  listener.name = (listener.tls ? "https:" : "http:") + std::to_string(listener.port);
  return listener;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == 0) return "localhost";
  return name.data();
}

bool is_any(const IpAddress& address) { return std::ranges::all_of(address.bytes(), [](std::uint8_t b) { return b == 0; }); }

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

std::string host_of(const std::string& url) {
  std::string_view rest(url);
  if (const auto scheme = rest.find("://"); scheme != rest.npos) rest.remove_prefix(scheme + 3);
  rest = rest.substr(0, rest.find('/'));
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return std::string(rest.substr(0, rest.rfind(':')));
}

std::string origin_of(const std::string& url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == url.npos) return "";
  std::string origin = text::lower(url.substr(0, url.find('/', scheme_end + 3)));
  for (const auto& [scheme, port] : {std::pair<std::string_view, std::string_view>("https://", ":443"), {"http://", ":80"}})
    if (origin.starts_with(scheme) && origin.ends_with(port)) origin.resize(origin.size() - port.size());
  return origin;
}

Result<std::vector<http::ListenerOptions>> listeners_of(const Config& config) {
  std::vector<http::ListenerOptions> listeners;
  for (const auto& text : config.http.listen) {
    auto listener = parse_listener(text);
    if (!listener) return fail(listener.error());
    listeners.push_back(std::move(*listener));
  }
  if (listeners.empty()) return fail(Errc::invalid, "http.listen: at least one address is needed");
  return listeners;
}

PublicUrls public_urls_of(const Config& config, const std::vector<http::ListenerOptions>& listeners) {
  const auto secure = std::ranges::find(listeners, true, &http::ListenerOptions::tls);
  const auto& main = secure != listeners.end() ? *secure : listeners.front();
  std::string host = is_any(main.address) ? host_name() : main.address.to_string();
  if (host.contains(':')) host = "[" + host + "]";
  const std::string derived = (main.tls ? "https://" : "http://") + host + ":" + std::to_string(main.port);

  const auto& set = config.public_url;
  const auto either = [](const std::string& given, std::string fallback) { return given.empty() ? fallback : without_slash(given); };
  PublicUrls urls;
  urls.derived = set.api.empty();
  urls.api = either(set.api, derived);
  urls.device = either(set.device, urls.api);
  urls.auth = either(set.auth, urls.api);
  urls.portal = either(set.portal, urls.api + "/app");
  urls.short_links = either(set.short_links, urls.api + "/s");
  urls.docs = either(set.docs, urls.api + "/docs");
  urls.host = host_of(urls.device);
  return urls;
}

Status check_short_url(const PublicUrls& urls) {
  if (!urls.short_links.starts_with("http://") && !urls.short_links.starts_with("https://")) return fail(Errc::invalid, "public_url.short: '" + urls.short_links + "' does not begin with http:// or https://");
  for (const std::string* other : {&urls.api, &urls.device, &urls.auth, &urls.portal})
    if (origin_of(urls.short_links) == origin_of(*other) && urls.short_links.find('/', urls.short_links.find("://") + 3) == std::string::npos) return fail(Errc::invalid, "public_url.short: " + urls.short_links + " serves other things, too: give short links a host of their own, or a path such as " + urls.short_links + "/s");
  return {};
}

std::vector<std::string> certificate_names(const PublicUrls& urls) {
  std::vector<std::string> names{host_of(urls.api), urls.host, host_of(urls.portal), host_of(urls.short_links), host_name(), "localhost", "127.0.0.1", "::1"};
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace openstrat::app
