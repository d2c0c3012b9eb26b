#include "base/url_signer.hpp"
#include "http/router.hpp"
#include "sign_in/call.hpp"
#include "sign_in/email_flow.hpp"
#include "sign_in/notices.hpp"
#include "sign_in/password_flow.hpp"
#include "sign_in/profile_flow.hpp"
#include "sign_in/routes.hpp"

namespace openstrat::sign_in {
namespace {

using http::Auth;
using http::Call;
using http::Json;
using http::Method;
using http::NoContent;
using http::NoFields;

constexpr std::string_view kFamily = "Sign-in";
constexpr std::size_t kBodyLimit = 64 * 1024;  // strangers may send these

/// The same words for every address.
Result<AcceptedView> accepted(Call& call, Result<std::optional<std::string>> challenge, const char* message) {
  if (!challenge) return fail(std::move(challenge.error()));
  if (!*challenge) return AcceptedView{.message = message};
  call.reply.status = 200;
  return AcceptedView{.message = "Solve the challenge and send the same again with `proof`.", .challenge = Json{**std::move(challenge)}};
}

SessionView to_view(const identity::SessionLine& line, std::string_view current) {
  SessionView view{.id = line.id, .current = line.id == current, .ip = line.ip, .user_agent = line.user_agent, .methods = line.methods,
                   .created_at = line.created_at, .last_seen_at = line.last_seen_at, .expires_at = line.expires_at};
  if (auto device = device_name(line.user_agent.value_or("")); !device.empty()) view.device = std::move(device);
  return view;
}

ProfileView to_view(const Profile& profile) {
  const identity::User& user = profile.user;
  const identity::Member& member = profile.member;
  ProfileView view{.id = user.id, .idp = user.idp, .name = user.name, .email = user.email, .email_verified = user.email_verified,
          .pending_email = profile.pending_email, .mobile = {}, .mobile_verified = member.mobile_verified, .country = member.country, .picture = member.picture, .timezone = user.timezone, .date_format = user.date_format, .time_format = user.time_format,
          .locale = user.locale, .mfa_enabled = user.mfa_enabled, .team_id = {}, .created_at = user.created_at};
  if (member.mobile) view.mobile = MobileView{member.mobile->e164, member.mobile->local, member.mobile->country};
  return view;
}

identity::ProfileChange to_change(const ProfileRequest& request) {
  identity::ProfileChange change{.name = request.name, .mobile = {}, .country = request.country, .picture = request.picture, .timezone = request.timezone,
                                 .date_format = request.date_format, .time_format = request.time_format, .locale = request.locale};
  if (request.mobile) change.mobile = *request.mobile ? std::optional(identity::Mobile{.e164 = {}, .local = (*request.mobile)->local, .country = (*request.mobile)->country}) : std::nullopt;
  return change;
}

Result<ProfileView> own_profile(const Call& call, const Services& s) {
  const auto profile = s.profile.find(*call.principal.user_id);
  if (!profile) return fail(profile.error());
  auto view = to_view(*profile);
  view.is_operator = call.principal.is_operator;
  if (!call.tenant().customer_id.value.is_nil()) view.team_id = call.tenant().customer_id;
  view.scopes = call.principal.scopes;
  view.mfa_missing = call.principal.mfa_missing;
  return view;
}

/// Where the browser goes after a link: a page of ours, with a word that says what came of it.
NoContent go_to_sign_in(Call& call, const Services& s, std::string_view outcome) {
  call.reply.status = 303;
  call.reply.headers.set("Location", s.settings.auth_url + "/signin?email=" + std::string(outcome));
  return {};
}

void add_password_routes(http::Router& router, const Services& s) {
  router.add<AddressRequest, AcceptedView>(Method::post, "/password/forgot", {
      .family = kFamily, .summary = "Forgot password", .description = "Mails a link to choose a new password, to whom has an account; five an hour. The answer is the same for everybody.",
      .auth = Auth::public_, .scope = "-", .status = 202, .rate_limit = "sign_in", .body_limit = kBodyLimit, .errors = {Errc::rate_limited},
      .handle = [s](Call& call, AddressRequest request) -> Result<AcceptedView> {
        if (auto own = s.browsers.check_not_cross_site(browser_headers(call.request)); !own) return fail(std::move(own.error()));
        return accepted(call, s.passwords.forgot(attempt_of(call, Attempt::Kind::password_reset, request.email, request.signs)),
                        "If somebody has this address here, a link is on its way.");
      }});
  router.add<ResetRequest, NoContent>(Method::post, "/password/reset", {
      .family = kFamily, .summary = "Reset password", .description = "Sets a new password with the token of the mailed link (60 minutes, once). Every session ends.",
      .auth = Auth::public_, .own_auth = "mailed-token", .scope = "-", .rate_limit = "sign_in", .body_limit = kBodyLimit, .errors = {Errc::gone, Errc::unavailable},
      .handle = [s](Call& call, ResetRequest request) -> Result<NoContent> {
        if (auto own = s.browsers.check_not_cross_site(browser_headers(call.request)); !own) return fail(std::move(own.error()));
        auto done = s.passwords.reset(request.token, request.password, attempt_of(call, Attempt::Kind::password_reset, ""));
        if (!done) return fail(std::move(done.error()));
        return NoContent{};
      }});
  router.add<PasswordRequest, NoContent>(Method::put, "/password", {
      .family = kFamily, .summary = "Change password", .description = "Needs the current one. Every other session ends, with its tokens.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true, .errors = {Errc::rate_limited, Errc::unavailable},
      .handle = [s](Call& call, PasswordRequest request) -> Result<NoContent> {
        auto done = s.passwords.change(*call.principal.user_id, call.principal.session_id, request.current_password, request.password,
                                       attempt_of(call, Attempt::Kind::sign_in, call.principal.display_name));
        if (!done) return fail(std::move(done.error()));
        return NoContent{};
      }});
}

void add_email_routes(http::Router& router, const Services& s) {
  router.add<VerifyRequest, NoContent>(Method::get, "/email/verify/{id}/{hash}", {
      .family = kFamily, .summary = "Verify e-mail", .description = "The mailed link (24 hours). Leads to the sign-in page with `email=verified`, `email=changed` or `email=expired`.",
      .auth = Auth::public_, .own_auth = "signed-url", .scope = "-",
      .handle = [s](Call& call, VerifyRequest request) -> Result<NoContent> {
        if (s.signer.verify(call.request.path, call.request.query, call.now) != UrlSigner::Verdict::good) return go_to_sign_in(call, s, "expired");
        const auto verified = s.email.verify(request.id, request.hash, origin_of(attempt_of(call, Attempt::Kind::sign_up, "")));
        if (!verified) return fail(verified.error());
        switch (*verified) {
          case EmailFlow::Verified::yes: return go_to_sign_in(call, s, "verified");
          case EmailFlow::Verified::changed: return go_to_sign_in(call, s, "changed");
          case EmailFlow::Verified::no: return go_to_sign_in(call, s, "expired");
        }
        std::unreachable();
      }});
  router.add<AddressRequest, AcceptedView>(Method::post, "/email/resend", {
      .family = kFamily, .summary = "Resend verification", .description = "Mails the link again, to whom it is due; three an hour. The answer is the same for everybody.",
      .auth = Auth::public_, .scope = "-", .status = 202, .rate_limit = "sign_in", .body_limit = kBodyLimit, .errors = {Errc::rate_limited},
      .handle = [s](Call& call, AddressRequest request) -> Result<AcceptedView> {
        if (auto own = s.browsers.check_not_cross_site(browser_headers(call.request)); !own) return fail(std::move(own.error()));
        return accepted(call, s.email.resend(attempt_of(call, Attempt::Kind::password_reset, request.email, request.signs)),
                        "If this address waits for its confirmation, a link is on its way.");
      }});
}

void add_own_routes(http::Router& router, const Services& s) {
  router.add<NoFields, ProfileView>(Method::get, "/me", {
      .family = kFamily, .summary = "Own profile", .description = "The signed-in user.", .auth = Auth::bearer, .scope = "-", .needs_team = false,
      .without_mfa = true, .handle = [s](Call& call, NoFields) { return own_profile(call, s); }});
  router.add<ProfileRequest, ProfileView>(Method::put, "/me", {
      .family = kFamily, .summary = "Change own profile", .description = "Absent fields stay. A new e-mail address counts once its link was opened, and the old one is told.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .errors = {Errc::rate_limited},
      .handle = [s](Call& call, ProfileRequest request) -> Result<ProfileView> {
        const auto attempt = attempt_of(call, Attempt::Kind::sign_in, call.principal.display_name);
        auto done = s.profile.change(*call.principal.user_id, to_change(request));
        if (done && request.email) done = s.email.request_change(*call.principal.user_id, *request.email, request.current_password, attempt);
        if (!done) return fail(std::move(done.error()));
        return own_profile(call, s);
      }});
  router.add<NoFields, std::vector<SessionView>>(Method::get, "/me/sessions", {
      .family = kFamily, .summary = "Own sessions", .description = "Where the user is signed in, newest first.", .auth = Auth::bearer, .scope = "-",
      .needs_team = false, .without_mfa = true,
      .handle = [s](Call& call, NoFields) -> Result<std::vector<SessionView>> {
        const auto lines = s.sessions.list(*call.principal.user_id);
        if (!lines) return fail(lines.error());
        std::vector<SessionView> views;
        for (const auto& line : *lines) views.push_back(to_view(line, call.principal.session_id));
        return views;
      }});
  router.add<SessionIdRequest, NoContent>(Method::delete_, "/me/sessions/{id}", {
      .family = kFamily, .summary = "End an own session", .description = "With its tokens, at once.", .auth = Auth::bearer, .scope = "-",
      .needs_team = false, .without_mfa = true, .errors = {Errc::not_found},
      .handle = [s](Call& call, SessionIdRequest request) -> Result<NoContent> {
        auto revoked = s.sessions.revoke(*call.principal.user_id, request.id);
        if (!revoked) return fail(std::move(revoked.error()));
        return NoContent{};
      }});
}

}  // namespace

void add_account_routes(http::Router& router, const Services& services) {
  add_password_routes(router, services);
  add_email_routes(router, services);
  add_own_routes(router, services);
}

}  // namespace openstrat::sign_in
