// What became of each try to bring a router in, so that whoever pasted the command can watch and learn why not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/net.hpp"
#include "base/rng.hpp"
#include "fleet/types.hpp"

namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::tasks {
class Queue;
}

namespace openstrat::fleet {

enum class AdoptionStep { command_created, script_fetched, adopt_requested, refused, adopted, first_heartbeat, identity, first_backup };
const char* to_string(AdoptionStep step);

struct AdoptionRecord {
  AdoptionStep step = AdoptionStep::script_fetched;
  Timestamp at{};
  bool ok = true;
  std::optional<std::string> reason;  ///< code word: token_disabled, site_limit, needs_takeover, …
  std::string detail;                 ///< for people
};

/// One router's way in, from one address.
struct AdoptionAttempt {
  CustomerId customer_id;
  Uuid id;
  RunbookId runbook_id;
  std::optional<SiteId> site_id;
  std::string address;
  std::optional<std::string> hardware_hash;
  std::optional<std::string> router;  ///< as it calls itself
  bool adopted = false;
  Timestamp started_at{}, updated_at{};
  std::vector<AdoptionRecord> steps;  ///< in their order
};

/// Keeps the last attempts of each team for a week. Only who holds a token that belongs to a team leaves a trace, one row for each
/// runbook and address: whoever guesses tokens fills nothing.
class AdoptionLog {
 public:
  static constexpr int kMostAttempts = 200;   ///< a team

  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    const Clock& clock;
    Rng& rng;
  };
  explicit AdoptionLog(Dependencies dependencies) : deps_(dependencies) {}

  struct Note {
    AdoptionRecord record;                 ///< its time is set here
    std::optional<std::string> hardware_hash, router;
    std::optional<SiteId> site_id;
  };
  /// A router at `from` with the runbook's token. In the transaction of what happened.
  Status note_in(db::Session& session, const Runbook& runbook, const IpAddress& from, Note note);
  /// The same in a transaction of its own. A failure is logged: routers are not turned away for it.
  void note(const Runbook& runbook, const IpAddress& from, const Note& note);
  /// What a site does after its adoption; each step counts once, and only within a week of it.
  Status follow_up_in(db::Session& session, const Tenant& tenant, SiteId site, AdoptionRecord record);

  /// The last attempt at this site.
  Result<std::optional<AdoptionAttempt>> of_site(const Tenant& tenant, SiteId site);
  /// Newest first. A caller with limits sees those of his sites.
  Result<std::vector<AdoptionAttempt>> of_runbook(const Tenant& tenant, RunbookId runbook, int limit);

  /// First backups; attempts of deleted sites and teams go. Before the bus starts.
  void subscribe();
  /// Nightly purge. Before the queue starts.
  void register_tasks(tasks::Queue& queue);

 private:
  Status write(db::Session& session, AdoptionAttempt& attempt, AdoptionRecord record);
  Status purge();

  Dependencies deps_;
};

}  // namespace openstrat::fleet
