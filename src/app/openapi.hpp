// The OpenAPI document without a running server: the route table over an instance in memory.
#pragma once

#include <string>

#include "base/error.hpp"

namespace openstrat::app {

Result<std::string> openapi_document();

}  // namespace openstrat::app
