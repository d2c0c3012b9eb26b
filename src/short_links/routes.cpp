#include "short_links/routes.hpp"

#include "base/rng.hpp"
#include "base/text.hpp"
#include "http/router.hpp"
#include "short_links/dto.hpp"
#include "short_links/link_keeper.hpp"
#include "templates/library.hpp"

namespace openstrat::short_links {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::Text;
using templates::Fields;

constexpr std::string_view kFamily = "Short links";

bool wants_page(const Call& call) { return text::lower(call.request.headers.find("Accept").value_or("")).contains("text/html"); }

Result<Text> show(Call& call, const RouteServices& s, int status, std::string_view page, std::string title, Fields fields) {
  const std::string nonce = random_base62(22, s.rng);
  fields.text("title", std::move(title)).text("nonce", nonce);
  templates::add_brand(fields, s.brand);
  auto html = s.library.render_html("short_links/" + std::string(page), fields);
  if (!html) return fail(html.error());
  call.reply.status = status;
  call.reply.headers.set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-" + nonce + "'; img-src https: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
  call.reply.headers.set("X-Frame-Options", "DENY");
  return Text{"text/html; charset=utf-8", *std::move(html)};
}

/// People read a page, programs the usual error.
Result<Text> refuse(Call& call, const RouteServices& s, const Error& error) {
  if (!wants_page(call)) return fail(error);
  Fields fields;
  switch (error.code()) {
    case Errc::not_found:
      fields.text("text", "This short link does not exist.").text("hint", "Check that you have all of it: upper and lower case letters differ. Links are forgotten some time after they expire.");
      return show(call, s, 404, "error", "Unknown link", std::move(fields));
    case Errc::gone:
      fields.text("text", "This short link is too old.").text("hint", "Ask whoever sent it for a new one, or sign in and look for what it led to.");
      return show(call, s, 410, "error", "Expired link", std::move(fields));
    case Errc::forbidden:
      fields.text("text", "The address behind this short link was changed since it was made, so we do not open it.").text("hint", "Ask whoever sent it for a new one.");
      return show(call, s, 403, "error", "Invalid link", std::move(fields));
    default: return fail(error);
  }
}

Result<Text> follow(Call& call, const RouteServices& s, const std::string& code) {
  call.reply.headers.set("Cache-Control", "no-store");
  call.reply.headers.set("Referrer-Policy", "no-referrer");
  auto destination = s.links.follow(code);
  if (!destination) return refuse(call, s, destination.error());
  if (destination->asks_first && wants_page(call)) {
    Fields fields;
    fields.text("host", destination->host).text("target", destination->url);
    return show(call, s, 200, "leaving", "You are leaving this site", std::move(fields));
  }
  call.reply.status = 302;
  call.reply.headers.set("Location", std::move(destination->url));
  return Text{};
}

}  // namespace

void add_routes(http::Router& router, RouteServices services) {
  router.add<ShortenRequest, LinkView>(Method::post, "/short-links", {
      .family = kFamily, .summary = "Create a short link (internal)", .description = "Foreign targets are opened after a question, unless their host is in `short_links.direct_hosts`.",
      .auth = Auth::internal, .scope = "-", .status = 201,
      .handle = [&links = services.links](Call& call, ShortenRequest request) -> Result<LinkView> {
        const auto life = request.ttl_days ? std::chrono::days(*request.ttl_days) : LinkService::kDefaultLife;
        auto link = links.shorten(request.url, life, call.principal.subject);
        if (!link) return fail(link.error());
        call.audit_note = "code " + link->code;
        return LinkView{std::move(link->code), std::move(link->short_url), link->expires_at};
      }});
  router.add<CodeRequest, Text>(Method::get, "/s/{code}", {
      .family = kFamily, .summary = "Follow a short link", .description = "302 to the target. Browsers get pages: errors, and a question before a foreign site. A short link is no access control: the target has its own.",
      .auth = Auth::public_, .scope = "-", .rate_limit = "short_link", .media_type = "text/html", .errors = {Errc::forbidden, Errc::not_found, Errc::gone},
      .handle = [services](Call& call, CodeRequest request) { return follow(call, services, request.code); }});
}

}  // namespace openstrat::short_links
