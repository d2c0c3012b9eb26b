#include "backups/site_settings.hpp"

#include "backups/store.hpp"
#include "db/session.hpp"

namespace openstrat::backups {

Result<BackupSettings> effective_settings(db::Session& session, const Tenant& tenant, std::optional<SiteId> site, const Settings& installation) {
  BackupSettings settings{.retention_days = installation.retention_days, .keep_weekly_days = installation.keep_weekly_days};
  const auto customer = store::overrides(session, tenant, std::nullopt);
  if (!customer) return fail(customer.error());
  apply(*customer, settings);
  if (!site) return settings;
  const auto own = store::overrides(session, tenant, *site);
  if (!own) return fail(own.error());
  apply(*own, settings);
  return settings;
}

}  // namespace openstrat::backups
