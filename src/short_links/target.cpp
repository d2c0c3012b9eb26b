#include "short_links/target.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/text.hpp"

namespace openstrat::short_links {
namespace {

namespace urls = boost::urls;

std::string text_of(boost::core::string_view part) { return {part.data(), part.size()}; }

/// Names that every browser reads as we do; names in other scripts are written as `xn--…`.
bool is_plain_name(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; });
}

}  // namespace

Result<Target> parse_target(std::string_view url) {
  const auto parsed = urls::parse_uri(boost::core::string_view(url.data(), url.size()));  // refuses spaces, backslashes, control characters
  if (!parsed) return invalid_field("url", "must be an absolute URL, with special characters percent-encoded");
  const bool is_https = parsed->scheme_id() == urls::scheme::https;
  if (!is_https && parsed->scheme_id() != urls::scheme::http) return invalid_field("url", "must begin with http:// or https://");
  if (parsed->has_userinfo()) return invalid_field("url", "must not contain a user name or password");
  Target target;
  target.host = text::lower(text_of(parsed->encoded_host()));
  const bool is_literal = parsed->host_type() == urls::host_type::ipv6 || parsed->host_type() == urls::host_type::ipv4;
  if (!is_literal && !is_plain_name(target.host)) return invalid_field("url", "must name a host");
  target.origin = (is_https ? "https://" : "http://") + target.host;
  if (parsed->has_port() && !parsed->port().empty()) {
    const auto port = text::parse_int(text_of(parsed->port()));
    if (!port || *port < 1 || *port > 65'535) return invalid_field("url", "has a port that does not exist");
    if (*port != (is_https ? 443 : 80)) target.origin += ":" + std::to_string(*port);
  }
  target.path = text_of(parsed->encoded_path());
  target.query = text_of(parsed->encoded_query());
  return target;
}

std::vector<std::string> paths_below(const Target& target, const std::vector<Target>& bases) {
  std::vector<std::string> paths;
  for (const Target& base : bases) {
    if (target.origin != base.origin || !target.path.starts_with(base.path)) continue;
    std::string rest = target.path.substr(base.path.size());
    if (rest.empty() || rest.starts_with('/')) paths.push_back(std::move(rest));
  }
  return paths;
}

bool is_host_among(std::string_view host, const std::vector<std::string>& hosts) {
  return std::ranges::any_of(hosts, [&](const std::string& entry) {
    if (entry.empty() || !host.ends_with(entry)) return false;
    const auto before = host.substr(0, host.size() - entry.size());
    return before.empty() || before.ends_with('.');
  });
}

}  // namespace openstrat::short_links
