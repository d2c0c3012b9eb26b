// Failures as HTTP answers, exactly as documented: {type, code, message, doc_url, request_id}.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "http/message.hpp"

namespace openstrat::http {

int status_of(Errc code);

/// `authentication_error`, … ; two families have documented types of their own for 409 and 422.
std::string_view error_type(const Error& error);

struct ErrorContext {
  std::string_view request_id;
  std::string_view docs_base_url;    ///< `docs.base_url`
  int validation_status = 422;       ///< `errors.validation_status`
};

/// The JSON answer of the API. 422 carries `errors`, 403 `required_scope`, 429 and 503 Retry-After.
Response to_response(const Error& error, const ErrorContext& context);
/// The answer on device endpoints: the status and one plain line, nothing a router would try to run.
Response to_text_response(const Error& error);

struct TypeInfo;
const TypeInfo& error_schema();  ///< the body of to_response(), for OpenAPI

/// The documented code words, for the human page behind doc_url and for the OpenAPI document.
struct ErrorDoc {
  std::string_view code;
  Errc kind;
  std::string_view meaning;    ///< what happened and what to do about it
  bool is_workspaces = false;  ///< its 409 and 422 have documented types of their own
};
std::span<const ErrorDoc> error_docs();  ///< sorted by code
const ErrorDoc* find_error_doc(std::string_view code);

}  // namespace openstrat::http
