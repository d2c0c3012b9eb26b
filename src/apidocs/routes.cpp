#include "apidocs/routes.hpp"

#include <fmt/format.h>

#include <memory>
#include <mutex>

#include "apidocs/assets.hpp"
#include "apidocs/error_pages.hpp"
#include "base/crypto.hpp"

namespace openstrat::apidocs {
namespace {

using http::Method;
using http::RawCall;
using http::Responder;
using http::Response;

/// Nothing from elsewhere, no inline script: the page holds tokens.
constexpr std::string_view kPagePolicy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/// A text that never changes while the process lives, with its ETag; made when first asked for.
class Constant {
 public:
  explicit Constant(std::function<std::string()> make) : make_(std::move(make)) {}

  Response respond(const http::Request& request, std::string_view content_type) {
    std::call_once(once_, [this] {
      body_ = std::make_shared<const std::string>(make_());
      etag_ = '"' + crypto::hex(crypto::sha256(*body_)).substr(0, 32) + '"';
    });
    Response response;
    response.headers.set("ETag", etag_);
    response.headers.set("Cache-Control", "no-cache");
    if (request.headers.find("If-None-Match") == etag_) {
      response.status = 304;
      return response;
    }
    response.content_type = content_type;
    response.shared_body = body_;
    return response;
  }

 private:
  std::function<std::string()> make_;
  std::once_flag once_;
  std::shared_ptr<const std::string> body_;
  std::string etag_;
};

http::DeviceRoute hidden_route(std::string_view summary, std::function<void(RawCall, Responder)> handle) {
  return {.family = "docs", .summary = summary, .auth = http::Auth::public_, .is_documented = false,
          .handle = std::move(handle)};
}

bool accepts_gzip(const http::Request& request) {
  return request.headers.find("Accept-Encoding").value_or("").find("gzip") != std::string_view::npos;
}

void add_asset(http::Router& router, const Asset& asset) {
  auto plain = std::make_shared<Constant>([bytes = asset.plain] { return std::string(bytes); });
  auto gzip = std::make_shared<Constant>([bytes = asset.gzip] { return std::string(bytes); });
  router.add_device(Method::get, asset.path, hidden_route("API reference", [=](RawCall call, Responder respond) {
    const bool compressed = accepts_gzip(call.request);
    auto response = (compressed ? gzip : plain)->respond(call.request, asset.content_type);
    if (compressed) response.headers.set("Content-Encoding", "gzip");
    response.headers.set("Vary", "Accept-Encoding");
    response.headers.set("Content-Security-Policy", std::string(kPagePolicy));
    respond(std::move(response));
  }));
}

void respond_page(Responder& respond, int status, std::string html) {
  Response response{.status = status, .content_type = "text/html; charset=utf-8"};
  response.headers.set("Content-Security-Policy", std::string(kPagePolicy));
  response.body = std::move(html);
  respond(std::move(response));
}

}  // namespace

void add_routes(http::Router& router, http::ApiInfo info) {
  auto document = std::make_shared<Constant>([&router, info = std::move(info)] { return http::openapi(router, info); });
  router.add_device(Method::get, "/openapi.json", hidden_route("OpenAPI document", [document](RawCall call, Responder respond) {
    respond(document->respond(call.request, "application/json"));
  }));
  for (const auto& asset : assets()) add_asset(router, asset);
  router.add_device(Method::get, "/docs/errors", hidden_route("Error codes", [](RawCall, Responder respond) {
    respond_page(respond, 200, error_index());
  }));
  router.add_device(Method::get, "/docs/errors/{code}", hidden_route("Error code", [](RawCall call, Responder respond) {
    auto page = error_page(call.path_value("code"));
    const int status = page ? 200 : 404;
    respond_page(respond, status, page ? *std::move(page) : error_index());
  }));
}

}  // namespace openstrat::apidocs
