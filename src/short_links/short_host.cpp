#include "short_links/short_host.hpp"

#include "base/text.hpp"
#include "http/message.hpp"
#include "short_links/code.hpp"

namespace openstrat::short_links {
namespace {

std::string without_port(std::string authority, std::string_view port) {
  if (authority.ends_with(port)) authority.resize(authority.size() - port.size());
  return authority;
}

}  // namespace

ShortHost::ShortHost(std::string_view short_url) {
  const bool is_https = short_url.starts_with("https://");
  if (const auto scheme = short_url.find("://"); scheme != short_url.npos) short_url.remove_prefix(scheme + 3);
  const auto slash = std::min(short_url.find('/'), short_url.size());
  authority_ = without_port(text::lower(short_url.substr(0, slash)), is_https ? ":443" : ":80");
  prefix_ = std::string(short_url.substr(slash)) + "/";
}

void ShortHost::lead(http::Request& request) const {
  if (!request.path.starts_with(prefix_)) return;
  const std::string_view code = std::string_view(request.path).substr(prefix_.size());
  if (!is_code(code)) return;
  // A proxy may take TLS off, so that either port may be the one that clients leave out.
  const std::string host = text::lower(request.headers.find("Host").value_or(""));
  if (host != authority_ && without_port(host, ":443") != authority_ && without_port(host, ":80") != authority_) return;
  request.path = "/s/" + std::string(code);
}

}  // namespace openstrat::short_links
