#include "sign_in/call.hpp"

#include "base/text.hpp"

namespace openstrat::sign_in {
namespace {

constexpr std::size_t kLongestUserAgent = 500;

}  // namespace

BrowserHeaders browser_headers(const http::Request& request) {
  return {.cookie = request.headers.find("Cookie"), .origin = request.headers.find("Origin"), .sec_fetch_site = request.headers.find("Sec-Fetch-Site")};
}

Attempt attempt_of(const http::Call& call, Attempt::Kind kind, std::string_view email, const FormSigns& signs) {
  Attempt attempt{.kind = kind, .remote = call.request.remote, .proof = signs.proof, .honeypot_filled = signs.website && !signs.website->empty()};
  // What cannot be an address is somebody who does not exist.
  attempt.email = identity::normalise_email(email).value_or(text::lower(text::trim(email)));
  attempt.user_agent = text::to_clean_utf8(call.request.headers.find("User-Agent").value_or("").substr(0, kLongestUserAgent));
  if (signs.form_ms) attempt.form_time = std::chrono::milliseconds(*signs.form_ms);
  return attempt;
}

}  // namespace openstrat::sign_in
