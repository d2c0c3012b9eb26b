#pragma once

namespace openstrat::http {
class Router;
}

namespace openstrat::identity {

class SigningKeys;

/// The published key set and the list of scopes. `keys` must outlive the router.
void add_routes(http::Router& router, SigningKeys& keys);

}  // namespace openstrat::identity
