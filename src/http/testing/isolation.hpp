// One test for every route of an area: without a token 401, without the scope 403, with another team's ids 404.
//
//   EXPECT_THAT(isolation_failures(router, {.token_without_scopes = "none", .token_with_all_scopes = "all",
//                                           .foreign_id = [&](const Endpoint&, std::string_view name) { … }}),
//               testing::IsEmpty());
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/router.hpp"
#include "http/testing/in_memory.hpp"

namespace openstrat::http::testing {

struct IsolationCase {
  std::string token_without_scopes;
  /// Of a principal that has every scope, in a team that owns none of the foreign ids.
  std::string token_with_all_scopes;
  /// An existing id of another team for `{name}` of this endpoint; nullopt leaves the 404 check of the route out.
  std::function<std::optional<std::string>(const Endpoint&, std::string_view name)> foreign_id;
  /// A valid request where sample_body() does not make one (patterns, rules between fields).
  std::function<std::optional<Sending>(const Endpoint&)> request = {};
};

/// One line a wrong answer: method, path, what was expected, what came.
std::vector<std::string> isolation_failures(const Router& router, const IsolationCase& fixture);

}  // namespace openstrat::http::testing
