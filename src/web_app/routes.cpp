#include "web_app/routes.hpp"

#include <array>

#include "base/ids.hpp"
#include "http/content_coding.hpp"
#include "http/router.hpp"
#include "web_app/page.hpp"

namespace openstrat::web_app {
namespace {

using http::Coding;
using http::Method;
using http::RawCall;
using http::Request;
using http::Responder;
using http::Response;

constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kMissing =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>No web application</title>"
    "<h1>This server was built without the web application</h1>"
    "<p>Its API is described under <a href=\"/docs\">/docs</a>, your account is under <a href=\"/account\">/account</a>.</p></html>\n";

Response not_found() {
  Response response{.status = 404, .content_type = "text/plain; charset=utf-8"};
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.body = "There is no such file.\n";
  return response;
}

/// `/app` as opposed to `/app/`, which the table does not tell apart.
bool lacks_slash(const Request& request) { return !std::string_view(request.target).substr(0, request.target.find('?')).ends_with('/'); }

class Site {
 public:
  Site(std::shared_ptr<const Files> files, Settings settings, Rng& rng)
      : files_(std::move(files)), settings_(std::move(settings)), config_(config_attribute(settings_)), worker_policy_(web_app::worker_policy(settings_)), rng_(rng) {}

  /// Names of assets hold a hash of their contents, so they may be kept for ever, and a wrong one is never a page.
  Response asset(const Request& request, std::string_view name) const {
    const auto file = files_->find("assets/" + std::string(name));
    return file ? send(request, *file, files_->is_constant() ? "public, max-age=31536000, immutable" : "no-store") : not_found();
  }

  /// A file by its name, else a place within the application: index.html, whose script reads the address.
  Response anything(const Request& request, std::string_view path) const {
    if (!path.empty() && !is_plain_path(path)) return not_found();
    if (path == "callback") return page("callback.html", Framing::ourselves);
    if (!path.substr(path.rfind('/') + 1).contains('.')) return page("index.html", Framing::nobody);
    if (path.ends_with(".html")) return page(path, path == "callback.html" ? Framing::ourselves : Framing::nobody);
    const auto file = files_->find(path);
    if (!file) return not_found();
    auto response = send(request, *file, files_->is_constant() ? "no-cache" : "no-store");
    if (path == "sw.js") response.headers.set("Service-Worker-Allowed", "/app/");
    return response;
  }

 private:
  Response send(const Request& request, const File& file, std::string_view caching) const {
    std::array<Coding, 2> offered;
    std::size_t count = 0;
    if (file.brotli) offered[count++] = Coding::brotli;
    if (file.gzip) offered[count++] = Coding::gzip;
    const auto coding = choose_coding(request.headers.find("Accept-Encoding"), std::span(offered).first(count));
    const std::string etag = '"' + file.hash + (coding == Coding::identity ? "" : coding == Coding::gzip ? "-gz" : "-br") + '"';
    Response response;
    response.headers.set("ETag", etag);
    response.headers.set("Cache-Control", std::string(caching));
    if (count > 0) response.headers.set("Vary", "Accept-Encoding");
    if (http::etag_matches(request.headers.find("If-None-Match"), etag)) {
      response.status = 304;
      return response;
    }
    response.content_type = file.content_type;
    response.headers.set("X-Content-Type-Options", "nosniff");
    if (file.content_type.starts_with("text/javascript")) response.headers.set("Content-Security-Policy", worker_policy_);
    if (coding != Coding::identity) response.headers.set("Content-Encoding", std::string(to_string(coding)));
    response.shared_body = coding == Coding::brotli ? file.brotli : coding == Coding::gzip ? file.gzip : file.identity;
    return response;
  }

  Response page(std::string_view name, Framing framing) const {
    const auto file = files_->find(name);
    if (!file) return not_found();
    const std::string nonce = random_base62(22, rng_);
    Response response{.content_type = std::string(kHtml)};
    response.headers.set("Content-Security-Policy", page_policy(settings_, nonce, framing));
    response.headers.set("X-Frame-Options", framing == Framing::ourselves ? "SAMEORIGIN" : "DENY");
    response.headers.set("Cache-Control", files_->is_constant() ? "no-cache" : "no-store");
    response.body = fill_in(*file->identity, nonce, config_);
    return response;
  }

  std::shared_ptr<const Files> files_;
  Settings settings_;
  std::string config_;
  std::string worker_policy_;
  Rng& rng_;
};

http::DeviceRoute hidden_route(std::string_view summary, std::function<void(RawCall, Responder)> handle) {
  return {.family = "Web app", .summary = summary, .auth = http::Auth::public_, .media_type = "text/html", .is_documented = false, .handle = std::move(handle)};
}

Response redirect_to_slash(const Request& request) {
  Response response{.status = 308};
  const auto query = request.target.find('?');
  response.headers.set("Location", "/app/" + (query == std::string::npos ? std::string() : request.target.substr(query)));
  response.headers.set("Cache-Control", "no-cache");
  return response;
}

void add_missing(http::Router& router) {
  const auto say = [](RawCall, Responder respond) {
    respond({.status = 404, .content_type = std::string(kHtml), .body = std::string(kMissing)});
  };
  router.add_device(Method::get, "/app", hidden_route("Web app", say));
  router.add_device(Method::get, "/app/{path...}", hidden_route("Page of the web app", say));
}

}  // namespace

void add_routes(http::Router& router, std::shared_ptr<const Files> files, Settings settings, Rng& rng) {
  if (!files) return add_missing(router);
  const auto site = std::make_shared<const Site>(std::move(files), std::move(settings), rng);
  router.add_device(Method::get, "/app", hidden_route("Web app", [site](RawCall call, Responder respond) {
    respond(lacks_slash(call.request) ? redirect_to_slash(call.request) : site->anything(call.request, ""));
  }));
  router.add_device(Method::get, "/app/assets/{name...}", hidden_route("File of the web app", [site](RawCall call, Responder respond) {
    respond(site->asset(call.request, call.path_value("name")));
  }));
  router.add_device(Method::get, "/app/{path...}", hidden_route("Page of the web app", [site](RawCall call, Responder respond) {
    respond(site->anything(call.request, call.path_value("path")));
  }));
}

}  // namespace openstrat::web_app
