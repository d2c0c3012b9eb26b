#include "web_app/page.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace openstrat::web_app {
namespace {

constexpr std::string_view kNonce = "%NONCE%";
constexpr std::string_view kConfig = "%CONFIG%";

std::string escaped_for_attribute(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

/// A source of a policy out of the configuration; what could end the directive is left out.
std::string source(std::string_view origin) {
  return origin.empty() || origin.find_first_of(" ;,\t\r\n'\"") != origin.npos ? std::string() : ' ' + std::string(origin);
}

/// Whom scripts may speak with besides their own host.
std::string servers(const Settings& settings) {
  return source(settings.api_origin) + (settings.auth_origin == settings.api_origin ? std::string() : source(settings.auth_origin));
}

}  // namespace

std::string config_attribute(const Settings& settings) {
  const boost::json::object config{
      {"api", settings.api}, {"auth", settings.auth}, {"portal", settings.portal}, {"docs", settings.docs},
      {"brand", {{"name", settings.brand_name}, {"color", settings.brand_color}, {"logo_url", settings.brand_logo_url}}},
      {"version", settings.version}, {"openSignUp", settings.open_sign_up}, {"realtime", true}};
  return escaped_for_attribute(boost::json::serialize(config));
}

std::string fill_in(std::string_view html, std::string_view nonce, std::string_view config) {
  std::string out;
  out.reserve(html.size() + config.size() + 64);
  while (true) {
    const auto at = html.find('%');
    if (at == html.npos) break;
    out += html.substr(0, at);
    html.remove_prefix(at);
    if (html.starts_with(kNonce)) {
      out += nonce;
      html.remove_prefix(kNonce.size());
    } else if (html.starts_with(kConfig)) {
      out += config;
      html.remove_prefix(kConfig.size());
    } else {
      out += '%';
      html.remove_prefix(1);
    }
  }
  out += html;
  return out;
}

std::string page_policy(const Settings& settings, std::string_view nonce, Framing framing) {
  return fmt::format(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{}'; img-src 'self' data: blob:{}; font-src 'self'; connect-src 'self'{}; "
      "manifest-src 'self'; worker-src 'self'; frame-src 'self'{}; form-action 'self'; base-uri 'none'; frame-ancestors {}",
      nonce, source(settings.logo_origin), servers(settings), source(settings.auth_origin),
      framing == Framing::ourselves ? "'self'" : "'none'");
}

std::string worker_policy(const Settings& settings) {
  return fmt::format("default-src 'none'; script-src 'self'; connect-src 'self'{}; frame-ancestors 'none'", servers(settings));
}

}  // namespace openstrat::web_app
