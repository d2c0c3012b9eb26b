// The services of monitoring put together.
#pragma once

#include "app/config.hpp"
#include "app/endpoints.hpp"
#include "monitoring/fault_reader.hpp"
#include "monitoring/fault_service.hpp"
#include "monitoring/health_history.hpp"
#include "monitoring/manual_faults.hpp"
#include "monitoring/routes.hpp"
#include "monitoring/settings.hpp"
#include "monitoring/share_service.hpp"

namespace openstrat::app {

struct MonitoringParts {
  struct Needs {
    db::Database& database;
    bus::Bus& bus;
    fleet::SiteService& sites;
    const http::CursorSigner& cursors;
    identity::SignerService& tokens;
    short_links::LinkService& links;
    const UrlSigner& url_signer;
    metrics::Registry& metrics;
    const Clock& clock;
    Rng& rng;
  };
  MonitoringParts(const Needs& needs, const Config& config, const PublicUrls& urls);
  monitoring::Services services() { return {faults, reader, manual, shares, health, needs.sites, needs.cursors, settings}; }
  /// Subscriptions and task handlers; before bus and queue start.
  void register_all(tasks::Queue& tasks);

  const Needs needs;
  const monitoring::Settings settings;
  monitoring::FaultService faults;
  monitoring::FaultReader reader;
  monitoring::ManualFaults manual;
  monitoring::ShareService shares;
  monitoring::HealthHistory health;
};

}  // namespace openstrat::app
