// What browsers are sent to: asking for a code, answering the consent page, signing out.
#include "http/router.hpp"
#include "http/url_text.hpp"
#include "oidc/dto.hpp"
#include "oidc/provider.hpp"
#include "oidc/parameters.hpp"
#include "oidc/routes.hpp"
#include "sign_in/browser_service.hpp"

namespace openstrat::oidc {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::NoFields;
using http::Text;

constexpr std::size_t kFormLimit = Parameters::kLongest;
constexpr const char* kHtml = "text/html; charset=utf-8";

sign_in::BrowserHeaders browser_of(const Call& call) {
  const auto& headers = call.request.headers;
  return {.cookie = headers.find("Cookie"), .origin = headers.find("Origin"), .sec_fetch_site = headers.find("Sec-Fetch-Site")};
}

void keep_private(Call& call) {
  call.reply.headers.set("Cache-Control", "no-store");
  call.reply.headers.set("Referrer-Policy", "no-referrer");
}

Text redirect(Call& call, std::string uri, int status = 303) {
  call.reply.status = status;
  call.reply.headers.set("Location", std::move(uri));
  return Text{kHtml, ""};
}

Result<Text> show(Call& call, Result<Page> page, int status) {
  if (!page) return fail(std::move(page.error()));
  call.reply.status = status;
  call.reply.headers.set("Content-Security-Policy", std::move(page->policy));
  call.reply.headers.set("X-Frame-Options", "DENY");
  return Text{kHtml, std::move(page->html)};
}

std::string sign_in_uri(const SignInFirst& first, const Settings& settings) {
  std::vector<std::pair<std::string, std::string>> query{{"return_to", first.return_to}};
  if (!first.login_hint.empty()) query.emplace_back("login_hint", first.login_hint);
  if (!first.connection.empty()) query.emplace_back("connection", first.connection);
  return with_query(settings.issuer + "/signin", query);
}

Result<Text> answer(Call& call, const Surroundings& here, Result<Outcome> outcome) {
  if (!outcome) return fail(std::move(outcome.error()));
  struct Visitor {
    Call& call;
    const Surroundings& here;
    Result<Text> operator()(const ShowError& error) const { return show(call, here.provider.pages.error(error.message, call.request.request_id), 400); }
    Result<Text> operator()(const SendBack& back) const { return redirect(call, back.uri); }
    Result<Text> operator()(const SignInFirst& first) const { return redirect(call, sign_in_uri(first, here.provider.settings)); }
    Result<Text> operator()(const AskConsent& ask) const { return show(call, here.provider.pages.consent(ask), 200); }
  };
  return std::visit(Visitor{call, here}, *outcome);
}

Result<Text> answer(Call& call, const Surroundings& here, Result<LogoutService::Outcome> outcome) {
  if (!outcome) return fail(std::move(outcome.error()));
  struct Visitor {
    Call& call;
    const Surroundings& here;
    Result<Text> operator()(const LogoutService::Refused& refused) const {
      return show(call, here.provider.pages.error(refused.message, call.request.request_id), 400);
    }
    Result<Text> operator()(const LogoutService::Confirm& confirm) const { return show(call, here.provider.pages.confirm_logout(confirm), 200); }
    Result<Text> operator()(const LogoutService::Done& done) const {
      if (done.ended_session) call.reply.headers.set("Set-Cookie", here.browsers.clear_cookie());
      return done.uri.empty() ? show(call, here.provider.pages.signed_out(), 200) : Result<Text>(redirect(call, done.uri));
    }
  };
  return std::visit(Visitor{call, here}, *outcome);
}

/// A form that another site posts comes without our cookie (SameSite=Lax); as a GET the browser sends it along.
Text as_get(Call& call, std::string_view path, const std::string& form) { return redirect(call, std::string(path) + "?" + form); }

void add_authorize(http::Router& router, const Surroundings& here) {
  router.add<NoFields, Text>(Method::get, "/authorize", {
      .family = "OAuth", .summary = "Authorize an application",
      .description = "Where an application sends a person's browser (RFC 6749 §4.1, OpenID Connect Core §3.1.2). Parameters: `response_type=code`, `client_id`, "
                     "`redirect_uri` (exactly as registered), `scope`, `state`, `nonce`, `code_challenge` with `code_challenge_method=S256` (required of public "
                     "clients), `prompt`, `max_age`, `login_hint`, `id_token_hint`, `connection`. Answers with a redirect to the application (`code`, `state`, `iss`, "
                     "or `error`), to the sign-in page, or with the consent page. Where the application or its address is unknown: a page that says so.",
      .auth = Auth::public_, .own_auth = "session-cookie", .scope = "-", .media_type = "text/html",
      .handle = [here](Call& call, NoFields) -> Result<Text> {
        keep_private(call);
        const auto session = here.browsers.session(browser_of(call));
        if (!session) return fail(session.error());
        return answer(call, here, here.provider.authorize.authorize(call.request.query, *session));
      }});
  router.add<FormRequest, Text>(Method::post, "/authorize", {
      .family = "OAuth", .summary = "Authorize an application (form)", .description = "The parameters of `GET /authorize` as a form; answers with a redirect to it.",
      .auth = Auth::public_, .own_auth = "session-cookie", .scope = "-", .audit = false, .body_limit = kFormLimit, .media_type = "text/html",
      .handle = [here](Call& call, FormRequest request) -> Result<Text> {
        keep_private(call);
        const auto given = Parameters::parse(request.form);
        if (!given) return show(call, here.provider.pages.error("The form that brought you here is damaged.", call.request.request_id), 400);
        return as_get(call, "/authorize", encode_query(given->all()));
      }});
  router.add<FormRequest, Text>(Method::post, "/authorize/consent", {
      .family = "OAuth", .summary = "Answer the consent page", .description = "Form fields: `ticket` of the page, `decision` (`allow` or `deny`).",
      .auth = Auth::public_, .own_auth = "session-cookie", .scope = "-", .audit = false, .body_limit = 2 * kFormLimit, .media_type = "text/html",
      .handle = [here](Call& call, FormRequest request) -> Result<Text> {
        keep_private(call);
        const auto session = here.browsers.session_for_change(browser_of(call));
        if (!session) return fail(session.error());
        const auto given = Parameters::parse(request.form);
        if (!given) return show(call, here.provider.pages.error("The form is damaged.", call.request.request_id), 400);
        return answer(call, here, here.provider.authorize.decide(given->get("ticket"), given->get("decision") == "allow", *session));
      }});
}

void add_logout(http::Router& router, const Surroundings& here) {
  router.add<NoFields, Text>(Method::get, "/oidc/logout", {
      .family = "OAuth", .summary = "Sign out",
      .description = "OpenID Connect RP-Initiated Logout 1.0. Parameters: `id_token_hint`, `client_id`, `post_logout_redirect_uri` (exactly as registered), `state`. "
                     "Without an ID token of the person who is signed in, a page asks first.",
      .auth = Auth::public_, .own_auth = "session-cookie", .scope = "-", .media_type = "text/html",
      .handle = [here](Call& call, NoFields) -> Result<Text> {
        keep_private(call);
        const auto session = here.browsers.session(browser_of(call));
        if (!session) return fail(session.error());
        return answer(call, here, here.provider.logout.logout(call.request.query, *session));
      }});
  router.add<FormRequest, Text>(Method::post, "/oidc/logout", {
      .family = "OAuth", .summary = "Sign out (form)", .description = "The parameters of `GET /oidc/logout` as a form, or the `ticket` of the page that asks.",
      .auth = Auth::public_, .own_auth = "session-cookie", .scope = "-", .audit = false, .body_limit = kFormLimit, .media_type = "text/html",
      .handle = [here](Call& call, FormRequest request) -> Result<Text> {
        keep_private(call);
        const auto given = Parameters::parse(request.form);
        if (!given) return show(call, here.provider.pages.error("The form is damaged.", call.request.request_id), 400);
        const auto ticket = given->find("ticket");
        if (!ticket) return as_get(call, "/oidc/logout", encode_query(given->all()));
        const auto session = here.browsers.session_for_change(browser_of(call));
        if (!session) return fail(session.error());
        return answer(call, here, here.provider.logout.confirm(*ticket, *session));
      }});
}

}  // namespace

void add_browser_routes(http::Router& router, const Surroundings& here) {
  add_authorize(router, here);
  add_logout(router, here);
}

}  // namespace openstrat::oidc
