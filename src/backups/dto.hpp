// Backups on the wire.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backups/types.hpp"
#include "fleet/types.hpp"
#include "http/dto.hpp"

namespace openstrat::backups {

struct BackupView {
  std::string filename, size, date, time;
  Timestamp created_at{};
  Cause trigger = Cause::manual;
  bool unchanged = false;
};
struct MetadataView { std::optional<std::string> exported_at, routeros_version, software_id, model, serial_number; };
struct BackupFileView {
  std::string filename, size, date, time;
  Timestamp created_at{};
  Cause trigger = Cause::manual;
  bool unchanged = false;
  std::optional<std::string> requested_by;
  std::optional<JobId> job_id;
  std::string content;
  MetadataView metadata;
};
struct RequestedView { std::string message = "Backup requested"; JobId job_id; };
struct SubnetView { std::string subnet, address, interface; std::optional<std::string> comment; };

struct ListBackupsRequest { fleet::SiteRef site; std::optional<int> limit; std::optional<std::int64_t> before; };
struct RequestBackupRequest { fleet::SiteRef site; bool express = true; };
/// Headers that switch a form on: any value but an empty one, `0`, `false` and `no`.
struct BackupFileRequest { fleet::SiteRef site; std::string file; std::optional<std::string> download, view, highlight, reveal; };
struct DiffRequest { fleet::SiteRef site; std::string from, to; std::optional<std::string> download, highlight, reveal; };
struct SiteOfBackupsRequest { fleet::SiteRef site; };

enum class LatestStatus { ok, no_backup, forbidden, not_found, too_large };
struct LatestRequest { std::vector<std::string> sites; std::optional<std::string> reveal; };
struct LatestItemView {
  LatestStatus status = LatestStatus::not_found;
  std::optional<std::string> filename;
  std::optional<Timestamp> created_at;
  std::optional<std::string> content;
};
struct LatestView { std::map<std::string, LatestItemView> results; std::int64_t total_sites = 0, successful = 0, errors = 0; };

struct SettingsView {
  Frequency frequency = Frequency::daily;
  std::int64_t retention_days = 0, keep_weekly_days = 0;
  bool show_sensitive = false;
  std::vector<std::string> inherited;
};
struct SettingsChange {
  std::optional<std::optional<Frequency>> frequency;
  std::optional<std::optional<int>> retention_days, keep_weekly_days;
  std::optional<std::optional<bool>> show_sensitive;
};
struct SiteSettingsRequest { fleet::SiteRef site; SettingsChange change; };

struct SftpConfigRequest { std::string server_id, username; std::optional<std::string> password; };
struct SftpConfigView { std::string role, home_directory, policy; };

}  // namespace openstrat::backups

namespace openstrat {

template <>
struct http::EnumNames<backups::Cause> {
  static constexpr EnumName table[] = {{"adopt", backups::Cause::adopt}, {"manual", backups::Cause::manual},
                                       {"job", backups::Cause::job}, {"schedule", backups::Cause::schedule}};
};
template <>
struct http::EnumNames<backups::Frequency> {
  static constexpr EnumName table[] = {{"daily", backups::Frequency::daily}, {"weekly", backups::Frequency::weekly}, {"off", backups::Frequency::off}};
};
template <>
struct http::EnumNames<backups::LatestStatus> {
  using S = backups::LatestStatus;
  static constexpr EnumName table[] = {{"ok", S::ok}, {"no_backup", S::no_backup}, {"forbidden", S::forbidden}, {"not_found", S::not_found},
                                       {"too_large", S::too_large}};
};

template <>
struct http::Fields<backups::BackupView> {
  using V = backups::BackupView;
  static constexpr auto table = fields<V>("Backup", body<&V::filename>("filename", "name within the site").example("1738301400.rsc"),
      body<&V::size>("size", "abbreviated").example("12.3KB"), body<&V::date>("date", "day, in your time zone").example("2025-01-31"),
      body<&V::time>("time", "time of day, in your time zone").example("06:30:00"), body<&V::created_at>("created_at", "when it was stored"),
      body<&V::trigger>("trigger", "what it was made for"), body<&V::unchanged>("unchanged", "the same configuration as the backup before"));
};
template <>
struct http::Fields<backups::MetadataView> {
  using V = backups::MetadataView;
  static constexpr auto table = fields<V>("BackupMetadata", body<&V::exported_at>("exported_at", "the router's own clock"),
      body<&V::routeros_version>("routeros_version", "RouterOS version"), body<&V::software_id>("software_id", "software or system id"),
      body<&V::model>("model", "model"), body<&V::serial_number>("serial_number", "serial number"));
};
template <>
struct http::Fields<backups::BackupFileView> {
  using V = backups::BackupFileView;
  static constexpr auto table = fields<V>("BackupFile", body<&V::filename>("filename", "name within the site"), body<&V::size>("size", "abbreviated"),
      body<&V::date>("date", "day, in your time zone"), body<&V::time>("time", "time of day, in your time zone"),
      body<&V::created_at>("created_at", "when it was stored"), body<&V::trigger>("trigger", "what it was made for"),
      body<&V::unchanged>("unchanged", "the same configuration as the backup before"), body<&V::requested_by>("requested_by", "who asked for it"),
      body<&V::job_id>("job_id", "the job that made it"), body<&V::content>("content", "the export"), body<&V::metadata>("metadata", "what its first lines say"));
};
template <>
struct http::Fields<backups::RequestedView> {
  using V = backups::RequestedView;
  static constexpr auto table = fields<V>("BackupRequested", body<&V::message>("message", "always the same"), body<&V::job_id>("job_id", "job that takes the backup"));
};
template <>
struct http::Fields<backups::SubnetView> {
  using V = backups::SubnetView;
  static constexpr auto table = fields<V>("BackupSubnet", body<&V::subnet>("subnet", "network").example("192.168.88.0/24"),
      body<&V::address>("address", "the router's address in it").example("192.168.88.1"), body<&V::interface>("interface", "interface"),
      body<&V::comment>("comment", "comment of the address"));
};
template <>
struct http::Fields<backups::ListBackupsRequest> {
  using V = backups::ListBackupsRequest;
  static constexpr auto table = fields<V>("ListBackups", path<&V::site>("site", "UUID or `site_…`"),
      query<&V::limit>("limit", "entries at most; all if absent").range(1, 500),
      query<&V::before>("before", "only backups older than this unix time").range(0, 99'999'999'999));
};
template <>
struct http::Fields<backups::RequestBackupRequest> {
  using V = backups::RequestBackupRequest;
  static constexpr auto table = fields<V>("RequestBackup", path<&V::site>("site", "UUID or `site_…`"),
      body<&V::express>("express", "ahead of waiting jobs; true if absent"));
};
template <>
struct http::Fields<backups::BackupFileRequest> {
  using V = backups::BackupFileRequest;
  static constexpr auto table = fields<V>("BackupFileRequest", path<&V::site>("site", "UUID or `site_…`"),
      path<&V::file>("file", "`1738301400.rsc`, or `latest`"), header<&V::download>("X-Download", "any truthy value: the bytes as an attachment"),
      header<&V::view>("X-View", "any truthy value: plain text"), header<&V::highlight>("X-Highlight", "any truthy value: an HTML fragment"),
      header<&V::reveal>("X-Reveal", "`true`: secrets in clear; needs `backup:update`, audited"));
};
template <>
struct http::Fields<backups::DiffRequest> {
  using V = backups::DiffRequest;
  static constexpr auto table = fields<V>("BackupDiffRequest", path<&V::site>("site", "UUID or `site_…`"), path<&V::from>("from", "the older file"),
      path<&V::to>("to", "the newer file"), header<&V::download>("X-Download", "any truthy value: as an attachment"),
      header<&V::highlight>("X-Highlight", "any truthy value: an HTML fragment"),
      header<&V::reveal>("X-Reveal", "`true`: secrets in clear; needs `backup:update`, audited"));
};
template <>
struct http::Fields<backups::SiteOfBackupsRequest> {
  using V = backups::SiteOfBackupsRequest;
  static constexpr auto table = fields<V>("SiteOfBackups", path<&V::site>("site", "UUID or `site_…`"));
};
template <>
struct http::Fields<backups::LatestRequest> {
  using V = backups::LatestRequest;
  static constexpr auto table = fields<V>("LatestBackups", body<&V::sites>("sites", "UUIDs or `site_…`").required().items(1, 50),
      header<&V::reveal>("X-Reveal", "`true`: secrets in clear; needs `backup:update`, audited"));
};
template <>
struct http::Fields<backups::LatestItemView> {
  using V = backups::LatestItemView;
  static constexpr auto table = fields<V>("LatestBackup",
      body<&V::status>("status", "`too_large`: the answer is full, fetch this one alone"), body<&V::filename>("filename", "name within the site"),
      body<&V::created_at>("created_at", "when it was stored"), body<&V::content>("content", "the export"));
};
template <>
struct http::Fields<backups::LatestView> {
  using V = backups::LatestView;
  static constexpr auto table = fields<V>("LatestBackupsAnswer", body<&V::results>("results", "by site as asked for"),
      body<&V::total_sites>("total_sites", "sites asked for"), body<&V::successful>("successful", "with a backup here"), body<&V::errors>("errors", "without"));
};
template <>
struct http::Fields<backups::SettingsView> {
  using V = backups::SettingsView;
  static constexpr auto table = fields<V>("BackupSettings", body<&V::frequency>("frequency", "how often backups are taken by themselves"),
      body<&V::retention_days>("retention_days", "days that every backup is kept"),
      body<&V::keep_weekly_days>("keep_weekly_days", "days that one backup a week is kept"),
      body<&V::show_sensitive>("show_sensitive", "whether routers put secrets into exports"),
      body<&V::inherited>("inherited", "fields that are not set here but inherited"));
};
template <>
struct http::Fields<backups::SettingsChange> {
  using V = backups::SettingsChange;
  static constexpr auto table = fields<V>("BackupSettingsChange", body<&V::frequency>("frequency", "null: inherit"),
      body<&V::retention_days>("retention_days", "null: inherit").range(1, 3650),
      body<&V::keep_weekly_days>("keep_weekly_days", "null: inherit").range(0, 3650), body<&V::show_sensitive>("show_sensitive", "null: inherit"));
};
template <>
struct http::Fields<backups::SiteSettingsRequest> {
  using V = backups::SiteSettingsRequest;
  static constexpr auto table = fields<V>("SiteBackupSettings", path<&V::site>("site", "UUID or `site_…`"), include<&V::change>());
};
template <>
struct http::Fields<backups::SftpConfigRequest> {
  using V = backups::SftpConfigRequest;
  static constexpr auto table = fields<V>("SftpLogin", path<&V::server_id>("serverId", "name of the gateway"),
      path<&V::username>("username", "UUID of the site"), header<&V::password>("Password", "the granted password"));
};
template <>
struct http::Fields<backups::SftpConfigView> {
  using V = backups::SftpConfigView;
  static constexpr auto table = fields<V>("SftpConfig", body<&V::role>("Role", "role of the gateway"), body<&V::home_directory>("HomeDirectory", "folder of the site"),
      body<&V::policy>("Policy", "JSON text that restricts the session to the folder"));
};

}  // namespace openstrat
