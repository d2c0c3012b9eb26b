// Expected failures: what went wrong, in words that are safe to show a user.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openstrat {

/// The kind of failure. http::status_of maps each to one HTTP status, in one switch without default.
enum class Errc {
  malformed,           ///< 400: the request cannot be read at all
  unauthenticated,     ///< 401
  payment_required,    ///< 402
  forbidden,           ///< 403
  not_found,           ///< 404: absent, or of another tenant
  conflict,            ///< 409
  gone,                ///< 410
  precondition_failed, ///< 412
  too_large,           ///< 413
  unsupported_media,   ///< 415
  invalid,             ///< 422: readable, but a field is wrong
  rate_limited,        ///< 429
  internal,            ///< 500
  upstream,            ///< 502
  unavailable,         ///< 503: try again later (database gone, disk full, shutting down)
  timeout,             ///< 504
};

/// One wrong field of a request: `name` as the client wrote it (dotted for nested), `text` a full sentence without period.
struct FieldError {
  std::string name;
  std::string text;
};

/// A failure as a value. `reason` is the documented code word (`site_deleting`, `resource_missing`, …).
class [[nodiscard]] Error {
 public:
  Error(Errc code, std::string reason, std::string message)
      : code_(code), reason_(std::move(reason)), message_(std::move(message)) {}
  /// With the default reason of the kind (not_found → `resource_missing`, invalid → `validation_failed`, …).
  Error(Errc code, std::string message);

  Errc code() const { return code_; }
  const std::string& reason() const { return reason_; }
  const std::string& message() const { return message_; }
  const std::vector<FieldError>& fields() const { return fields_; }
  const std::string& required_scope() const { return required_scope_; }
  std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }

  Error&& with_field(std::string name, std::string text) &&;
  Error&& with_fields(std::vector<FieldError> fields) &&;
  Error&& with_required_scope(std::string scope) &&;
  Error&& with_retry_after(std::chrono::seconds delay) &&;

 private:
  Errc code_;
  std::string reason_;
  std::string message_;
  std::vector<FieldError> fields_;
  std::string required_scope_;
  std::optional<std::chrono::seconds> retry_after_;
};

/// The code word that a kind has when nothing more precise is documented.
std::string_view default_reason(Errc code);

template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

using Status = Result<void>;

/// `return fail(Errc::conflict, "job_already_started", "the job was already handed to the router");`
inline std::unexpected<Error> fail(Errc code, std::string message) {
  return std::unexpected<Error>(Error(code, std::move(message)));
}
inline std::unexpected<Error> fail(Errc code, std::string reason, std::string message) {
  return std::unexpected<Error>(Error(code, std::move(reason), std::move(message)));
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

/// One wrong field: 422 `validation_failed`.
std::unexpected<Error> invalid_field(std::string name, std::string text);

}  // namespace openstrat
