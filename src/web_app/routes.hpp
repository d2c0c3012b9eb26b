// `/app/…`: the web application, answered from memory on the I/O threads.
#pragma once

#include <memory>

#include "web_app/files.hpp"
#include "web_app/settings.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::http {
class Router;
}

namespace openstrat::web_app {

/// `files` nullptr: the binary was built without the application, and the pages say so. `rng` outlives the router.
void add_routes(http::Router& router, std::shared_ptr<const Files> files, Settings settings, Rng& rng);

}  // namespace openstrat::web_app
