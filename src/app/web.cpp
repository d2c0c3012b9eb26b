#include "app/web.hpp"

#include <algorithm>

#include "apidocs/routes.hpp"
#include "app/disk_parts.hpp"
#include "app/version.hpp"
#include "app/web_app_parts.hpp"
#include "audit/hook.hpp"
#include "audit/routes.hpp"
#include "backups/routes.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "fleet/routes.hpp"
#include "http/route_metrics.hpp"
#include "identity/routes.hpp"
#include "mail/routes.hpp"
#include "mfa/routes.hpp"
#include "monitoring/routes.hpp"
#include "oidc/provider.hpp"
#include "pages/routes.hpp"
#include "platform/routes.hpp"
#include "preferences/routes.hpp"
#include "sign_in/routes.hpp"
#include "protection/routes.hpp"
#include "realtime/routes.hpp"
#include "short_links/routes.hpp"
#include "scripts/routes.hpp"
#include "site_files/routes.hpp"
#include "search/routes.hpp"
#include "tags/routes.hpp"
#include "web_app/routes.hpp"

namespace openstrat::app {
namespace {

using http::Auth;
using http::Endpoint;
using http::Method;
using http::Principal;
using http::RateDecision;
using http::Request;

RateDecision to_decision(const http::RateVerdict& verdict) {
  return {.allowed = verdict.allowed, .limit = verdict.limit, .remaining = verdict.remaining,
          .reset = verdict.allowed ? verdict.reset : verdict.retry_after};
}

/// Whoever has an IPv6 address has 2^64 of them.
std::string source_of(const IpAddress& address) { return address.is_v4() ? address.to_string() : Cidr(address, 64).network().to_string(); }

/// A caller with a credential has a limit of his own, once the credential has turned out to be good.
bool is_open_to_anybody(const Endpoint& endpoint, const Request& request) {
  const bool is_public = http::contains(endpoint.auth, Auth::public_);
  const bool takes_credentials = endpoint.auth != Auth::public_;
  const bool is_probe = endpoint.is_device || endpoint.family == "Operation";  // pages, probes, metrics
  return is_public && !is_probe && !(takes_credentials && request.headers.contains("Authorization"));
}

/// Limits by address count before authentication; the caller's general limit after it.
std::optional<RateDecision> limit(const Services& services, http::RateLimiter& limiter, const RuntimeConfig::RateLimits& limits,
                                  const Request& request, const Endpoint& endpoint, const Principal* principal) {
  if (!limits.enabled) return std::nullopt;
  const auto take = [&](std::string_view scope, const std::string& key, int per_minute) -> std::optional<RateDecision> {
    if (per_minute <= 0) return std::nullopt;
    return to_decision(limiter.take(scope, key, {.burst = static_cast<std::uint32_t>(per_minute)}));
  };
  if (!principal) {
    const std::string address = source_of(request.remote);
    if (endpoint.rate_limit == "bootstrap") return take("bootstrap", address, limits.bootstrap);
    if (endpoint.rate_limit == "adopt") return take("adopt", address, limits.adopt);
    if (endpoint.rate_limit == "short_link") return take("short_link", address, limits.short_link);
    if (endpoint.rate_limit == "sign_in" || endpoint.family == "Sign-in") return take("sign_in", address, limits.sign_in);
    // Tickets cannot be guessed, and after a restart everybody of an office comes back at once, from one address.
    if (endpoint.own_auth == "realtime-ticket") return request.headers.contains("Authorization") ? std::nullopt : take("realtime", address, limits.user);
    return is_open_to_anybody(endpoint, request) ? take("public_token", endpoint.operation_id + ' ' + address, limits.public_token) : std::nullopt;
  }
  identity::Settings current = services.identity_settings;
  current.api_key_per_minute = limits.api_key;
  current.user_per_minute = limits.user;
  const auto general = identity::general_rate_class(*principal, current);
  return general ? take("caller", general->key, general->per_minute) : std::nullopt;
}

/// A URL of ours as a line of the infrastructure list.
platform::Endpoint endpoint_of(std::string role, std::string_view url, std::string purpose) {
  const bool is_https = url.starts_with("https://");
  const auto start = url.find("://");
  std::string_view authority = start == url.npos ? url : url.substr(start + 3);
  authority = authority.substr(0, authority.find('/'));
  const auto colon = authority.rfind(':');
  const bool has_port = colon != authority.npos && authority.find(']', colon) == authority.npos;
  const auto port = has_port ? text::parse_int(authority.substr(colon + 1)) : std::nullopt;
  return {.role = std::move(role), .host = std::string(has_port ? authority.substr(0, colon) : authority),
          .port = static_cast<int>(port.value_or(is_https ? 443 : 80)), .protocol = is_https ? "https" : "http", .purpose = std::move(purpose)};
}

platform::Facts platform_facts(Services& services, const PublicUrls& urls) {
  platform::Facts facts{.product = services.instance.config().brand.name, .version = kVersion, .started_at = services.clock.now(), .region_host = urls.host};
  facts.infrastructure = {endpoint_of("device_api", urls.device, "Routers fetch jobs and report: from every site."),
                          {.role = "backup_upload", .host = urls.host, .port = services.backup_settings.sftp_port, .protocol = "sftp", .purpose = "Routers upload backups: from every site."},
                          endpoint_of("api", urls.api, "The API: from people and tools."),
                          endpoint_of("sign_in", urls.auth, "Sign-in: from people's browsers."),
                          endpoint_of("portal", urls.portal, "The web application: from people's browsers.")};
  facts.trouble = [&services] { return services.database.ping() ? std::string() : std::string("The database does not answer."); };
  return facts;
}

pages::Services page_services(Services& services, std::string home) {
  const auto& brand = services.instance.config().brand;
  return {.library = services.templates, .brand = {.name = brand.name, .color = brand.color, .logo_url = brand.logo_url}, .browsers = services.browsers, .rng = services.rng, .home = std::move(home),
          .door = [&services]() -> Result<pages::Door> {
            using enum sign_in::Registration;
            if (services.sign_in.settings.registration == closed) return pages::Door::nobody;
            const auto unclaimed = services.database.read([&](db::Session& session) { return services.accounts.is_unclaimed(session); });
            if (!unclaimed) return fail(unclaimed.error());
            if (*unclaimed) return pages::Door::first;
            return services.sign_in.settings.registration == open ? pages::Door::everybody : pages::Door::invited;
          },
          .accept_invitation = [&services](UserId user, std::string_view token) -> Status {
            const auto team = services.teams.accept(user, token);
            if (!team) return fail(team.error());
            return {};
          }};
}

void add_operator_routes(http::Router& router, Services& services, Readiness ready) {
  router.add<http::NoFields, http::Text>(Method::get, "/healthz", {
      .family = "Operation", .summary = "Liveness", .description = "200 as long as the process answers.", .auth = Auth::public_, .scope = "-",
      .media_type = "text/plain", .handle = [](http::Call&, http::NoFields) -> Result<http::Text> { return http::Text{"text/plain", "ok\n"}; }});
  router.add<http::NoFields, http::Text>(Method::get, "/readyz", {
      .family = "Operation", .summary = "Readiness", .description = "200 when requests can be served: started, and the database answers. Else 503 with the reason.",
      .auth = Auth::public_, .scope = "-", .media_type = "text/plain", .errors = {Errc::unavailable},
      .handle = [ready = std::move(ready)](http::Call&, http::NoFields) -> Result<http::Text> {
        const std::string missing = ready();
        if (!missing.empty()) return fail(Errc::unavailable, missing);
        return http::Text{"text/plain", "ready\n"};
      }});
  router.add<http::NoFields, http::Text>(Method::get, "/metrics", {
      .family = "Operation", .summary = "Metrics", .description = "Prometheus text format; from loopback and internal networks (internal.allow_cidrs) only.",
      .auth = Auth::public_, .own_auth = "internal-network", .scope = "-", .media_type = "text/plain",
      .handle = [&services, &router](http::Call& call, http::NoFields) -> Result<http::Text> {
        const auto& allowed = services.identity_settings.internal_allow;
        const auto& remote = call.request.remote;
        const bool inside = allowed.empty() ? remote.is_loopback() || remote.is_private()
                                            : std::ranges::any_of(allowed, [&](const Cidr& net) { return net.contains(remote); });
        if (!inside) return fail(Errc::forbidden, "resource_blocked", "Metrics are for internal networks (internal.allow_cidrs).");
        return http::Text{"text/plain; version=0.0.4", services.instance.metrics().render() + http::render_route_metrics(router)};
      }});
}

}  // namespace

Roles::Roles(const Config& config) {
  const auto has = [&](const char* role) { return std::ranges::find(config.roles, role) != config.roles.end(); };
  api = has("api"), device = has("device"), worker = has("worker");
}

http::RouterHooks make_hooks(Services& services, const PublicUrls& urls, WorkerPool& workers, http::RateLimiter& limiter, SharedRuntime& runtime) {
  return {.clock = &services.clock,
          .authenticator = &services.authenticator,
          .execute = [&workers](std::move_only_function<void()> work) { return workers.post(std::move(work)); },
          .rate_limit = [&](const Request& request, const Endpoint& endpoint, const Principal* principal) {
            return limit(services, limiter, runtime.load()->ratelimit, request, endpoint, principal);
          },
          .verify_signature = [&services](const Request& request) -> Status {
            // A router adds why a script failed, and which piece of a backup this is.
            using Verdict = UrlSigner::Verdict;
            switch (services.signer.verify(request.path, request.query, services.clock.now(), {"error", "part", "of"})) {
              case Verdict::good: return {};
              case Verdict::missing: return fail(Errc::forbidden, "signature_invalid", "The URL carries no signature.");
              case Verdict::bad: return fail(Errc::forbidden, "signature_invalid", "The signature does not belong to this URL.");
              case Verdict::expired: return fail(Errc::forbidden, "signature_invalid", "The URL has expired.");
            }
            std::unreachable();
          },
          .audit = audit::audit_hook(services.audit),
          .base_url = urls.api,
          .docs_base_url = urls.docs,
          .dashboard_origins = dashboard_origins(urls),
          .validation_status = services.instance.config().validation_status};
}

void add_all_routes(http::Router& router, Services& services, DiskParts& disk, const PublicUrls& urls, const Roles& roles, Readiness ready,
                    std::shared_ptr<const web_app::Files> web) {
  add_operator_routes(router, services, std::move(ready));
  const fleet::Services fleet{services.sites, services.jobs, services.job_lists, services.runbooks, services.adoption, services.heartbeats, services.removal, services.overview, services.adoptions,
                              services.cursors, services.fleet_settings};
  const backups::Services backup{disk.backups, services.grants, disk.http_uploads, services.sites, services.backup_settings};
  if (roles.device) {
    fleet::add_device_routes(router, fleet);
    backups::add_upload_routes(router, backup);
  }
  const std::string home = home_of(urls, web != nullptr);
  web_app::add_routes(router, std::move(web), web_app_settings(services.instance.config(), urls), services.rng);
  if (!roles.api) return;
  mail::add_mailbox_routes(router, {services.mail.mailbox, services.templates, services.mail.settings, services.rng});
  fleet::add_site_routes(router, fleet);
  fleet::add_job_routes(router, fleet);
  fleet::add_developer_routes(router, fleet);
  fleet::add_internal_routes(router, fleet);
  backups::add_backup_routes(router, backup);
  backups::add_settings_routes(router, backup);
  const federation::Services federation = services.federation.services(services.browsers);
  federation::add_provider_routes(router, federation);
  federation::add_identity_routes(router, federation);
  federation::add_sign_in_routes(router, federation);
  pages::add_routes(router, page_services(services, home));
  monitoring::add_routes(router, services.monitoring.services());
  platform::add_routes(router, platform_facts(services, urls));
  preferences::add_routes(router, services.preferences);
  realtime::add_routes(router, {services.realtime.tickets, services.realtime.watch, services.realtime.hub});
  sign_in::add_routes(router, services.sign_in.services(services.sessions, services.browsers, services.signer));
  short_links::add_routes(router, {services.short_links, services.templates, services.mail.settings.brand, services.rng});
  site_files::add_routes(router, {disk.files, services.sites, services.signer, services.cursors});
  scripts::add_routes(router, services.scripts.checks);
  search::add_routes(router, services.search, services.docs);
  tags::add_routes(router, {services.tags, services.metadata, services.tag_resources, services.cursors});
  audit::add_routes(router, {services.audit_log, services.audit_verifier, services.cursors, services.clock});
  const identity::Services people{services.signing_keys, services.keys, services.members, services.team_roles, services.teams};
  identity::add_routes(router, people);
  identity::add_profile_route(router, people, services.sessions);
  mfa::add_routes(router, services.mfa.codes, services.mfa.passkeys, services.mfa.factors);
  oidc::add_routes(router, {services.oidc, services.browsers, services.authenticator});
  protection::add_routes(router, {services.protection.policies, services.protection.allowed, services.protection.blocks, services.cursors, urls.auth});
  protection::add_assets(router);
  apidocs::add_routes(router, {.title = services.instance.config().brand.name, .version = kVersion,
                               .description = "Control plane for fleets of MikroTik routers.", .server_url = urls.api});
}

}  // namespace openstrat::app
