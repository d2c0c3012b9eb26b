#include "sim/rest/page.hpp"

#include <fmt/core.h>

namespace openstrat::sim {
namespace {

HttpAnswer page(int status, std::string body) { return {.status = status, .content_type = "text/html", .body = std::move(body)}; }

}  // namespace

HttpAnswer login_page(const Router& router) {
  return page(200, fmt::format("<!doctype html>\n<html>\n<head><meta charset=\"utf-8\"><title>RouterOS router configuration page</title></head>\n<body>\n"
                               "<h1>RouterOS v{}</h1>\n<p>You have connected to a router. Administrative access only.</p>\n"
                               "<form><label>Login: <input name=\"name\" value=\"admin\"></label> <label>Password: <input name=\"password\" type=\"password\"></label></form>\n"
                               "</body>\n</html>\n",
                               router.version().to_string()));
}

HttpAnswer error_page(int status) {
  return page(status, fmt::format("<html>\n<head><title>Error {0}: {1}</title></head>\n<body>\n<h1>Error {0}: {1}</h1>\n</body>\n</html>\n", status, reason_of(status)));
}

}  // namespace openstrat::sim
