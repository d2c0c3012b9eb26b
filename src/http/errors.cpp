#include "http/errors.hpp"

#include "http/dto.hpp"

namespace openstrat {
namespace {

struct ErrorBody {
  std::string type;
  std::string code;
  std::string message;
  std::string doc_url;
  std::string request_id;
  std::optional<std::string> required_scope;
  std::optional<std::map<std::string, std::vector<std::string>>> errors;
};

}  // namespace

template <>
struct http::Fields<ErrorBody> {
  static constexpr auto table = http::fields<ErrorBody>(
      "Error", http::body<&ErrorBody::type>("type", "kind of the failure"),
      http::body<&ErrorBody::code>("code", "documented code word"),
      http::body<&ErrorBody::message>("message", "one sentence for people"),
      http::body<&ErrorBody::doc_url>("doc_url", "page that explains the code"),
      http::body<&ErrorBody::request_id>("request_id", "quote it when asking for help"),
      http::body<&ErrorBody::required_scope>("required_scope", "403: what the caller lacks").omit_null(),
      http::body<&ErrorBody::errors>("errors", "422: complaints by field").omit_null());
};

namespace http {

int status_of(Errc code) {
  switch (code) {
    case Errc::malformed: return 400;
    case Errc::unauthenticated: return 401;
    case Errc::payment_required: return 402;
    case Errc::forbidden: return 403;
    case Errc::not_found: return 404;
    case Errc::conflict: return 409;
    case Errc::gone: return 410;
    case Errc::precondition_failed: return 412;
    case Errc::too_large: return 413;
    case Errc::unsupported_media: return 415;
    case Errc::invalid: return 422;
    case Errc::rate_limited: return 429;
    case Errc::internal: return 500;
    case Errc::upstream: return 502;
    case Errc::unavailable: return 503;
    case Errc::timeout: return 504;
  }
  std::unreachable();
}

const TypeInfo& error_schema() { return type_of<ErrorBody>; }

std::string_view error_type(const Error& error) {
  const auto* doc = find_error_doc(error.reason());
  const bool is_workspaces = doc != nullptr && doc->is_workspaces;
  switch (error.code()) {
    case Errc::unauthenticated: return "authentication_error";
    case Errc::payment_required: return "billing_error";
    case Errc::forbidden: return "permission_error";
    case Errc::rate_limited: return "rate_limit_error";
    case Errc::internal:
    case Errc::upstream:
    case Errc::unavailable:
    case Errc::timeout: return "api_error";
    case Errc::conflict: return is_workspaces ? "conflict_error" : "invalid_request_error";
    case Errc::invalid: return is_workspaces ? "unprocessable_entity" : "invalid_request_error";
    case Errc::malformed:
    case Errc::not_found:
    case Errc::gone:
    case Errc::precondition_failed:
    case Errc::too_large:
    case Errc::unsupported_media: return "invalid_request_error";
  }
  std::unreachable();
}

namespace {

/// 429 and 503 always say when to come back.
void add_retry_after(const Error& error, Response& response) {
  auto delay = error.retry_after();
  if (!delay && (error.code() == Errc::rate_limited || error.code() == Errc::unavailable)) delay = std::chrono::seconds(5);
  if (delay) response.headers.set("Retry-After", std::to_string(delay->count()));
}

}  // namespace

Response to_response(const Error& error, const ErrorContext& context) {
  ErrorBody body{.type = std::string(error_type(error)),
                 .code = error.reason(),
                 .message = error.message(),
                 .doc_url = std::string(context.docs_base_url) + "/errors/" + error.reason(),
                 .request_id = std::string(context.request_id),
                 .required_scope = std::nullopt,
                 .errors = std::nullopt};
  if (!error.required_scope().empty()) body.required_scope = error.required_scope();
  for (const auto& field : error.fields()) {
    if (!body.errors) body.errors.emplace();
    (*body.errors)[field.name].push_back(field.text);
  }
  Response response;
  response.status = error.code() == Errc::invalid ? context.validation_status : status_of(error.code());
  response.content_type = "application/json";
  response.body = to_json(body);
  add_retry_after(error, response);
  return response;
}

Response to_text_response(const Error& error) {
  Response response;
  response.status = status_of(error.code());
  response.content_type = "text/plain; charset=utf-8";
  response.body = "# " + error.message() + "\n";  // a comment, should a router ever import it
  add_retry_after(error, response);
  return response;
}

}  // namespace http
}  // namespace openstrat
