// Values of configuration backups.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::backups {

enum class Cause { adopt, manual, job, schedule };
const char* to_string(Cause cause);
std::optional<Cause> parse_cause(std::string_view text);

/// `1738301400.rsc`: what a backup is called within its site.
struct FileName {
  static constexpr std::string_view kExpected = "a file name such as 1738301400.rsc";
  std::int64_t unix_time = 0;
  auto operator<=>(const FileName&) const = default;
  /// `^[0-9]{9,11}\.rsc$`
  static std::optional<FileName> parse(std::string_view text);
  std::string to_string() const;
};

/// What the comment lines at the top of the export say; absent lines are null.
struct ExportFacts {
  std::optional<std::string> exported_at, routeros_version, software_id, model, serial_number;
  bool operator==(const ExportFacts&) const = default;
};

struct Backup {
  CustomerId customer_id;
  SiteId site_id;
  FileName file;
  BackupId id;
  std::int64_t size = 0;
  std::string sha256, body_sha256;
  bool unchanged = false;
  Cause cause = Cause::manual;
  std::optional<JobId> job_id;
  std::optional<std::string> requested_by;
  ExportFacts facts;
  std::string blob_key;
  Timestamp created_at{};

  /// `<site uuid>/<unix>.rsc`, as jobs refer to it.
  std::string storage_key() const { return site_id.to_string() + "/" + file.to_string(); }
};

enum class Frequency { daily, weekly, off };
const char* to_string(Frequency frequency);
std::optional<Frequency> parse_frequency(std::string_view text);

/// What one scope says itself; null = inherited.
struct SettingOverrides {
  std::optional<Frequency> frequency;
  std::optional<int> retention_days, keep_weekly_days;
  std::optional<bool> show_sensitive;
  bool operator==(const SettingOverrides&) const = default;
};

/// What holds for a site or, as its default, for a customer.
struct BackupSettings {
  Frequency frequency = Frequency::daily;
  int retention_days = 90;
  int keep_weekly_days = 365;
  bool show_sensitive = false;
  bool operator==(const BackupSettings&) const = default;
};
void apply(const SettingOverrides& overrides, BackupSettings& settings);

using GrantId = Id<struct BackupGrantTag>;
enum class Purpose { adopt, backup, job };
enum class UploadMethod { sftp, http };
const char* to_string(Purpose purpose);
const char* to_string(UploadMethod method);
/// Why nothing was stored: it did not arrive (which leads to the other method), or what arrived is no export.
enum class UploadFailure { transport, content };

/// The right to upload one file of one site, once.
struct Grant {
  CustomerId customer_id;
  GrantId id;
  SiteId site_id;
  FileName file;
  std::string password_hash;         ///< hex SHA-256
  Purpose purpose = Purpose::backup;
  UploadMethod method = UploadMethod::sftp;
  std::optional<JobId> job_id;
  Timestamp expires_at{};
  std::optional<Timestamp> used_at, failed_at;
};

/// Where an adopted site stands with its backups.
struct SiteRecord {
  CustomerId customer_id;
  SiteId site_id;
  Timestamp adopted_at{};
  std::string timezone = "UTC";
  std::optional<Timestamp> last_backup_at, next_due_at;
  bool missed = false;
  std::optional<Timestamp> overdue_at;
  bool overdue = false;
  int sftp_failures = 0;
  std::optional<Timestamp> last_job_at;
  std::optional<JobId> request_job_id;
  std::optional<Timestamp> request_at;
  std::optional<std::string> request_by;
  std::optional<Cause> request_cause;
};

}  // namespace openstrat::backups
