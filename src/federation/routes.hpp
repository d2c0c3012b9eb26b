// The routes of sign-in through other providers.
#pragma once

#include <string>

#include "sign_in/browser_service.hpp"

namespace openstrat::http {
class Router;
}

namespace openstrat::federation {

class AccountLinker;
class FederationService;
class Pages;
class ProviderService;
struct Settings;

struct Services {
  ProviderService& providers;
  FederationService& federation;
  AccountLinker& linker;
  const Pages& pages;
  const sign_in::BrowserService& browser;
  const Settings& settings;
};

/// /identity-providers
void add_provider_routes(http::Router& router, const Services& services);
/// /me/identities
void add_identity_routes(http::Router& router, const Services& services);
/// /login/providers, /login/provider/{id}, /callback, /login/identity/confirm
void add_sign_in_routes(http::Router& router, const Services& services);

}  // namespace openstrat::federation
