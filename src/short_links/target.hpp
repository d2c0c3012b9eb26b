// Where a short link may lead.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace openstrat::short_links {

/// An absolute http(s) URL in its parts. What browsers read differently from the standard is none: user names, backslashes,
/// control characters, escapes in the host.
struct Target {
  std::string origin;  ///< `https://host[:port]`, lower case, without the scheme's own port
  std::string host;    ///< lower case
  std::string path;    ///< as written; empty or begins with `/`
  std::string query;   ///< as written
};

/// An error on the field `url`.
Result<Target> parse_target(std::string_view url);

/// The path below each of `bases` that the target lies under. Empty: it is not ours.
std::vector<std::string> paths_below(const Target& target, const std::vector<Target>& bases);

/// `host` or a subdomain of it is in `hosts`.
bool is_host_among(std::string_view host, const std::vector<std::string>& hosts);

}  // namespace openstrat::short_links
