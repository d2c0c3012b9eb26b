#include "http/testing/isolation.hpp"

#include <fmt/format.h>

#include "http/path_trie.hpp"
#include "http/url_text.hpp"

namespace openstrat::http::testing {
namespace {

/// A path that reaches the endpoint; any id will do before authentication and the scope check.
struct Address {
  std::string path;
  bool has_ids = false;
  bool has_foreign_ids = true;
};

std::string any_value(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::integer: return "1";
    case SegmentKind::word: return "x";
    case SegmentKind::runbook: return "0123456789abcdefABCDEF";
    case SegmentKind::uuid:
    case SegmentKind::any: return "8c5d9b0e-1111-4222-8333-444455556666";
  }
  std::unreachable();
}

Address address_of(const Endpoint& endpoint, const IsolationCase& fixture) {
  Address address;
  for (const auto& segment : parse_pattern(endpoint.pattern)) {
    address.path += '/' + segment.literal;
    if (segment.is_literal()) continue;
    address.has_ids = true;
    const auto id = fixture.foreign_id ? fixture.foreign_id(endpoint, segment.name) : std::nullopt;
    address.has_foreign_ids &= id.has_value();
    address.path += percent_encode(id.value_or(any_value(segment.kind))) + segment.suffix;
  }
  return address;
}

void add_required_parameters(const ObjectInfo& info, Sending& sending, std::string& query) {
  for (const auto& field : info) {
    if (field.in == Location::include) add_required_parameters(field.type->object(), sending, query);
    if (!field.is_required) continue;
    const std::string value = field.choices.empty() ? std::string(std::max<std::size_t>(1, field.min_length), '1')
                                                    : std::string(field.choices.substr(0, field.choices.find('|')));
    if (field.in == Location::header) sending.headers.emplace_back(field.name, value);
    if (field.in == Location::query) query += (query.empty() ? '?' : '&') + percent_encode(field.name) + '=' + value;
  }
}

class Check {
 public:
  Check(const Router& router, const Endpoint& endpoint, std::vector<std::string>& failures)
      : router_(router), endpoint_(endpoint), failures_(failures) {}

  void expect(int status, std::string_view when, const std::string& target, const Sending& sending) {
    const auto response = send(router_, endpoint_.method, target, sending);
    if (response.status == status) return;
    failures_.push_back(fmt::format("{} {} {}: expected {}, got {} {}", to_string(endpoint_.method), endpoint_.path, when,
                                    status, response.status, response.body.substr(0, 200)));
  }

 private:
  const Router& router_;
  const Endpoint& endpoint_;
  std::vector<std::string>& failures_;
};

}  // namespace

std::vector<std::string> isolation_failures(const Router& router, const IsolationCase& fixture) {
  std::vector<std::string> failures;
  for (const auto& endpoint : router.endpoints()) {
    const bool is_open = contains(endpoint->auth, Auth::public_) || contains(endpoint->auth, Auth::runbook);
    const bool takes_users = contains(endpoint->auth, Auth::bearer) || contains(endpoint->auth, Auth::api_key);
    if (endpoint->is_device || is_open || !takes_users) continue;
    const auto address = address_of(*endpoint, fixture);
    std::string query;
    Sending sending{.body = sample_body(*endpoint)};
    add_required_parameters(endpoint->request->object(), sending, query);
    if (fixture.request) {
      if (auto own = fixture.request(*endpoint)) sending = *std::move(own);
    }
    const auto target = address.path + query;
    Check check(router, *endpoint, failures);
    sending.token.clear();
    check.expect(401, "without a token", target, sending);
    sending.token = fixture.token_without_scopes;
    if (!endpoint->scope.empty()) check.expect(403, "without the scope", target, sending);
    sending.token = fixture.token_with_all_scopes;
    if (address.has_ids && address.has_foreign_ids) check.expect(404, "with another team's ids", target, sending);
  }
  return failures;
}

}  // namespace openstrat::http::testing
