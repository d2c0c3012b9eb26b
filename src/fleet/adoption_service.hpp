// From a pasted command to a site that polls.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/net.hpp"
#include "base/rng.hpp"
#include "fleet/backup_fragments.hpp"
#include "fleet/settings.hpp"
#include "fleet/types.hpp"
#include "routeros/heartbeat.hpp"

namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::bus {
class Bus;
}

namespace openstrat::fleet {

class AdoptionLog;
class DeviceTokens;
class LiveSites;

/// How many sites a team may have. Implemented by identity (team limit) and later by workspaces (licences).
class SiteQuota {
 public:
  virtual ~SiteQuota() = default;
  /// conflict `limit_reached` when one site more than `sites` is not allowed.
  virtual Status check(db::Session& session, const Tenant& tenant, std::int64_t sites) = 0;
};

class AdoptionService {
 public:
  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    LiveSites& live;
    BackupFragments& backups;
    SiteQuota& quota;
    const DeviceTokens& tokens;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
    AdoptionLog& log;
  };
  explicit AdoptionService(Dependencies dependencies) : deps_(dependencies) {}

  /// GET /{token}: the script that the pasted command imports. not_found for an unknown, disabled or expired token.
  Result<std::string> bootstrap_script(std::string_view token, const IpAddress& remote, bool readable);

  struct Request {
    std::string token;         ///< runbook token, base62
    std::string body;          ///< heartbeat
    IpAddress remote;
    std::string device_token;  ///< of an existing scheduler, proves that this is the same router; may be empty
    std::string request_id;
    bool readable = false;
  };
  /// POST /adopt/{token}: the script that installs the scheduler, or one that explains a refusal on the router's terminal
  /// (RouterOS shows no error bodies). not_found: token; invalid: the body names no hardware.
  Result<std::string> adopt(const Request& request);

 private:
  struct Adopted {
    Site site;
    Runbook runbook;
    bool created = false;
    bool first = false;
    std::optional<routeros::BackupParams> backup;
    std::optional<routeros::Refusal> refusal;
    std::string reason, why;           ///< of the refusal: a code word, and for people
  };
  /// Of whatever state; not_found for a token that nobody has.
  Result<Runbook> known_runbook(db::Session& session, std::string_view token);
  Result<Runbook> usable_runbook(db::Session& session, std::string_view token);
  /// The team learns that its token was used in vain; the caller learns nothing.
  Error refuse_token(const Runbook& runbook, const IpAddress& remote);
  Status log_adoption(db::Session& session, const Request& request, const routeros::Heartbeat& heartbeat, const std::string& hardware_hash, const Adopted& adopted);
  Result<Adopted> adopt_in(db::Session& session, const Request& request, const routeros::Heartbeat& heartbeat, const std::string& hardware_hash);
  /// What adopt_in() does, without the log.
  Result<Adopted> decide_in(db::Session& session, const Request& request, const routeros::Heartbeat& heartbeat, const std::string& hardware_hash);
  bool may_take_over(const Site& site, const Request& request) const;
  Site new_site(const Runbook& runbook, const routeros::Heartbeat& heartbeat);
  Status announce(db::Session& session, const Adopted& adopted, const Site& before);
  std::string script(const Adopted& adopted, const Request& request) const;

  Dependencies deps_;
};

}  // namespace openstrat::fleet
