#pragma once

#include "templates/brand.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::http {
class Router;
}
namespace openstrat::templates {
class Library;
}

namespace openstrat::short_links {

class LinkKeeper;

/// References outlive the router. `library` holds our templates and the parts of `pages`.
struct RouteServices {
  LinkKeeper& links;
  const templates::Library& library;
  templates::Brand brand;
  Rng& rng;
};

void add_routes(http::Router& router, RouteServices services);

}  // namespace openstrat::short_links
