// The failures of OAuth 2.0: a code word of the standards and a sentence for the developer of the application.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace openstrat::oidc {

struct Refusal {
  std::string code;         ///< `invalid_grant`, … (RFC 6749 §5.2, §4.1.2.1; OpenID Connect Core §3.1.2.6)
  std::string description;  ///< printable ASCII without quotes and backslashes
  int status = 400;         ///< at the endpoints that answer with JSON
};

template <class T>
using Answer = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(std::string code, std::string description, int status = 400) {
  return std::unexpected<Refusal>(Refusal{std::move(code), std::move(description), status});
}

/// What an application learns of a failure on our side.
inline std::unexpected<Refusal> refuse(const Error& error) {
  if (error.code() == Errc::unavailable) return refuse("temporarily_unavailable", "The server cannot answer now; try again.", 503);
  return refuse("server_error", "The server failed; try again later.", 500);
}

}  // namespace openstrat::oidc
