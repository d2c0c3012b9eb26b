// The end of a site: soft delete, grace, removal script, notification, purge, tombstone.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "fleet/settings.hpp"
#include "fleet/types.hpp"

namespace openstrat {
class UrlSigner;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::bus {
class Bus;
}

namespace openstrat::fleet {

class DeviceTokens;
class LiveSites;

class SiteRemoval {
 public:
  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    LiveSites& live;
    const DeviceTokens& tokens;
    const UrlSigner& signer;
    const Clock& clock;
    const Settings& settings;
  };
  explicit SiteRemoval(Dependencies dependencies) : deps_(dependencies) {}

  enum class Force { no, yes };
  /// Starts the grace period; nullopt when the site was purged at once (forced, or never adopted).
  Result<std::optional<Site>> remove(const Tenant& tenant, SiteId site, Force force);
  /// Cancels a deletion during the grace period; conflict when the site is not being deleted.
  Result<Site> restore(const Tenant& tenant, SiteId site);

  /// The last script of a site. Its notify URL is signed.
  std::string removal_script(const Site& site, bool readable) const;
  /// The router has removed its scheduler: purges the site. Repeats are fine; conflict when the site is not being deleted.
  /// `site_in_url` is covered by the signature and must be the token's site.
  Status notified(std::string_view device_token, std::string_view site_in_url);

  /// Purges sites whose router never confirmed, and tombstones past their age; every few minutes.
  Status sweep();

 private:
  /// Rows of this area go, a tombstone stays, `site.deleted` tells the others.
  Status purge_in(db::Session& session, const Site& site);

  Dependencies deps_;
};

}  // namespace openstrat::fleet
