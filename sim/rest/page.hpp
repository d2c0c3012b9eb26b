// What a browser gets from the router's web server.
#pragma once

#include "sim/device/router.hpp"
#include "sim/rest/http.hpp"

namespace openstrat::sim {

/// The page that asks for a login. It leads nowhere: WebFig itself is not simulated.
HttpAnswer login_page(const Router& router);
HttpAnswer error_page(int status);

}  // namespace openstrat::sim
