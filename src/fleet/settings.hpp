// What the fleet reads from the configuration (keys in docs/configuration.md).
#pragma once

#include <chrono>
#include <string>

#include "routeros/scripts.hpp"

namespace openstrat::fleet {

struct Settings {
  routeros::Brand brand;                      ///< brand.*
  std::string device_url;                     ///< public_url.device, no trailing slash: what routers call
  std::string portal_url;                     ///< public_url.portal
  bool tls_verify = false;                    ///< device.tls_verify
  bool quiet_fetch_log = false;               ///< device.quiet_fetch_log
  std::string ca_pem;                         ///< certificate that routers import when tls_verify is on; empty = public CA
  std::chrono::seconds heartbeat_period{30};  ///< monitor.heartbeat.period_s
  int heartbeat_miss_limit = 10;              ///< monitor.heartbeat.miss_limit
  std::chrono::seconds restart_guard{330};    ///< monitor.restart_guard_s
  std::chrono::seconds delivery_timeout{120}; ///< jobs.delivery_timeout_s
  int redeliveries = 2;                       ///< jobs.redeliveries
  std::chrono::seconds execution_timeout{900};///< jobs.execution_timeout_s
  std::chrono::hours deletion_grace{24};      ///< sites.deletion_grace_h
  int notify_timeout_days = 7;                ///< sites.notify_timeout_d
  int tombstone_days = 90;                    ///< retention.tombstones_days
  int jobs_days = 90;                         ///< retention.jobs_days
  int polls_per_minute = 60;                  ///< ratelimit.poll; 0 = off

  std::chrono::seconds offline_after() const { return heartbeat_period * heartbeat_miss_limit; }
  std::string scheduler_name() const { return brand.prefix + "-poll"; }
};

}  // namespace openstrat::fleet
