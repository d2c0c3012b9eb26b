// Sign-in through other providers: the outgoing requests over http::Client, and the services of the room put together.
#pragma once

#include "app/config.hpp"
#include "app/endpoints.hpp"
#include "federation/account_linker.hpp"
#include "federation/federation_service.hpp"
#include "federation/pages.hpp"
#include "federation/provider_service.hpp"
#include "federation/routes.hpp"
#include "federation/settings.hpp"
#include "federation/web_service.hpp"
#include "identity/provisioning_service.hpp"

namespace openstrat::bus {
class Bus;
}
namespace openstrat::http {
class Client;
}
namespace openstrat::tasks {
class Queue;
}

namespace openstrat::app {

class ProviderWeb final : public federation::Web {
 public:
  explicit ProviderWeb(const http::Client& client) : client_(client) {}
  Result<federation::WebAnswer> send(const federation::WebRequest& request) override;

 private:
  const http::Client& client_;
};

federation::Settings federation_settings(const Config& config, const PublicUrls& urls);

struct FederationParts {
  struct Needs {
    db::Database& database;
    const http::Client& client;
    const templates::Library& templates;
    const SecretBox& secrets;
    identity::UserService& users;
    identity::AccountService& accounts;
    identity::CredentialCache& credentials;
    sign_in::SignInService& sign_in;
    sign_in::SecondFactors& factors;
    mail::Mailer& mailer;
    audit::AuditLog& audit;
    metrics::Registry& metrics;
    const Clock& clock;
    Rng& rng;
  };
  FederationParts(const Needs& needs, const Config& config, const PublicUrls& urls);
  federation::Services services(const sign_in::BrowserService& browsers) { return {providers, service, linker, pages, browsers, settings}; }
  /// Deleted teams and users.
  void subscribe(bus::Bus& bus);
  /// The daily clean-up.
  void register_tasks(tasks::Queue& tasks);

  const federation::Settings settings;
  ProviderWeb web;
  federation::SealedNotes notes;
  identity::Provisioning provisioning;
  federation::ProviderService providers;
  federation::AccountLinker linker;
  federation::FederationService service;
  federation::Pages pages;
};

}  // namespace openstrat::app
