// Outgoing HTTP. Blocking: worker threads only. curl stays behind client.cpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/net.hpp"
#include "http/message.hpp"

namespace openstrat::http {

/// Where a request may go. Whatever a user can shape goes to `public_only`.
enum class Destination {
  public_only,  ///< globally reachable addresses and outbound.allow_cidrs; checked on the address that is connected to
  allowed_only, ///< outbound.allow_cidrs and nothing else: for plain http
  any,          ///< for hosts that only the operator's configuration names
};
enum class Scheme { https_only, http_or_https };

struct ClientRequest {
  Method method = Method::get;
  std::string url;
  Headers headers;
  std::string body;
  Destination destination = Destination::public_only;
  Scheme scheme = Scheme::https_only;
  std::chrono::milliseconds timeout{10'000};         ///< for everything, name resolution to last byte
  std::chrono::milliseconds connect_timeout{5'000};
  std::size_t max_body = 1024 * 1024;                ///< of the answer; more is an error
  unsigned max_redirects = 0;                        ///< 0: a redirect is returned as the answer
};

struct ClientResponse {
  int status = 0;
  Headers headers;  ///< of the last answer
  std::string body;
};

struct ClientOptions {
  std::vector<Cidr> allow_cidrs;           ///< outbound.allow_cidrs: private networks that user-shaped requests may reach
  std::filesystem::path ca_bundle;         ///< empty: the system's
  std::string user_agent = "OpenStrat";
};

/// Thread-safe. Ignores proxy variables of the environment: a proxy would resolve names past the address check.
class Client {
 public:
  explicit Client(ClientOptions options = {});

  /// Any status is an answer. Errors: `invalid` (`invalid_url`, `ssrf_blocked`), `timeout`, `upstream` (`dns_failed`,
  /// `connection_failed`, `tls_failed`, `response_too_large`, `upstream_failed`).
  Result<ClientResponse> send(const ClientRequest& request) const;

 private:
  ClientOptions options_;
};

}  // namespace openstrat::http
