// Everything of the room, put together: one member of the composition root.
#pragma once

#include "oidc/authorize_service.hpp"
#include "oidc/client_authentication.hpp"
#include "oidc/client_service.hpp"
#include "oidc/grant_keeper.hpp"
#include "oidc/id_tokens.hpp"
#include "oidc/logout_service.hpp"
#include "oidc/pages.hpp"
#include "oidc/settings.hpp"
#include "oidc/token_exchange.hpp"

namespace openstrat::http {
class Authenticator;
class Router;
}
namespace openstrat::sign_in {
class BrowserService;
}
namespace openstrat::tasks {
class Queue;
}

namespace openstrat::oidc {

struct Provider {
  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    identity::UserService& users;
    identity::TokenService& tokens;
    identity::SessionService& sessions;
    identity::SignerService& signer;
    audit::AuditLog& audit;
    const templates::Library& templates;
    templates::Brand brand;
    metrics::Registry& metrics;
    const Clock& clock;
    Rng& rng;
    Settings settings;
  };
  explicit Provider(Dependencies d);

  const Settings settings;
  identity::UserService& users;
  identity::TokenService& tokens;
  ClientService clients;
  GrantKeeper grants;            ///< also identity's ClientTokens
  ClientAuthentication authentication;
  IdTokens id_tokens;
  AuthorizeService authorize;
  TokenExchange exchange;
  LogoutService logout;
  Pages pages;
};

/// What the routes need besides; all must outlive the router.
struct Surroundings {
  Provider& provider;
  sign_in::BrowserService& browsers;
  http::Authenticator& authenticator;
};
void add_routes(http::Router& router, const Surroundings& surroundings);

/// Removes codes, tokens and consents that nobody needs any more, every hour.
void register_tasks(tasks::Queue& queue, Provider& provider);

}  // namespace openstrat::oidc
