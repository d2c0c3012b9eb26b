#include "http/router.hpp"
#include "sign_in/call.hpp"
#include "sign_in/email_flow.hpp"
#include "sign_in/profile_flow.hpp"
#include "sign_in/registration_flow.hpp"
#include "sign_in/routes.hpp"
#include "sign_in/sign_in_flow.hpp"

namespace openstrat::sign_in {
namespace {

using http::Auth;
using http::Call;
using http::Json;
using http::JsonText;
using http::Method;
using http::NoContent;
using http::NoFields;

constexpr std::string_view kFamily = "Sign-in";
constexpr std::size_t kBodyLimit = 64 * 1024;  // strangers may send these

std::optional<std::string> present(std::string text) { return text.empty() ? std::optional<std::string>{} : std::optional<std::string>(std::move(text)); }
std::optional<Json> json(std::string text) { return text.empty() ? std::optional<Json>{} : std::optional<Json>(Json{std::move(text)}); }

StepView to_view(Step step) {
  StepView view{.status = step.kind, .ticket = present(std::move(step.ticket)), .passkey_options = json(std::move(step.passkey_options)),
                .challenge = json(std::move(step.challenge)), .reason = present(std::move(step.reason)), .user_id = step.user_id};
  if (!step.factors.empty()) view.factors = std::move(step.factors);
  if (step.session) view.expires_at = step.session->expires_at;
  return view;
}

/// The session's cookie goes with the answer; answers about sign-in are nobody else's.
Result<StepView> answer(Call& call, const Services& services, Result<Step> step) {
  call.reply.headers.set("Cache-Control", "no-store");
  if (!step) return fail(std::move(step.error()));
  if (step->session) {
    std::optional<std::chrono::seconds> remembered;
    if (step->session->remembered) remembered = std::chrono::ceil<std::chrono::seconds>(step->session->expires_at - call.now);
    call.reply.headers.add("Set-Cookie", services.browsers.set_cookie(step->session->cookie, remembered));
  }
  return to_view(*std::move(step));
}

Result<Step> login_step(Call& call, const Services& services, LoginStepRequest request) {
  const auto attempt = attempt_of(call, Attempt::Kind::sign_in, "");
  if (int(request.code.has_value()) + int(request.passkey.has_value()) + int(request.password.has_value()) != 1)
    return invalid_field("code", "send one of code, passkey and password");
  if (request.code) return services.sign_in.with_code(request.ticket, *request.code, attempt);
  if (request.passkey) return services.sign_in.with_passkey(request.ticket, request.passkey->text, attempt);
  return services.sign_in.with_new_password(request.ticket, *request.password, attempt);
}

}  // namespace

void add_sign_in_routes(http::Router& router, const Services& s) {
  router.add<RegisterRequest, RegisterView>(Method::post, "/register", {
      .family = kFamily, .summary = "Register", .description = "Makes an account. The answer is the same when somebody has the address already: its owner learns of it by mail.",
      .auth = Auth::public_, .scope = "-", .status = 201, .rate_limit = "sign_in", .body_limit = kBodyLimit, .errors = {Errc::forbidden, Errc::rate_limited, Errc::unavailable},
      .handle = [s](Call& call, RegisterRequest request) -> Result<RegisterView> {
        if (auto own = s.browsers.check_not_cross_site(browser_headers(call.request)); !own) return fail(std::move(own.error()));
        const auto attempt = attempt_of(call, Attempt::Kind::sign_up, request.email, request.signs);
        auto done = s.registration.register_account({.name = std::move(request.name), .email = std::move(request.email), .password = std::move(request.password),
                                                     .accepts_terms = request.terms, .timezone = std::move(request.timezone),
                                                     .team_name = std::move(request.team_name), .invitation = std::move(request.invitation)}, attempt);
        if (!done) return fail(std::move(done.error()));
        if (done->kind == Registered::Kind::challenge) {
          call.reply.status = 200;
          return RegisterView{.status = RegisterStatus::challenge, .challenge = json(std::move(done->challenge))};
        }
        return RegisterView{.status = done->kind == Registered::Kind::active ? RegisterStatus::active : RegisterStatus::verify_email};
      }});
  router.add<LoginRequest, StepView>(Method::post, "/login", {
      .family = kFamily, .summary = "Sign in", .description = "First step of a sign-in with a password. `status` says what is next.",
      .auth = Auth::public_, .scope = "-", .rate_limit = "sign_in", .body_limit = kBodyLimit, .errors = {Errc::unauthenticated, Errc::forbidden, Errc::rate_limited, Errc::unavailable},
      .handle = [s](Call& call, LoginRequest request) -> Result<StepView> {
        if (auto own = s.browsers.check_not_cross_site(browser_headers(call.request)); !own) return fail(std::move(own.error()));
        const auto attempt = attempt_of(call, Attempt::Kind::sign_in, request.email, request.signs);
        return answer(call, s, s.sign_in.with_password(attempt, request.password, request.remember));
      }});
  router.add<LoginStepRequest, StepView>(Method::post, "/login/mfa", {
      .family = kFamily, .summary = "Sign in, second factor", .description = "Second factor (code or passkey) or new password for the ticket of the step before.",
      .auth = Auth::public_, .scope = "-", .rate_limit = "sign_in", .body_limit = kBodyLimit, .errors = {Errc::unauthenticated, Errc::forbidden, Errc::rate_limited, Errc::unavailable},
      .handle = [s](Call& call, LoginStepRequest request) -> Result<StepView> {
        if (auto own = s.browsers.check_not_cross_site(browser_headers(call.request)); !own) return fail(std::move(own.error()));
        return answer(call, s, login_step(call, s, std::move(request)));
      }});
  router.add<NoFields, JsonText>(Method::post, "/login/passkey/options", {
      .family = kFamily, .summary = "Sign in with a passkey: options", .description = "For navigator.credentials.get(), without naming a user.",
      .auth = Auth::public_, .scope = "-", .rate_limit = "sign_in", .body_limit = kBodyLimit, .media_type = "application/json", .errors = {Errc::not_found, Errc::rate_limited},
      .handle = [s](Call& call, NoFields) -> Result<JsonText> {
        call.reply.headers.set("Cache-Control", "no-store");
        auto options = s.sign_in.passkey_options();
        if (!options) return fail(std::move(options.error()));
        return JsonText{*std::move(options)};
      }});
  router.add<PasskeyLoginRequest, StepView>(Method::post, "/login/passkey", {
      .family = kFamily, .summary = "Sign in with a passkey", .description = "A passkey that verified its user (PIN, fingerprint) needs no password.",
      .auth = Auth::public_, .scope = "-", .rate_limit = "sign_in", .body_limit = kBodyLimit, .errors = {Errc::unauthenticated, Errc::forbidden, Errc::rate_limited},
      .handle = [s](Call& call, PasskeyLoginRequest request) -> Result<StepView> {
        if (auto own = s.browsers.check_not_cross_site(browser_headers(call.request)); !own) return fail(std::move(own.error()));
        return answer(call, s, s.sign_in.with_passkey("", request.passkey.text, attempt_of(call, Attempt::Kind::sign_in, "")));
      }});
  router.add<NoFields, NoContent>(Method::post, "/logout", {
      .family = kFamily, .summary = "Sign out", .description = "Ends the session of the access token or of the cookie, with every token of it. Without either there is nothing to do.",
      .auth = Auth::public_ | Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true, .errors = {Errc::forbidden},
      .handle = [s](Call& call, NoFields) -> Result<NoContent> {
        std::optional<UserId> user = call.principal.user_id;
        std::string session = call.principal.session_id;
        if (!user) {
          const auto headers = browser_headers(call.request);
          if (s.browsers.cookie_in(headers.cookie).empty()) return NoContent{};
          const auto found = s.browsers.session_for_change(headers);
          if (!found) return fail(found.error());
          if (*found) user = (*found)->user.id, session = (*found)->id;
          call.reply.headers.add("Set-Cookie", s.browsers.clear_cookie());
        }
        if (!user) return NoContent{};
        if (auto revoked = s.sessions.revoke(*user, session); !revoked && revoked.error().code() != Errc::not_found) return fail(std::move(revoked.error()));
        s.profile.signed_out(*user, session, origin_of(attempt_of(call, Attempt::Kind::sign_in, "")));
        return NoContent{};
      }});
}

void add_routes(http::Router& router, const Services& services) {
  add_sign_in_routes(router, services);
  add_account_routes(router, services);
}

}  // namespace openstrat::sign_in
