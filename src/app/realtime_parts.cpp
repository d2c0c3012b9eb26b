#include "app/realtime_parts.hpp"

#include "db/database.hpp"
#include "fleet/site_store.hpp"
#include "identity/role_store.hpp"
#include "identity/user_store.hpp"
#include "realtime/translate.hpp"

namespace openstrat::app {
namespace {

using identity::Change;
using TeamsAndWhat = std::vector<std::pair<CustomerId, std::string>>;

constexpr int kPage = 5000;

realtime::Settings realtime_settings(const Config& config) {
  realtime::Settings settings;
  settings.streams = static_cast<std::size_t>(config.realtime.streams);
  settings.streams_per_person = static_cast<std::size_t>(config.realtime.streams_per_person);
  settings.queue_bytes = static_cast<std::size_t>(config.realtime.queue_bytes);
  settings.history_bytes = static_cast<std::size_t>(config.realtime.history_bytes);
  return settings;
}

Result<std::vector<SiteId>> visible_sites(fleet::SiteService& sites, const Tenant& tenant) {
  std::vector<SiteId> all;
  while (true) {
    const auto page = sites.names_by_id(tenant, all.empty() ? std::nullopt : std::optional(all.back()), kPage);
    if (!page) return fail(page.error());
    for (const auto& site : *page) all.push_back(site.id);
    if (page->size() < static_cast<std::size_t>(kPage)) return all;
  }
}

realtime::Relay::Beats beats(db::Database& database) {
  return [&database](const std::vector<SiteId>& sites) -> Result<std::vector<realtime::Relay::Beat>> {
    const auto seen = database.read([&](db::Session& session) { return fleet::site_store::last_seen(session, sites); });
    if (!seen) return fail(seen.error());
    std::vector<realtime::Relay::Beat> out;
    for (const auto& [id, customer, at] : *seen) out.push_back({id, customer, at});
    return out;
  };
}

/// Whose lists of people, roles or keys look different now. A team that somebody has left hears of it by its event.
TeamsAndWhat teams_of(db::Database& database, identity::CredentialCache& credentials, const Change& change) {
  TeamsAndWhat out;
  switch (change.kind) {
    case Change::Kind::user:
      if (const auto id = UserId::parse(change.id)) {
        const auto teams = database.read([&](db::Session& session) { return identity::user_store::teams_of(session, *id); });
        if (teams)
          for (const auto& team : *teams) out.emplace_back(team.id, "member");
      }
      break;
    case Change::Kind::team:
      if (const auto id = CustomerId::parse(change.id)) out.emplace_back(*id, "team");
      break;
    case Change::Kind::role:
      if (const auto id = identity::RoleId::parse(change.id)) {
        const auto team = database.read([&](db::Session& session) { return identity::role_store::team_of(session, *id); });
        if (team && *team) out.emplace_back(**team, "role");
      }
      break;
    case Change::Kind::key:
      if (const auto id = identity::CredentialId::parse(change.id)) {
        const auto key = credentials.key(*id);
        if (key && *key) out.emplace_back((*key)->credential.team_id, "key");
      }
      break;
    case Change::Kind::session: break;
  }
  return out;
}

identity::BearerAuthenticator::Dependencies without_activity(identity::BearerAuthenticator::Dependencies dependencies) {
  dependencies.activity = nullptr;
  return dependencies;
}

}  // namespace

RealtimeParts::RealtimeParts(Instance& i, const Needs& needs)
    : instance(i), live(needs.live), secrets("realtime", i.key()), tickets(i.database(), secrets, i.clock(), i.rng()),
      sights([&sites = needs.sites](const Tenant& tenant) { return visible_sites(sites, tenant); }),
      relay(i.database().engine() == db::Database::Engine::postgres ? std::make_unique<realtime::Relay>(i.database(), i.clock(), i.rng(), beats(i.database())) : nullptr),
      hub({.clock = i.clock(), .metrics = i.metrics(), .settings = realtime_settings(i.config()), .epoch = random_base62(8, i.rng()), .archive = relay.get(),
           .watch_site = [&l = needs.live](SiteId site, bool on) { l.watch(site, on); }}),
      tap(hub), authenticator(without_activity(needs.authentication)),
      watch({.authenticator = authenticator, .sights = sights, .hub = hub, .clock = i.clock(),
             .teams_of = [&database = i.database(), &credentials = needs.credentials](const Change& change) { return teams_of(database, credentials, change); }}) {
  live.observe(tap);
  needs.credentials.listen([this](const Change* change) { watch.changed(change); });
}

Status RealtimeParts::prepare() {
  if (!relay) return {};
  auto position = relay->prepare();
  if (!position) return fail(position.error());
  hub.go_on_from(*std::move(position));
  return {};
}

void RealtimeParts::subscribe(bus::Bus& bus) {
  realtime::subscribe(bus,
                      [this](realtime::Draft draft) {
                        if (relay) relay->post(std::move(draft));
                        else hub.publish(std::move(draft));
                      },
                      [this](SiteId site) {
                        const auto pulse = live.pulse(site);
                        return pulse ? pulse->last_seen_at : std::nullopt;
                      });
}

void RealtimeParts::start() {
  hub.start();
  if (relay) relay->start(hub);
  watch.start();
}

void RealtimeParts::end_streams() {
  watch.stop();
  hub.stop();
}

void RealtimeParts::stop() {
  if (relay) relay->stop();
}

}  // namespace openstrat::app
