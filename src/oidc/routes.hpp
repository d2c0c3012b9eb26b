// The provider over HTTP, in three parts. For .cpp files of this room; others call add_routes() of provider.hpp.
#pragma once

namespace openstrat::http {
class Router;
}

namespace openstrat::oidc {

struct Surroundings;

void add_browser_routes(http::Router& router, const Surroundings& surroundings);  ///< /authorize, consent, /oidc/logout
void add_token_routes(http::Router& router, const Surroundings& surroundings);    ///< discovery, tokens, userinfo, revocation, introspection
void add_client_routes(http::Router& router, const Surroundings& surroundings);   ///< applications of a team, authorizations of a person

}  // namespace openstrat::oidc
