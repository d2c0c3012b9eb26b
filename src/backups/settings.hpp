// What backups read from the configuration (keys in docs/configuration.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "routeros/scripts.hpp"

namespace openstrat::backups {

struct Settings {
  routeros::Brand brand;                     ///< brand.*
  std::string device_url;                    ///< public_url.device, no trailing slash: where HTTP uploads go
  std::string sftp_host;                     ///< host name of public_url.device
  std::uint16_t sftp_port = 2222;            ///< sftp.port
  bool tls_verify = false;                   ///< device.tls_verify
  int overdue_days = 2;                      ///< backups.overdue_days
  int retention_days = 90;                   ///< retention.backups_days
  int keep_weekly_days = 365;                ///< retention.backups_weekly_days
  int keep_newest = 10;                      ///< retention.backups_newest
  int requests_per_minute = 10;              ///< ratelimit.backup, a site
};

inline constexpr std::size_t kMaxUploadBytes = 20 * 1024 * 1024;
inline constexpr std::size_t kMaxDiffBytes = 5 * 1024 * 1024;
inline constexpr std::chrono::minutes kGrantLife{15};
inline constexpr std::size_t kMaxBulkSites = 50;

}  // namespace openstrat::backups
