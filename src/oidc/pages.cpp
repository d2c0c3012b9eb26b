#include "oidc/pages.hpp"

#include <algorithm>

#include "base/ids.hpp"
#include "base/rng.hpp"
#include "oidc/redirect_uri.hpp"
#include "templates/library.hpp"

namespace openstrat::oidc {
namespace {

using templates::Fields;

std::string words_for(std::string_view scope, const Settings& settings) {
  if (scope == "openid") return "know who you are (an id that stays the same)";
  if (scope == "profile") return "see your name, language and time zone";
  if (scope == "email") return "see your e-mail address";
  const std::string known = settings.describe_scope(scope);
  return known.empty() ? std::string(scope) : known + " (" + std::string(scope) + ")";
}

}  // namespace

Result<Page> Pages::render(std::string_view name, std::string_view title, Fields& fields, const std::string& form_targets) const {
  const std::string nonce = random_base62(22, rng_);
  fields.text("title", std::string(title)).text("nonce", nonce);
  templates::add_brand(fields, brand_);
  auto html = library_.render_html(std::string("oidc/") + std::string(name), fields);
  if (!html) return fail(html.error());
  std::string policy = "default-src 'none'; style-src 'nonce-" + nonce + "'; img-src https:; base-uri 'none'; frame-ancestors 'none'; form-action " + form_targets;
  return Page{*std::move(html), std::move(policy)};
}

Result<Page> Pages::consent(const AskConsent& ask) const {
  Fields fields;
  std::vector<Fields> permissions;
  for (const auto& scope : ask.scopes) {
    if (scope == "offline_access") continue;
    Fields& line = permissions.emplace_back();
    line.text("permission", words_for(scope, settings_));
  }
  fields.text("client", ask.client_name).text("team", ask.team_name).text("homepage", ask.homepage.value_or("")).text("email", ask.user_email);
  fields.list("permissions", std::move(permissions)).flag("lasting", std::ranges::find(ask.scopes, "offline_access") != ask.scopes.end());
  fields.text("ticket", ask.ticket).text("destination", origin_of(ask.redirect_uri));
  // Browsers hold the redirect after a form against form-action, so the application's own address must be in it.
  return render("consent", "Allow access", fields, "'self' " + origin_of(ask.redirect_uri));
}

Result<Page> Pages::error(std::string_view message, std::string_view request_id) const {
  Fields fields;
  fields.text("message", std::string(message)).text("request_id", std::string(request_id));
  return render("error", "This did not work", fields, "'none'");
}

Result<Page> Pages::confirm_logout(const LogoutService::Confirm& confirm) const {
  Fields fields;
  fields.text("email", confirm.user_email).text("client", confirm.client_name).text("ticket", confirm.ticket).text("portal", settings_.portal);
  return render("logout", "Sign out", fields, confirm.uri.empty() ? "'self'" : "'self' " + origin_of(confirm.uri));
}

Result<Page> Pages::signed_out() const {
  Fields fields;
  fields.text("portal", settings_.portal);
  return render("signed_out", "Signed out", fields, "'none'");
}

}  // namespace openstrat::oidc
