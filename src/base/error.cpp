#include "base/error.hpp"

namespace openstrat {

std::string_view default_reason(Errc code) {
  switch (code) {
    case Errc::malformed: return "parameter_invalid";
    case Errc::unauthenticated: return "token_invalid";
    case Errc::payment_required: return "subscription_required";
    case Errc::forbidden: return "resource_blocked";
    case Errc::not_found: return "resource_missing";
    case Errc::conflict: return "conflict";
    case Errc::gone: return "link_expired";
    case Errc::precondition_failed: return "precondition_failed";
    case Errc::too_large: return "payload_too_large";
    case Errc::unsupported_media: return "unsupported_media_type";
    case Errc::invalid: return "validation_failed";
    case Errc::rate_limited: return "rate_limited";
    case Errc::internal: return "internal_error";
    case Errc::upstream: return "routeros_trap";
    case Errc::unavailable: return "maintenance";
    case Errc::timeout: return "device_unreachable";
  }
  std::unreachable();
}

Error::Error(Errc code, std::string message) : Error(code, std::string(default_reason(code)), std::move(message)) {}

Error&& Error::with_field(std::string name, std::string text) && {
  fields_.push_back({std::move(name), std::move(text)});
  return std::move(*this);
}
Error&& Error::with_fields(std::vector<FieldError> fields) && {
  fields_ = std::move(fields);
  return std::move(*this);
}
Error&& Error::with_required_scope(std::string scope) && {
  required_scope_ = std::move(scope);
  return std::move(*this);
}
Error&& Error::with_retry_after(std::chrono::seconds delay) && {
  retry_after_ = delay;
  return std::move(*this);
}

std::unexpected<Error> invalid_field(std::string name, std::string text) {
  std::string message = name + ": " + text;
  return std::unexpected<Error>(Error(Errc::invalid, std::move(message)).with_field(std::move(name), std::move(text)));
}

}  // namespace openstrat
