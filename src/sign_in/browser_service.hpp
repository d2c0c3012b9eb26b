// The session cookie of a browser, and whether a request comes from our own pages. For every room that talks to browsers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "identity/session_service.hpp"

namespace openstrat::sign_in {

/// What of a request's headers matters here; absent when the browser did not send it.
struct BrowserHeaders {
  std::optional<std::string_view> cookie;          ///< Cookie
  std::optional<std::string_view> origin;          ///< Origin
  std::optional<std::string_view> sec_fetch_site;  ///< Sec-Fetch-Site
};

/// Thread-safe.
class BrowserService {
 public:
  /// `auth_url`: public_url.auth. With https the cookie is `__Host-session` and Secure, else `session`.
  BrowserService(identity::SessionService& sessions, std::string_view auth_url);

  const std::string& cookie_name() const { return cookie_name_; }
  /// Our cookie in a Cookie header; empty: none.
  std::string_view cookie_in(std::optional<std::string_view> cookie_header) const;
  /// Who is signed in with this browser; nullopt: nobody.
  Result<std::optional<identity::BrowserSession>> session(const BrowserHeaders& headers) const;
  /// The same, for requests that change something: forbidden `origin_invalid` when another site sent it.
  Result<std::optional<identity::BrowserSession>> session_for_change(const BrowserHeaders& headers) const;
  /// forbidden `origin_invalid` unless one of our pages sent it: Sec-Fetch-Site: same-origin, or Origin is public_url.auth.
  /// Also for sign-in itself, so that nobody is signed in to somebody else's account.
  Status check_same_origin(const BrowserHeaders& headers) const;

  /// For operations that programs call, too: refuses only what a browser says to come from elsewhere.
  Status check_not_cross_site(const BrowserHeaders& headers) const;

  /// Values for Set-Cookie. Without `remembered` the browser forgets it when it is closed.
  std::string set_cookie(std::string_view cookie, std::optional<std::chrono::seconds> remembered) const;
  std::string clear_cookie() const;

  /// Whether `target` is a path on our own host, and nothing that a browser would take for another: for "where to go next".
  static bool is_own_path(std::string_view target);

 private:
  identity::SessionService& sessions_;
  const std::string origin_;
  const bool secure_;
  const std::string cookie_name_;
};

}  // namespace openstrat::sign_in
