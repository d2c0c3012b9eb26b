#include "app/services.hpp"

#include <unistd.h>

#include "audit/maintenance.hpp"
#include "app/templates.hpp"
#include "base/log.hpp"
#include "db/session.hpp"
#include "fleet/site_store.hpp"
#include "identity/maintenance.hpp"
#include "sign_in/maintenance.hpp"
#include "protection/maintenance.hpp"

namespace openstrat::app {
namespace {

constexpr int kLoadStep = 5000;

}  // namespace

std::string node_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return host.data();
}

Status TeamQuota::check(db::Session& session, const Tenant& tenant, std::int64_t sites) {
  const auto limit = identity::site_limit(session, tenant);
  if (!limit) return fail(limit.error());
  if (*limit > 0 && sites >= *limit)
    return fail(Errc::conflict, "limit_reached", "The team may have " + std::to_string(*limit) + " sites and has as many. Raise the limit or delete a site.");
  return {};
}

Result<std::optional<identity::DeviceTokenVerifier::Device>> LiveDeviceVerifier::verify(std::string_view token) {
  const auto claims = tokens_.open(token);
  std::optional<Device> device;
  if (claims)
    live_.with(claims->site_id, [&](const fleet::LiveSite& site) {
      if (!site.tombstone && site.token_version == claims->version) device = Device{claims->site_id, site.customer_id};
    });
  return device;
}

Status HttpWebhooks::post(const std::string& url, const std::string& json, const std::string& signature_key) {
  http::ClientRequest request{.method = http::Method::post, .url = url, .body = json, .timeout = std::chrono::seconds(10), .max_body = 64 * 1024};
  request.headers.set("Content-Type", "application/json");
  if (!signature_key.empty()) request.headers.set("X-Signature", "sha256=" + crypto::hex(crypto::hmac_sha256(signature_key, json)));
  const auto response = client_.send(request);
  if (!response) return fail(response.error());
  if (response->status < 200 || response->status > 299) return fail(Errc::upstream, "webhook_refused", "answered " + std::to_string(response->status));
  return {};
}

Services::Services(Instance& i, const PublicUrls& urls)
    : instance(i), database(i.database()), clock(i.clock()), rng(i.rng()),
      fleet_settings(app::fleet_settings(i.loaded(), urls)),
      identity_settings(app::identity_settings(i.loaded(), urls)),
      backup_settings(app::backup_settings(i.config(), urls)),
      bus(bus::make_in_process_bus(database, clock, rng, &i.metrics(), {.node = node_name()})),
      tasks(tasks::make_queue(database, clock, rng, &i.metrics(), {.node = node_name()})),
      signer({crypto::derive_key(i.key().bytes(), "signed urls")}),
      cursors(crypto::derive_key(i.key().bytes(), "cursors")),
      http_client(http::ClientOptions{.allow_cidrs = i.config().outbound_allow_cidrs, .user_agent = i.config().brand.name}),
      templates(std::move(load_templates(i.config().templates_dir).value())),  // tried when the configuration was read
      mail(i, urls, *tasks, templates),
      identity_secrets("identity", i.key()),
      credentials(database, clock, &tag_visibility),
      passwords(app::password_options(i.config()), &i.metrics()),
      accounts(credentials, clock),
      users({database, credentials, clock, rng, passwords}),
      keys({database, credentials, clock, rng, identity_settings}),
      signing_keys({database, identity_secrets, clock, rng}),
      tokens({database, signing_keys, credentials, clock, rng, identity_settings}),
      audit({database, clock, rng, i.metrics(), identity::user_name, i.config().retention.audit_days, i.paths().data_dir / "audit",
             static_cast<std::uint64_t>(i.config().audit_spill_bytes)}),
      session_activity(database, clock),
      sessions({database, credentials, session_activity, clock, rng, &protection.policies}),
      audit_log(database, clock),
      audit_verifier(database, clock),
      mfa(i, urls, {users, passwords, sessions, audit, mail.outbox}),
      browsers(sessions, urls.auth),
      oidc({database, *bus, users, tokens, sessions, signing_keys, audit, templates,
            {.name = i.config().brand.name, .color = i.config().brand.color, .logo_url = i.config().brand.logo_url}, i.metrics(), clock, rng,
            app::oidc_settings(i.config(), urls, crypto::derive_key(i.key().bytes(), "oidc forms"))}),
      protection(i, urls, {users, sessions, audit, mail.outbox, *bus, *tasks, http_client}),
      sign_in(i, urls, {users, accounts, passwords, sessions, audit, mail.outbox, signer, &protection.guard, &mfa.factors, &protection.policies}),
      federation({database, http_client, templates, identity_secrets, users, accounts, credentials, sign_in.flow, mfa.factors, mail.outbox, audit, i.metrics(),
                  clock, rng}, i.config(), urls),
      device_tokens({crypto::derive_key(i.key().bytes(), "device tokens")}),
      devices(device_tokens, live),
      authenticator({database, credentials, tokens, &devices, clock, identity_settings, &protection.mfa_demand, &session_activity, &oidc.grants}),
      grants({database, signer, clock, rng, backup_settings}),
      webhooks(http_client),
      jobs({database, *bus, *tasks, signer, webhooks, grants, live, clock, rng, fleet_settings}),
      runbooks(database, clock, rng, fleet_settings),
      removal({database, *bus, live, device_tokens, signer, clock, fleet_settings}),
      adoptions({database, *bus, clock, rng}),
      adoption({database, *bus, live, grants, quota, device_tokens, clock, rng, fleet_settings, adoptions}),
      sites({database, *bus, live, runbooks, quota, clock, rng, &site_facets}),
      overview(database, site_facets, clock),
      job_lists(database, &site_facets),
      heartbeats({database, *bus, live, jobs, removal, device_tokens, clock, fleet_settings, adoptions}),
      pulses(database, live, clock),
      sweep(database, *bus, live, clock, fleet_settings),
      team_sites(sites, removal),
      members({database, credentials, *bus, mail.outbox, passwords, sessions, team_sites, clock, rng, identity_settings}),
      team_roles({database, credentials, clock, rng}),
      teams({database, credentials, members, team_sites, *bus, mail.outbox, clock, rng, identity_settings}),
      realtime(i, {credentials, {database, credentials, tokens, &devices, clock, identity_settings, &protection.mfa_demand, nullptr, &oidc.grants}, live, sites}),
      faults(database, *bus, clock, rng),
      preferences(database, clock),
      scripts(sites, overview, i.config().brand.prefix),
      search_feed(database, search_index),
      search(database),
      short_links(database, signer, clock, rng, short_link_settings(i.config(), urls)),
      monitoring({database, *bus, sites, cursors, signing_keys, short_links, signer, i.metrics(), clock, rng}, i.config(), urls),
      tag_resources(sites, members),
      tags({database, tag_resources, clock, rng, [this] { realtime.watch.look_again(); }}),
      metadata(database, clock) {}

Status Services::prepare() {
  if (auto done = users.prepare(); !done) return done;
  if (auto done = signing_keys.rotate(); !done) return done;
  if (auto done = search_feed.prepare(*tasks); !done) return done;
  if (auto done = sites.prepare(); !done) return done;
  if (auto done = realtime.prepare(); !done) return done;
  fleet::SiteNumber after{};
  while (true) {
    const auto page = database.read([&](db::Session& session) { return fleet::site_store::load_adopted(session, after, kLoadStep); });
    if (!page) return fail(page.error());
    for (const fleet::Site& site : *page) live.put(site);
    if (static_cast<int>(page->size()) < kLoadStep) break;
    after = page->back().number;
  }
  const auto tombstones = database.read([&](db::Session& session) { return fleet::site_store::load_tombstones(session); });
  if (!tombstones) return fail(tombstones.error());
  for (const auto& tombstone : *tombstones) live.put_tombstone(tombstone.site_id, tombstone.customer_id, tombstone.token_version);
  log::info("fleet loaded", {{"sites", live.size() - tombstones->size()}, {"tombstones", tombstones->size()}});
  return {};
}

void Services::register_all() {
  // What routers do to the fleet is nobody's request: it enters the audit log by its events.
  for (const char* event : {"site.adopted", "site.deleted"})
    bus->subscribe("audit.fleet", event, [this](const bus::Event& happened) -> Status {
      audit.record({.team_id = happened.customer_id, .actor_kind = audit::ActorKind::device, .name = happened.data.text("name"),
                    .event_time = happened.occurred_at, .endpoint = happened.name, .ip_address = happened.data.text("address"),
                    .request_payload = happened.data.to_json(), .request_id = happened.id});
      return {};
    });
  jobs.register_tasks();
  adoptions.subscribe();
  adoptions.register_tasks(*tasks);
  mfa.factors.register_tasks(*tasks);
  protection.announcer.register_tasks();
  protection::register_tasks(*tasks, protection.guard, database, clock);
  federation.subscribe(*bus);
  federation.register_tasks(*tasks);
  faults.subscribe();
  realtime.subscribe(*bus);
  preferences.subscribe(*bus);
  short_links.subscribe(*bus);
  tags.subscribe(*bus);
  metadata.subscribe(*bus);
  search_feed.subscribe(*bus);
  monitoring.register_all(*tasks);
  oidc::register_tasks(*tasks, oidc);
  sign_in::register_tasks(*tasks, database, clock);
  identity::register_tasks(*tasks, signing_keys, tokens, credentials);
  identity::register_team_tasks(*tasks, members, teams, keys, mail.outbox);
  audit::register_tasks(*tasks, audit);
  mail.outbox.register_tasks();
  search_feed.register_tasks(*tasks);
  tasks->handle("short_links.purge", {}, [this](const tasks::Task&) { return short_links.purge(); });
  tasks->schedule("purge short links", "31 3 * * *", "short_links.purge");
  tasks->handle("fleet.purge_heartbeats", {}, [this](const tasks::Task&) { return pulses.purge(std::chrono::days(400)); });
  tasks->schedule("purge heartbeats", "29 3 * * *", "fleet.purge_heartbeats");
}

}  // namespace openstrat::app
