// One row of the route table: everything that dispatch, audit, metrics and OpenAPI need to know about an operation.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "http/call.hpp"
#include "http/type_info.hpp"
#include "http/view.hpp"

namespace openstrat::http {

/// Counters of one operation, written by any thread.
struct EndpointMetrics {
  static constexpr std::array<double, 10> kBoundsSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0};
  std::array<std::atomic<std::uint64_t>, 5> by_status_class{};  ///< 1xx … 5xx
  std::array<std::atomic<std::uint64_t>, kBoundsSeconds.size() + 1> latency{};
  std::atomic<std::uint64_t> latency_sum_us{0};

  void record(int status, Duration elapsed);
  std::uint64_t count() const;
};

/// Fills a request struct from the parts of the HTTP request (request_decoder.hpp).
class RequestDecoder;

struct Endpoint {
  Method method = Method::get;
  std::string path;                  ///< canonical, without the kinds of typed parameters
  std::string pattern;               ///< as declared, with the kinds
  std::vector<std::string> aliases;  ///< `METHOD /path`
  std::string family;
  std::string summary;
  std::string description;
  Auth auth = Auth::none;
  std::string own_auth;              ///< name of a credential that the handler checks itself
  std::string scope;                 ///< empty: none
  int status = 200;
  bool audit = false;
  bool needs_team = true;
  bool without_mfa = false;
  bool accepts_form = false;
  std::string rate_limit;            ///< name of a limit class; empty: the caller's general one
  std::size_t body_limit = 0;
  std::string media_type;            ///< of text answers
  std::vector<Errc> errors;          ///< documented beside those every route can give
  const TypeInfo* request = nullptr;
  const TypeInfo* view = nullptr;
  ViewKind view_kind = ViewKind::none;
  bool is_device = false;
  bool is_documented = true;         ///< in the OpenAPI document
  std::string operation_id;

  std::function<Result<Payload>(Call&, RequestDecoder&)> invoke;
  std::function<void(RawCall, Responder)> answer;  ///< device routes
  mutable EndpointMetrics metrics;
};

}  // namespace openstrat::http
