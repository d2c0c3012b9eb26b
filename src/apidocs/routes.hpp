// The API's reference for people: the OpenAPI document, a page that shows it, and a page for every error code.
#pragma once

#include "http/openapi.hpp"
#include "http/router.hpp"

namespace openstrat::apidocs {

/// GET /openapi.json, /docs and its files, /docs/errors, /docs/errors/{code}. The document is made at the first
/// request, so it holds every route, whenever that was added.
void add_routes(http::Router& router, http::ApiInfo info);

}  // namespace openstrat::apidocs
