#include "http/security_headers.hpp"

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace openstrat::http {
namespace {

constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
constexpr std::string_view kDataPolicy = "default-src 'none'; frame-ancestors 'none'";
constexpr std::string_view kPagePermissions =
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

void set_default(Headers& headers, std::string_view name, std::string_view value) {
  if (!headers.contains(name)) headers.set(name, std::string(value));
}

}  // namespace

void add_security_headers(const AnswerTo& to, Response& response) {
  const std::string_view type = response.content_type;
  if (to.router && (type.empty() || type.starts_with("text/plain"))) return;
  Headers& headers = response.headers;
  if (to.tls && to.hsts) set_default(headers, "Strict-Transport-Security", "max-age=31536000");
  set_default(headers, "X-Content-Type-Options", "nosniff");
  set_default(headers, "Referrer-Policy", "no-referrer");
  const bool is_page = type.starts_with("text/html");
  set_default(headers, "Content-Security-Policy", is_page ? kPagePolicy : kDataPolicy);
  // Keys, tokens and other people's data are in answers of all kinds; who may keep one says so. With an ETag it may be asked for again.
  set_default(headers, "Cache-Control", headers.contains("ETag") ? "private, no-cache" : "no-store");
  if (!is_page) return;
  set_default(headers, "X-Frame-Options", "DENY");
  set_default(headers, "Permissions-Policy", kPagePermissions);
}

}  // namespace openstrat::http
