#include "federation/pages.hpp"

#include "base/ids.hpp"
#include "base/rng.hpp"
#include "federation/urls.hpp"
#include "templates/library.hpp"

namespace openstrat::federation {

using templates::Fields;

Result<Page> Pages::render(std::string_view name, std::string_view title, Fields& fields) const {
  const std::string nonce = random_base62(22, rng_);
  fields.text("title", std::string(title)).text("nonce", nonce);
  templates::add_brand(fields, brand_);
  auto html = library_.render_html(std::string("federation/") + std::string(name), fields);
  if (!html) return fail(html.error());
  return Page{*std::move(html), "default-src 'none'; style-src 'nonce-" + nonce +
                                    "'; img-src https:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"};
}

Result<Page> Pages::error(const Error& error, std::string_view request_id) const {
  Fields fields;
  fields.text("message", error.message()).text("code", error.reason()).text("request_id", std::string(request_id));
  fields.text("sign_in_url", settings_.auth_url + "/signin");
  return render("error", "Signing in did not work", fields);
}

Result<Page> Pages::check_mail(const FederationService::Finished& finished) const {
  Fields fields;
  fields.text("provider", finished.provider_name).text("email", finished.email);
  return render("check_mail", "Check your mail", fields);
}

Result<Page> Pages::tested(const FederationService::Finished& finished) const {
  Fields fields;
  fields.text("provider", finished.provider_name).text("claims", finished.claims_json);
  return render("tested", "Test of a sign-in", fields);
}

Result<Page> Pages::confirm(const AccountLinker::Question& question, std::string_view token) const {
  Fields fields;
  fields.text("provider", question.provider.name).text("team", question.team_name).text("email", question.person.email);
  fields.text("token", std::string(token)).text("action", settings_.auth_url + "/login/identity/confirm");
  return render("confirm", "Was this you?", fields);
}

Result<Page> Pages::confirmed(const AccountLinker::Question& question) const {
  Fields fields;
  fields.text("provider", question.provider.name).text("email", question.person.email);
  fields.text("sign_in_url", settings_.auth_url + "/login/provider/" + encode(question.provider.id));
  return render("confirmed", "Confirmed", fields);
}

}  // namespace openstrat::federation
