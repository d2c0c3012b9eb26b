// Requests to a route table without sockets, threads or identity: for tests of routes.
//
//   FakeAuthenticator authenticator;
//   authenticator.add("tok", user_with({"site:view"}));
//   Router router(in_memory_hooks(clock, authenticator));
//   const auto response = send(router, Method::get, "/sites?per_page=5", {.token = "tok"});
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/router.hpp"

namespace openstrat::http::testing {

/// Tokens that stand for principals. Refuses a principal whose kind the route does not accept.
class FakeAuthenticator final : public Authenticator {
 public:
  void add(std::string token, Principal principal) { principals_[std::move(token)] = std::move(principal); }
  Result<Principal> authenticate(const Request& request, Auth accepted) override;

 private:
  std::map<std::string, Principal, std::less<>> principals_;
};

/// A signed-in user of a team, with these scopes.
Principal user_with(Tenant tenant, std::vector<std::string> scopes);
Principal api_key_with(Tenant tenant, std::vector<std::string> scopes);

/// Handlers run at once on the calling thread; no rate limit, no audit.
RouterHooks in_memory_hooks(const Clock& clock, Authenticator& authenticator);

struct Sending {
  std::string token;  ///< Authorization: Bearer
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};
/// A body that is made while it is sent comes whole, unless it is endless: then Response::stream is there to be asked.
/// `target` is path and query as a client would send them. Content-Type is JSON when the body looks like it.
Response send(const Router& router, Method method, std::string_view target, const Sending& sending = {});

/// The least that passes validation: required fields with values inside their limits.
std::string sample_body(const Endpoint& endpoint);

}  // namespace openstrat::http::testing
