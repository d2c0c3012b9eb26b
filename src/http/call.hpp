// What a handler knows about the request it answers, beside the decoded fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "http/message.hpp"
#include "http/principal.hpp"

namespace openstrat::http {

struct Endpoint;

/// What a handler may change about its answer.
struct Reply {
  std::optional<int> status;  ///< instead of the route's
  Headers headers;
};

/// Lives for the time of one request, on one worker thread.
struct Call {
  const Request& request;
  const Endpoint& endpoint;
  Principal principal;
  Timestamp now{};
  bool signature_verified = false;    ///< the URL carried a valid `signature`
  std::string_view base_url;          ///< `public_url.api`
  Reply reply;
  std::string audit_note;             ///< what changed, for the audit row; optional

  const Tenant& tenant() const { return principal.tenant; }
};

/// The request of a device route. Owns everything, so a handler may keep it and answer later from another thread.
struct RawCall {
  Request request;
  const Endpoint* endpoint = nullptr;
  std::vector<std::pair<std::string_view, std::string>> path;  ///< decoded `{name}` values
  Timestamp now{};
  bool signature_verified = false;
  std::string_view base_url;

  std::string_view path_value(std::string_view name) const {
    for (const auto& [key, value] : path) {
      if (key == name) return value;
    }
    return {};
  }
};

}  // namespace openstrat::http
