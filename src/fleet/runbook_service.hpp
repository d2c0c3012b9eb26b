// Runbooks: the profile and secret token by which routers adopt themselves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/rng.hpp"
#include "fleet/settings.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::fleet {

class RunbookService {
 public:
  RunbookService(db::Database& database, const Clock& clock, Rng& rng, const Settings& settings)
      : database_(database), clock_(clock), rng_(rng), settings_(settings) {}

  /// All runbooks of the team, the default one created if there is none yet.
  Result<std::vector<Runbook>> list(const Tenant& tenant);
  Result<Runbook> find(const Tenant& tenant, RunbookId id);
  /// A further runbook for the default policy.
  Result<Runbook> create(const Tenant& tenant, std::string name);
  /// New token; the old one dies at once.
  Result<Runbook> rotate(const Tenant& tenant, RunbookId id);
  /// Absent = unchanged. Disabled: its token is refused.
  Result<Runbook> update(const Tenant& tenant, RunbookId id, std::optional<std::string> name, std::optional<bool> disabled);
  /// The one-site runbook of a site; nullopt when it never had one.
  Result<std::optional<Runbook>> find_of_site(const Tenant& tenant, SiteId site);
  /// A new one-site token, for a site that waits for its router or has lost it. The old one dies at once. conflict `site_online`, `site_deleting`.
  Result<Runbook> renew_for_site(const Tenant& tenant, SiteId site);
  Result<Runbook> ensure_default_in(db::Session& session, const Tenant& tenant);
  /// A single-use token that adopts into one site, valid for 7 days; replaces an earlier one of the site.
  Result<Runbook> create_for_site_in(db::Session& session, const Site& site);

  /// The line for the router's terminal.
  std::string bootstrap_command(const Runbook& runbook) const;
  static std::string token_text(const Runbook& runbook);

 private:
  Result<Runbook> insert_in(db::Session& session, const Tenant& tenant, std::string name);

  db::Database& database_;
  const Clock& clock_;
  Rng& rng_;
  const Settings& settings_;
};

}  // namespace openstrat::fleet
