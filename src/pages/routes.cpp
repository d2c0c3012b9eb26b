#include "pages/routes.hpp"

#include <memory>
#include <optional>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "http/router.hpp"
#include "http/url_text.hpp"
#include "pages/page.hpp"
#include "sign_in/browser_service.hpp"
#include "templates/library.hpp"

namespace openstrat::pages {

struct SignInQuery { std::optional<std::string> return_to, login_hint, connection, email, notice; };
struct SignUpQuery { std::optional<std::string> invitation; };
struct InvitationPath { std::string token; };
struct AcceptRequest { std::string token; };

}  // namespace openstrat::pages

namespace openstrat {

template <>
struct http::Fields<pages::SignInQuery> {
  using V = pages::SignInQuery;
  static constexpr auto table = fields<V>("SignInPage", query<&V::return_to>("return_to", "path on this host to go to afterwards"),
      query<&V::login_hint>("login_hint", "address to begin with").length(0, 254), query<&V::connection>("connection", "id of the provider to sign in with").length(0, 100),
      query<&V::email>("email", "what came of a link: `verified`, `changed`, `expired`"), query<&V::notice>("notice", "`password`, `unblocked`, `signed_out`"));
};
template <>
struct http::Fields<pages::SignUpQuery> {
  using V = pages::SignUpQuery;
  static constexpr auto table = fields<V>("SignUpPage", query<&V::invitation>("invitation", "token of the mailed invitation").length(0, 200));
};
template <>
struct http::Fields<pages::InvitationPath> {
  using V = pages::InvitationPath;
  static constexpr auto table = fields<V>("InvitationPage", path<&V::token>("token", "of the mailed invitation"));
};
template <>
struct http::Fields<pages::AcceptRequest> {
  using V = pages::AcceptRequest;
  static constexpr auto table = fields<V>("AcceptInvitation", body<&V::token>("token", "of the mailed invitation").required().length(1, 200).secret());
};

}  // namespace openstrat

namespace openstrat::pages {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::NoFields;
using http::Text;
using templates::Fields;

constexpr std::string_view kFamily = "Pages";
constexpr const char* kHtml = "text/html; charset=utf-8";

sign_in::BrowserHeaders browser_of(const Call& call) {
  const auto& headers = call.request.headers;
  return {.cookie = headers.find("Cookie"), .origin = headers.find("Origin"), .sec_fetch_site = headers.find("Sec-Fetch-Site")};
}

/// Everything a page may do; text from outside can be none of it.
std::string policy(const std::string& nonce) {
  return "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'nonce-" + nonce +
         "'; img-src https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
}

Result<Text> show(Call& call, const Services& s, std::string_view page, std::string_view title, Fields fields) {
  const std::string nonce = random_base62(22, s.rng);
  fields.text("title", std::string(title)).text("nonce", nonce).text("home", s.home);
  templates::add_brand(fields, s.brand);
  auto html = s.library.render_html("pages/" + std::string(page), fields);
  if (!html) return fail(html.error());
  auto& headers = call.reply.headers;
  headers.set("Content-Security-Policy", policy(nonce));
  headers.set("Cache-Control", "no-store");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("X-Frame-Options", "DENY");
  return Text{kHtml, *std::move(html)};
}

Text redirect(Call& call, std::string target) {
  call.reply.status = 303;
  call.reply.headers.set("Location", std::move(target));
  call.reply.headers.set("Cache-Control", "no-store");
  return Text{kHtml, ""};
}

std::string own_path(const std::optional<std::string>& target) {
  return target && sign_in::BrowserService::is_own_path(*target) ? *target : std::string();
}

/// Words for what brought the reader here; empty for words that we did not write ourselves.
std::string notice_of(const SignInQuery& query) {
  const std::string email = query.email.value_or(""), notice = query.notice.value_or("");
  if (email == "verified") return "Your address is confirmed. You can sign in now.";
  if (email == "changed") return "Your new address is confirmed. Sign in with it from now on.";
  if (email == "expired") return "The link has expired or was used before. Sign in; if it is still needed, you get a new one.";
  if (notice == "password") return "Your password was changed. Sign in with the new one.";
  if (notice == "unblocked") return "The block is lifted. You can sign in again.";
  if (notice == "signed_out") return "You are signed out.";
  return "";
}

void add_sign_in(http::Router& router, const Services& s) {
  router.add<NoFields, Text>(Method::get, "/", {
      .family = kFamily, .summary = "Page: the way in", .auth = Auth::public_, .scope = "-", .media_type = "text/html",
      .handle = [s](Call& call, NoFields) -> Result<Text> { return redirect(call, s.home); }});
  router.add<SignInQuery, Text>(Method::get, "/signin", {
      .family = kFamily, .summary = "Page: sign in", .auth = Auth::public_, .scope = "-", .media_type = "text/html",
      .handle = [s](Call& call, SignInQuery query) -> Result<Text> {
        const auto door = s.door();
        if (!door) return fail(door.error());
        if (*door == Door::first) return redirect(call, "/signup");
        Fields fields;
        fields.text("return_to", own_path(query.return_to)).text("login_hint", query.login_hint.value_or("")).text("connection", query.connection.value_or(""));
        fields.text("notice", notice_of(query)).flag("may_sign_up", *door == Door::everybody).text("sign_up_link", "/signup");
        return show(call, s, "sign_in", "Sign in", std::move(fields));
      }});
  router.add<NoFields, Text>(Method::get, "/account", {
      .family = kFamily, .summary = "Page: signed in", .auth = Auth::public_, .own_auth = "session-cookie", .scope = "-", .media_type = "text/html",
      .handle = [s](Call& call, NoFields) -> Result<Text> {
        const auto session = s.browsers.session(browser_of(call));
        if (!session) return fail(session.error());
        if (!*session) return redirect(call, "/signin?return_to=/account");
        Fields fields;
        fields.text("name", (*session)->user.name).text("email", (*session)->user.email).flag("has_app", s.home != "/account");
        return show(call, s, "account", "You are signed in", std::move(fields));
      }});
}

void add_accounts(http::Router& router, const Services& s) {
  router.add<SignUpQuery, Text>(Method::get, "/signup", {
      .family = kFamily, .summary = "Page: create an account", .auth = Auth::public_, .scope = "-", .media_type = "text/html",
      .handle = [s](Call& call, SignUpQuery query) -> Result<Text> {
        const auto door = s.door();
        if (!door) return fail(door.error());
        const bool is_invited = query.invitation && !query.invitation->empty();
        Fields fields;
        fields.text("invitation", query.invitation.value_or("")).flag("first", *door == Door::first);
        fields.flag("closed", *door == Door::nobody || (*door == Door::invited && !is_invited));
        return show(call, s, "sign_up", *door == Door::first ? "Welcome: create the first account" : "Create an account", std::move(fields));
      }});
  router.add<NoFields, Text>(Method::get, "/password/forgot", {
      .family = kFamily, .summary = "Page: forgot password", .auth = Auth::public_, .scope = "-", .media_type = "text/html",
      .handle = [s](Call& call, NoFields) { return show(call, s, "forgot", "Forgot your password?", {}); }});
  router.add<NoFields, Text>(Method::get, "/password/reset", {
      .family = kFamily, .summary = "Page: choose a new password", .auth = Auth::public_, .scope = "-", .media_type = "text/html",
      .handle = [s](Call& call, NoFields) { return show(call, s, "reset", "Choose a new password", {}); }});
}

void add_invitations(http::Router& router, const Services& s) {
  router.add<InvitationPath, Text>(Method::get, "/invites/{token}", {
      .family = kFamily, .summary = "Page: take an invitation", .auth = Auth::public_, .own_auth = "session-cookie", .scope = "-", .media_type = "text/html",
      .handle = [s](Call& call, InvitationPath request) -> Result<Text> {
        const auto session = s.browsers.session(browser_of(call));
        if (!session) return fail(session.error());
        const std::string token = http::percent_encode(request.token);
        Fields fields;
        fields.text("token", request.token).text("email", *session ? (*session)->user.email : std::string());
        fields.text("sign_in_link", "/signin?return_to=/invites/" + token).text("sign_up_link", "/signup?invitation=" + token);
        return show(call, s, "invitation", "You are invited", std::move(fields));
      }});
  router.add<AcceptRequest, http::NoContent>(Method::post, "/signin/invitation", {
      .family = kFamily, .summary = "Accept an invite (page)", .description = "What the page of an invitation sends: the same as `POST /invites/{token}/accept`, for the browser's session.",
      .auth = Auth::public_, .own_auth = "session-cookie", .scope = "-", .errors = {Errc::unauthenticated, Errc::forbidden, Errc::not_found, Errc::gone},
      .handle = [s](Call& call, AcceptRequest request) -> Result<http::NoContent> {
        const auto session = s.browsers.session_for_change(browser_of(call));
        if (!session) return fail(session.error());
        if (!*session) return fail(Errc::unauthenticated, "token_missing", "Sign in first.");
        if (auto accepted = s.accept_invitation((*session)->user.id, request.token); !accepted) return fail(accepted.error());
        return http::NoContent{};
      }});
}

void add_assets(http::Router& router) {
  const std::string etag = '"' + crypto::hex(crypto::sha256(kSignInScript)).substr(0, 32) + '"';
  const auto script = std::make_shared<const std::string>(kSignInScript);
  router.add_device(Method::get, "/assets/sign-in.js", {
      .family = kFamily, .summary = "Script of the sign-in pages", .auth = Auth::public_, .is_documented = false,
      .handle = [=](http::RawCall call, http::Responder respond) {
        http::Response response;
        response.headers.set("ETag", etag);
        response.headers.set("Cache-Control", "no-cache");
        if (call.request.headers.find("If-None-Match") == etag) {
          response.status = 304;
        } else {
          response.content_type = "text/javascript; charset=utf-8";
          response.shared_body = script;
        }
        respond(std::move(response));
      }});
}

}  // namespace

void add_routes(http::Router& router, Services services) {
  add_sign_in(router, services);
  add_accounts(router, services);
  add_invitations(router, services);
  add_assets(router);
}

}  // namespace openstrat::pages
