// What a browser does on its way through another provider. Failures are pages: a person looks at them.
#include "base/text.hpp"
#include "federation/account_linker.hpp"
#include "federation/dto.hpp"
#include "federation/federation_service.hpp"
#include "federation/pages.hpp"
#include "federation/routes.hpp"
#include "federation/urls.hpp"
#include "http/errors.hpp"
#include "http/router.hpp"

namespace openstrat::federation {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::Text;

constexpr std::string_view kFamily = "Identity providers";

sign_in::BrowserHeaders browser_headers(const Call& call) {
  const auto& headers = call.request.headers;
  return {.cookie = headers.find("Cookie"), .origin = headers.find("Origin"), .sec_fetch_site = headers.find("Sec-Fetch-Site")};
}

sign_in::Attempt attempt_of(const Call& call) {
  return {.kind = sign_in::Attempt::Kind::sign_in, .email = "", .remote = call.request.remote,
          .user_agent = std::string(call.request.headers.find("User-Agent").value_or("")), .proof = std::nullopt, .form_time = std::nullopt};
}

/// The state of one sign-in in the browser; several may be under way in several tabs.
std::string flow_cookie_name(const Services& s, std::string_view name) {
  return std::string(s.settings.auth_url.starts_with("https://") ? "__Host-idp-" : "idp-") + std::string(name);
}
std::string flow_cookie(const Services& s, std::string_view name, std::string_view value, std::chrono::seconds life) {
  std::string out = flow_cookie_name(s, name) + "=" + std::string(value) + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(life.count());
  if (s.settings.auth_url.starts_with("https://")) out += "; Secure";
  return out;
}
std::string_view cookie_value(std::string_view header, std::string_view name) {
  for (const auto part : text::split(header, ';')) {
    const auto pair = text::trim(part);
    const auto equals = pair.find('=');
    if (equals != pair.npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

/// Neither kept by anybody nor told to the next site.
void keep_private(Call& call) {
  call.reply.headers.set("Cache-Control", "no-store");
  call.reply.headers.set("Referrer-Policy", "no-referrer");
}

Text redirect(Call& call, std::string url) {
  keep_private(call);
  call.reply.status = 302;
  call.reply.headers.set("Location", std::move(url));
  return {"text/plain; charset=utf-8", ""};
}

Result<Text> show(Call& call, Result<Page> page) {
  if (!page) return fail(page.error());
  keep_private(call);
  if (!call.reply.status) call.reply.status = 200;
  call.reply.headers.set("Content-Security-Policy", std::move(page->policy));
  return Text{"text/html; charset=utf-8", std::move(page->html)};
}

Result<Text> show_error(Call& call, const Services& s, const Error& error) {
  call.reply.status = http::status_of(error.code());
  if (error.retry_after()) call.reply.headers.set("Retry-After", std::to_string(error.retry_after()->count()));
  return show(call, s.pages.error(error, call.request.request_id));
}

std::string_view to_string(sign_in::Step::Kind kind) {
  using enum sign_in::Step::Kind;
  switch (kind) {
    case signed_in: return "signed_in";
    case challenge: return "challenge";
    case second_factor: return "second_factor";
    case new_password: return "new_password";
    case verify_email: return "verify_email";
  }
  std::unreachable();
}

/// The sign-in page goes on from here. In the fragment, which is sent to no server and stands in no log.
std::string next_step_url(const Services& s, const FederationService::Finished& finished) {
  const auto& step = finished.step;
  std::vector<std::pair<std::string, std::string>> fields{{"step", std::string(to_string(step.kind))}};
  if (!step.ticket.empty()) fields.emplace_back("ticket", step.ticket);
  std::string factors;
  for (const auto factor : step.factors) factors += (factors.empty() ? "" : ",") + std::string(sign_in::to_string(factor));
  if (!factors.empty()) fields.emplace_back("factors", factors);
  if (!step.passkey_options.empty()) fields.emplace_back("passkey_options", step.passkey_options);
  if (!step.reason.empty()) fields.emplace_back("reason", step.reason);
  if (!finished.return_to.empty()) fields.emplace_back("return_to", finished.return_to);
  return s.settings.auth_url + "/signin#" + encode_form(fields);
}

std::string destination(const Services& s, const std::string& return_to) {
  return sign_in::BrowserService::is_own_path(return_to) ? s.settings.auth_url + return_to : s.settings.portal_url;
}

Result<Text> go_on(Call& call, const Services& s, const FederationService::Finished& finished) {
  using Kind = FederationService::Finished::Kind;
  switch (finished.kind) {
    case Kind::confirmation_sent: return show(call, s.pages.check_mail(finished));
    case Kind::tested: return show(call, s.pages.tested(finished));
    case Kind::linked: return redirect(call, destination(s, finished.return_to));
    case Kind::signed_in: break;
  }
  if (finished.step.kind != sign_in::Step::Kind::signed_in || !finished.step.session) return redirect(call, next_step_url(s, finished));
  const auto& session = *finished.step.session;
  std::optional<std::chrono::seconds> remembered;
  if (finished.remember) remembered = std::chrono::floor<std::chrono::seconds>(session.expires_at - call.now);
  call.reply.headers.add("Set-Cookie", s.browser.set_cookie(session.cookie, remembered));
  return redirect(call, destination(s, finished.return_to));
}

Result<Text> start(Call& call, const Services& s, StartSignInRequest&& request) {
  if (request.return_to && !sign_in::BrowserService::is_own_path(*request.return_to))
    return show_error(call, s, Error(Errc::malformed, "parameter_invalid", "return_to must be a path on this host."));
  const auto browser = s.browser.session(browser_headers(call));
  if (!browser) return show_error(call, s, browser.error());
  const auto started = s.federation.start({.provider_id = std::move(request.id), .ticket = std::move(request.ticket).value_or(""),
                                           .return_to = std::move(request.return_to).value_or(""), .remember = request.remember.value_or(false),
                                           .browser_user = *browser ? std::optional((*browser)->user.id) : std::nullopt});
  if (!started) return show_error(call, s, started.error());
  call.reply.headers.add("Set-Cookie", flow_cookie(s, started->cookie_name, started->cookie, SealedNotes::life_of(NoteKind::flow)));
  return redirect(call, started->authorization_url);
}

Result<Text> finish(Call& call, const Services& s, CallbackRequest&& request) {
  const std::string state = std::move(request.state).value_or("");
  const std::string name = FederationService::cookie_name_for(state);
  const auto cookie = cookie_value(call.request.headers.find("Cookie").value_or(""), flow_cookie_name(s, name));
  const auto finished = s.federation.finish({.state = state, .code = std::move(request.code).value_or(""), .error = std::move(request.error).value_or(""),
                                             .error_description = std::move(request.error_description).value_or(""), .issuer = std::move(request.iss)},
                                            cookie, attempt_of(call));
  if (!cookie.empty()) call.reply.headers.add("Set-Cookie", flow_cookie(s, name, "", std::chrono::seconds(0)));  // counts once
  if (!finished) return show_error(call, s, finished.error());
  return go_on(call, s, *finished);
}

Result<Text> confirm(Call& call, const Services& s, const std::string& token) {
  const auto question = s.linker.read_confirmation(token);
  if (!question) return show_error(call, s, question.error());
  const identity::Origin origin{.ip = call.request.remote.to_string(), .user_agent = std::string(call.request.headers.find("User-Agent").value_or(""))};
  if (const auto done = s.linker.confirm(token, origin); !done) return show_error(call, s, done.error());
  return show(call, s.pages.confirmed(*question));
}

void add_confirmation_routes(http::Router& router, const Services& s) {
  router.add<ConfirmationRequest, Text>(Method::get, "/login/identity/confirm", {
      .family = kFamily, .summary = "Page behind the link of a mail",
      .description = "Asks whether it was the owner of the mailbox who signed in. Nothing happens before the button is pressed, as mail scanners open links.",
      .auth = Auth::public_, .own_auth = "mailed-token", .scope = "-", .media_type = "text/html", .errors = {Errc::unauthenticated},
      .handle = [s](Call& call, ConfirmationRequest request) -> Result<Text> {
        const auto question = s.linker.read_confirmation(request.token);
        if (!question) return show_error(call, s, question.error());
        return show(call, s.pages.confirm(*question, request.token));
      }});
  router.add<ConfirmRequest, Text>(Method::post, "/login/identity/confirm", {
      .family = kFamily, .summary = "Confirm an identity", .description = "The button of that page.", .auth = Auth::public_, .own_auth = "mailed-token", .scope = "-",
      .accepts_form = true, .media_type = "text/html", .errors = {Errc::unauthenticated, Errc::forbidden},
      .handle = [s](Call& call, ConfirmRequest request) -> Result<Text> { return confirm(call, s, request.token); }});
}

}  // namespace

void add_sign_in_routes(http::Router& router, const Services& s) {
  router.add<ButtonsRequest, std::vector<ButtonView>>(Method::get, "/login/providers", {
      .family = kFamily, .summary = "Ways to sign in",
      .description = "The providers of this installation, and those of teams to which the domain of the address belongs. Says nothing about whether there is such a user.",
      .auth = Auth::public_, .scope = "-",
      .handle = [s](Call&, ButtonsRequest request) -> Result<std::vector<ButtonView>> {
        const auto buttons = s.providers.buttons(request.email.value_or(""));
        if (!buttons) return fail(buttons.error());
        std::vector<ButtonView> out;
        for (const auto& button : *buttons)
          out.push_back({.id = button.provider_id, .type = std::string(federation::to_string(button.type)), .name = button.name,
                         .team = button.team_name.empty() ? std::nullopt : std::optional(button.team_name),
                         .url = s.settings.auth_url + "/login/provider/" + encode(button.provider_id)});
        return out;
      }});
  router.add<StartSignInRequest, Text>(Method::get, "/login/provider/{id}", {
      .family = kFamily, .summary = "Sign in with a provider", .description = "For browsers: leads to the provider.", .auth = Auth::public_, .scope = "-",
      .media_type = "text/html", .errors = {Errc::not_found, Errc::upstream},
      .handle = [s](Call& call, StartSignInRequest request) -> Result<Text> { return start(call, s, std::move(request)); }});
  router.add<CallbackRequest, Text>(Method::get, "/callback", {
      .family = kFamily, .summary = "Identity-provider return", .description = "For browsers: the redirect URI to register at every provider. Ends in a session and a redirect, or in a page that says why not.",
      .auth = Auth::public_, .own_auth = "state-cookie", .scope = "-", .media_type = "text/html", .errors = {Errc::forbidden, Errc::unauthenticated, Errc::upstream},
      .handle = [s](Call& call, CallbackRequest request) -> Result<Text> { return finish(call, s, std::move(request)); }});
  add_confirmation_routes(router, s);
}

}  // namespace openstrat::federation
