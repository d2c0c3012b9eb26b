#include "sign_in/browser_service.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace openstrat::sign_in {
namespace {

/// Scheme, host and port as a browser writes them into Origin: lower case, without the scheme's own port.
std::string origin_of(std::string_view url) {
  const auto scheme_end = url.find("://");
  const auto path = scheme_end == url.npos ? url.npos : url.find_first_of("/?#", scheme_end + 3);
  std::string origin = text::lower(url.substr(0, path));
  for (const std::string_view own : {"https://:443", "http://:80"}) {
    const auto port = own.rfind(':');
    if (origin.starts_with(own.substr(0, port)) && origin.ends_with(own.substr(port))) origin.resize(origin.size() - (own.size() - port));
  }
  return origin;
}

}  // namespace

BrowserService::BrowserService(identity::SessionService& sessions, std::string_view auth_url)
    : sessions_(sessions), origin_(origin_of(auth_url)), secure_(origin_.starts_with("https://")),
      cookie_name_(secure_ ? "__Host-session" : "session") {}

std::string_view BrowserService::cookie_in(std::optional<std::string_view> cookie_header) const {
  if (!cookie_header) return {};
  for (const auto pair : text::split(*cookie_header, ';')) {
    const auto trimmed = text::trim(pair);
    if (trimmed.size() > cookie_name_.size() && trimmed[cookie_name_.size()] == '=' && trimmed.starts_with(cookie_name_))
      return trimmed.substr(cookie_name_.size() + 1);
  }
  return {};
}

Result<std::optional<identity::BrowserSession>> BrowserService::session(const BrowserHeaders& headers) const {
  const auto cookie = cookie_in(headers.cookie);
  if (cookie.empty()) return std::optional<identity::BrowserSession>{};
  return sessions_.find(cookie);
}

Result<std::optional<identity::BrowserSession>> BrowserService::session_for_change(const BrowserHeaders& headers) const {
  if (auto own = check_same_origin(headers); !own) return fail(std::move(own.error()));
  return session(headers);
}

Status BrowserService::check_same_origin(const BrowserHeaders& headers) const {
  const bool own = headers.sec_fetch_site ? *headers.sec_fetch_site == "same-origin"
                                          : headers.origin && text::lower(text::trim(*headers.origin)) == origin_;
  if (own) return {};
  return fail(Errc::forbidden, "origin_invalid", "This operation can be called from the pages of " + origin_ + " only.");
}

Status BrowserService::check_not_cross_site(const BrowserHeaders& headers) const {
  if (!headers.sec_fetch_site && !headers.origin) return {};
  return check_same_origin(headers);
}

std::string BrowserService::set_cookie(std::string_view cookie, std::optional<std::chrono::seconds> remembered) const {
  std::string out = cookie_name_ + "=" + std::string(cookie) + "; Path=/; HttpOnly; SameSite=Lax";
  if (secure_) out += "; Secure";
  if (remembered) out += "; Max-Age=" + std::to_string(remembered->count());
  return out;
}

std::string BrowserService::clear_cookie() const { return set_cookie("", std::chrono::seconds(0)); }

bool BrowserService::is_own_path(std::string_view target) {
  // `//host` and `/\host` leave us; control characters are dropped by browsers, so that `/<tab>/host` would, too.
  if (target.empty() || target[0] != '/') return false;
  if (target.size() > 1 && (target[1] == '/' || target[1] == '\\')) return false;
  return std::ranges::none_of(target, [](unsigned char c) { return c < 0x21 || c == 0x7F || c == '\\'; });
}

}  // namespace openstrat::sign_in
