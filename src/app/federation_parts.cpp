#include "app/federation_parts.hpp"

#include "bus/bus.hpp"
#include "http/client.hpp"
#include "tasks/queue.hpp"

namespace openstrat::app {

Result<federation::WebAnswer> ProviderWeb::send(const federation::WebRequest& request) {
  http::ClientRequest out{.method = request.method == federation::WebRequest::Method::post ? http::Method::post : http::Method::get,
                          .url = request.url, .body = request.body};
  for (const auto& [name, value] : request.headers) out.headers.set(name, value);
  if (request.named_by_operator) {
    out.destination = http::Destination::any;
    out.scheme = http::Scheme::http_or_https;
  } else if (!request.url.starts_with("https://")) {
    out.destination = http::Destination::allowed_only;
    out.scheme = http::Scheme::http_or_https;
  }
  auto answer = client_.send(out);
  if (!answer) return fail(answer.error());
  return federation::WebAnswer{answer->status, std::move(answer->body)};
}

federation::Settings federation_settings(const Config& config, const PublicUrls& urls) {
  federation::Settings settings;
  settings.auth_url = urls.auth;
  settings.portal_url = urls.portal;
  settings.brand_name = config.brand.name;
  settings.providers = config.auth.providers;
  settings.allow_cidrs = config.outbound_allow_cidrs;
  return settings;
}

FederationParts::FederationParts(const Needs& n, const Config& config, const PublicUrls& urls)
    : settings(federation_settings(config, urls)), web(n.client), notes(n.secrets, n.clock), provisioning(n.credentials, n.clock, n.rng),
      providers({n.database, n.secrets, n.users, n.factors, n.clock, n.rng, settings}),
      linker({n.database, providers, n.accounts, provisioning, n.users, n.mailer, n.audit, notes, n.clock, n.rng, settings}),
      service({providers, linker, n.sign_in, n.audit, web, notes, n.metrics, n.clock, n.rng, settings}),
      pages(n.templates, {.name = config.brand.name, .color = config.brand.color, .logo_url = config.brand.logo_url}, n.rng, settings) {}

void FederationParts::subscribe(bus::Bus& bus) {
  bus.subscribe("federation.teams", "team.deleted", [this](const bus::Event& event) { return providers.forget_team(Tenant{event.customer_id}); });
  bus.subscribe("federation.users", "user.deleted", [this](const bus::Event& event) -> Status {
    const auto user = UserId::parse(event.resource_id);
    return user ? linker.forget_user(*user) : Status();
  });
}

void FederationParts::register_tasks(tasks::Queue& tasks) {
  tasks.handle("federation.purge", {}, [this](const tasks::Task&) { return linker.purge(); });
  tasks.schedule("purge confirmations of identities", "47 3 * * *", "federation.purge");
}

}  // namespace openstrat::app
