// The OpenAPI 3.1 document of the route table. Same table, same bytes.
#pragma once

#include <string>

namespace openstrat::http {

class Router;

struct ApiInfo {
  std::string title;        ///< `brand.name`
  std::string version;
  std::string description;
  std::string server_url;   ///< `public_url.api`
};

std::string openapi(const Router& router, const ApiInfo& info);

}  // namespace openstrat::http
