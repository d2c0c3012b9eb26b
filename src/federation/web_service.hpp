// The outgoing requests to providers. Implemented by app over http::Client.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace openstrat::federation {

struct WebRequest {
  enum class Method { get, post };
  Method method = Method::get;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// The operator's configuration names the host. Otherwise only public addresses and outbound.allow_cidrs are reached, and
  /// plain http only within the latter.
  bool named_by_operator = false;
};

struct WebAnswer {
  int status = 0;
  std::string body;
};

class Web {
 public:
  virtual ~Web() = default;
  /// Ten seconds, one MiB, no redirects. Errors as http::Client: invalid `ssrf_blocked`, timeout, upstream.
  virtual Result<WebAnswer> send(const WebRequest& request) = 0;
};

}  // namespace openstrat::federation
