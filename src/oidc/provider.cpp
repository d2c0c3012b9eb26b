#include "oidc/provider.hpp"

#include "oidc/routes.hpp"
#include "tasks/queue.hpp"

namespace openstrat::oidc {

Provider::Provider(Dependencies d)
    : settings(std::move(d.settings)),
      users(d.users),
      tokens(d.tokens),
      clients({d.database, d.bus, d.clock, d.rng, settings}),
      grants({d.database, clients, d.bus, d.clock}),
      authentication({d.database, clients, d.clock, settings}),
      id_tokens(d.signer, d.clock, settings),
      authorize({d.database, clients, d.users, id_tokens, d.bus, d.audit, d.clock, d.rng, settings}),
      exchange({d.database, clients, grants, d.tokens, d.users, id_tokens, d.bus, d.audit, d.metrics, d.clock, d.rng, settings}),
      logout({clients, d.sessions, id_tokens, d.audit, d.clock, settings}),
      pages(d.templates, std::move(d.brand), d.rng, settings) {}

void add_routes(http::Router& router, const Surroundings& surroundings) {
  add_browser_routes(router, surroundings);
  add_token_routes(router, surroundings);
  add_client_routes(router, surroundings);
}

void register_tasks(tasks::Queue& queue, Provider& provider) {
  queue.handle("oidc.purge", {}, [&provider](const tasks::Task&) { return provider.grants.purge(); });
  queue.schedule("oidc.purge", "37 * * * *", "oidc.purge");
}

}  // namespace openstrat::oidc
