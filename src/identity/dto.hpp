// Requests and responses of identity's routes.
#pragma once

#include <string>

#include "http/dto.hpp"

namespace openstrat::identity {

struct ScopeView {
  std::string scope;
  std::string description;
  std::string group;
};

}  // namespace openstrat::identity

namespace openstrat {

template <>
struct http::Fields<identity::ScopeView> {
  using View = identity::ScopeView;
  static constexpr auto table = http::fields<View>(
      "Scope", http::body<&View::scope>("scope", "`resource:action`, what a route asks for and a role or key holds"),
      http::body<&View::description>("description", "What it allows"),
      http::body<&View::group>("group", "The area it belongs to"));
};

}  // namespace openstrat
