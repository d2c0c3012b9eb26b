#include "app/demo_parts.hpp"

#include <algorithm>

#include "app/system_parts.hpp"
#include "demo/routes.hpp"
#include "fleet/site_store.hpp"
#include "identity/user_service.hpp"

namespace openstrat::app {
namespace {

bool is_any(const IpAddress& address) { return std::ranges::all_of(address.bytes(), [](std::uint8_t b) { return b == 0; }); }

/// `HOST:PORT` of a URL, brackets kept.
std::string authority_of(const std::string& url) {
  const auto scheme = url.find("://");
  std::string authority = url.substr(scheme == url.npos ? 0 : scheme + 3);
  authority.resize(std::min(authority.find('/'), authority.size()));
  const auto colon = authority.rfind(':');
  if (colon != authority.npos && authority.find(']', colon) == authority.npos) return authority;
  return authority + (url.starts_with("https://") ? ":443" : ":80");
}

std::string written(const IpAddress& address) {
  const std::string text = address.to_string();
  return text.contains(':') ? "[" + text + "]" : text;
}

}  // namespace

std::string simulator_beside_us() {
  std::error_code error;
  return (std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "openstrat-sim").string();
}

demo::Settings demo_settings(const Instance& instance, const PublicUrls& urls, const std::vector<http::ListenerOptions>& listeners) {
  const Config& config = instance.config();
  demo::Settings settings{.enabled = config.demo.enabled,
                          .program = config.demo.simulator.empty() ? simulator_beside_us() : config.demo.simulator,
                          .directory = instance.paths().data_dir / "demo",
                          .node = node_id(instance),
                          .server_url = urls.device,
                          .detours = {}};
  // Behind a proxy that ends TLS there is no listener that speaks what the URL says: then routers go the long way.
  const bool is_tls = urls.device.starts_with("https://");
  const auto own = std::ranges::find(listeners, is_tls, &http::ListenerOptions::tls);
  if (own == listeners.end()) return settings;
  const IpAddress address = is_any(own->address) ? IpAddress::v4(0x7F000001) : own->address;
  settings.is_local = address.is_v4();
  settings.detours.push_back(authority_of(urls.device) + ":" + written(address) + ":" + std::to_string(own->port));
  const std::string sftp = std::to_string(config.sftp.port);
  settings.detours.push_back((urls.host.contains(':') ? "[" + urls.host + "]" : urls.host) + ":" + sftp + ":127.0.0.1:" + sftp);
  return settings;
}

DemoParts::DemoParts(Services& services, const PublicUrls& urls, const std::vector<http::ListenerOptions>& listeners)
    : services_(services), settings_(demo_settings(services.instance, urls, listeners)),
      supervisor_({services.database, services.runbooks,
                   [&services](const Tenant& tenant, SiteId site) -> Status {
                     const auto removed = services.removal.remove(tenant, site, fleet::SiteRemoval::Force::yes);
                     return removed ? Status() : fail(removed.error());
                   },
                   services.clock, settings_}),
      fleets_({services.database, services.live, services.sites, supervisor_, services.clock, services.rng, settings_,
               [](db::Session& session, const Tenant& tenant, int more) -> Status {
                 const auto sites = fleet::site_store::count(session, tenant);
                 if (!sites) return fail(sites.error());
                 const auto limit = identity::site_limit(session, tenant);
                 if (!limit) return fail(limit.error());
                 if (*limit == 0 || *sites + more <= *limit) return {};
                 return fail(Errc::conflict, "limit_reached", "The team may have " + std::to_string(*limit) + " sites and has " + std::to_string(*sites) + ".");
               }}),
      thread_("demo") {}

void DemoParts::add_routes(http::Router& router) { demo::add_routes(router, fleets_); }

void DemoParts::subscribe() { fleets_.subscribe(*services_.bus); }

void DemoParts::start() {
  thread_.every(demo::Supervisor::kTick, "simulated routers", [this] { return supervisor_.tick(); });
  thread_.start();
}

void DemoParts::stop() {
  thread_.stop();
  supervisor_.stop();
}

}  // namespace openstrat::app
