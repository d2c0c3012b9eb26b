// The operations of identity: users, teams, roles, API keys.
#pragma once

namespace openstrat::http {
class Router;
}

namespace openstrat::identity {

class KeyService;
class MemberService;
class RoleService;
class SessionService;
class SigningKeys;
class TeamService;

struct Services {
  SigningKeys& signing_keys;
  KeyService& keys;
  MemberService& members;
  RoleService& roles;
  TeamService& teams;
};

/// The services must outlive the router.
void add_routes(http::Router& router, const Services& services);

// One file each; add_routes() calls them all.
void add_key_routes(http::Router& router, const Services& services);
void add_role_routes(http::Router& router, const Services& services);
void add_team_routes(http::Router& router, const Services& services);
void add_user_routes(http::Router& router, const Services& services);
/// `GET /oauth/userinfo`: all about the caller.
void add_profile_route(http::Router& router, const Services& services, SessionService& sessions);
void add_published_routes(http::Router& router, SigningKeys& keys);

}  // namespace openstrat::identity
