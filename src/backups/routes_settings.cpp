#include "backups/backup_service.hpp"
#include "backups/dto.hpp"
#include "backups/routes.hpp"
#include "fleet/site_service.hpp"
#include "http/router.hpp"

namespace openstrat::backups {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;

SettingsView to_view(const BackupService::SettingsAnswer& answer) {
  SettingsView view{.frequency = answer.effective.frequency, .retention_days = answer.effective.retention_days,
                    .keep_weekly_days = answer.effective.keep_weekly_days, .show_sensitive = answer.effective.show_sensitive, .inherited = {}};
  if (!answer.own.frequency) view.inherited.push_back("frequency");
  if (!answer.own.retention_days) view.inherited.push_back("retention_days");
  if (!answer.own.keep_weekly_days) view.inherited.push_back("keep_weekly_days");
  if (!answer.own.show_sensitive) view.inherited.push_back("show_sensitive");
  return view;
}

Result<SettingsView> show(const Services& s, const Tenant& tenant, std::optional<SiteId> site) {
  const auto answer = s.backups.settings(tenant, site);
  if (!answer) return fail(answer.error());
  return to_view(*answer);
}

Result<SettingsView> change(const Services& s, const Tenant& tenant, std::optional<SiteId> site, const SettingsChange& change) {
  const auto current = s.backups.settings(tenant, site);
  if (!current) return fail(current.error());
  SettingOverrides own = current->own;
  if (change.frequency) own.frequency = *change.frequency;
  if (change.retention_days) own.retention_days = *change.retention_days;
  if (change.keep_weekly_days) own.keep_weekly_days = *change.keep_weekly_days;
  if (change.show_sensitive) own.show_sensitive = *change.show_sensitive;
  const auto answer = s.backups.change_settings(tenant, site, own);
  if (!answer) return fail(answer.error());
  return to_view(*answer);
}

}  // namespace

void add_settings_routes(http::Router& router, const Services& s) {
  router.add<http::NoFields, SettingsView>(Method::get, "/backups/settings", {
      .family = "Backups", .summary = "Show the team's backup settings", .description = "What holds for sites that set nothing themselves.",
      .auth = kUsers, .scope = "backup:view", .handle = [s](Call& call, http::NoFields) { return show(s, call.tenant(), std::nullopt); }});
  router.add<SettingsChange, SettingsView>(Method::put, "/backups/settings", {
      .family = "Backups", .summary = "Change the team's backup settings", .description = "Absent fields stay, null returns to the installation's default.",
      .auth = kUsers, .scope = "backup:update",
      .handle = [s](Call& call, SettingsChange request) { return change(s, call.tenant(), std::nullopt, request); }});
  router.add<SiteOfBackupsRequest, SettingsView>(Method::get, "/backups/{site}/settings", {
      .family = "Backups", .summary = "Show a site's backup settings", .auth = kUsers, .scope = "backup:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, SiteOfBackupsRequest request) -> Result<SettingsView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        return show(s, call.tenant(), site->id);
      }});
  router.add<SiteSettingsRequest, SettingsView>(Method::put, "/backups/{site}/settings", {
      .family = "Backups", .summary = "Change a site's backup settings", .description = "Absent fields stay, null returns to the team's setting.",
      .auth = kUsers, .scope = "backup:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, SiteSettingsRequest request) -> Result<SettingsView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        return change(s, call.tenant(), site->id, request.change);
      }});
}

}  // namespace openstrat::backups
