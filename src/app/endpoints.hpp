// Where this node listens and how others reach it, derived from the configuration.
#pragma once

#include <string>
#include <vector>

#include "app/config.hpp"
#include "base/error.hpp"
#include "http/server.hpp"

namespace openstrat::app {

struct PublicUrls {
  std::string api, device, auth, portal, docs;  ///< no trailing slash
  std::string short_links;                      ///< codes follow after a slash
  std::string host;                             ///< of `device`
  bool derived = true;                          ///< public_url.api is not set
};

/// `ADDR:PORT`, `[ADDR]:PORT`, `http://…`, `https://…`; port 0 is replaced by a free one, so that URLs can be told beforehand.
Result<std::vector<http::ListenerOptions>> listeners_of(const Config& config);
PublicUrls public_urls_of(const Config& config, const std::vector<http::ListenerOptions>& listeners);

/// `auth.example.com` of `https://auth.example.com:8444/x`, without port and brackets.
std::string host_of(const std::string& url);
/// As browsers write the origin of its pages: `https://auth.example.com:8444`, lower case, without a default port.
std::string origin_of(const std::string& url);
/// public_url.short must not swallow other addresses: it has a host of its own or a path.
Status check_short_url(const PublicUrls& urls);

/// Names and addresses for a self-signed certificate.
std::vector<std::string> certificate_names(const PublicUrls& urls);

}  // namespace openstrat::app
