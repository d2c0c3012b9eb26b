// Simulated routers for a team: wished for, looked at, removed.
#pragma once

#include <functional>
#include <string>

#include "base/error.hpp"
#include "demo/supervisor.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Session;
}
namespace openstrat::fleet {
class LiveSites;
class SiteService;
}

namespace openstrat::demo {

enum class FleetState { off, starting, running, restarting, removing };

struct FleetView {
  bool available = false;     ///< whether one can be started
  std::string reason;         ///< why not
  FleetState state = FleetState::off;
  Wish wish;                  ///< while there is one
  std::int64_t adopted = 0;   ///< sites of it
  std::int64_t online = 0;    ///< of which have a pulse
  int restarts = 0;
  std::string message;        ///< what is wrong
  std::optional<Timestamp> since;
};

class FleetService {
 public:
  static constexpr int kMostTogether = 1000;  ///< routers of all teams: it is one small server
  static constexpr int kMostOfATeam = 500;

  struct Dependencies {
    db::Database& database;
    fleet::LiveSites& live;
    fleet::SiteService& sites;
    Supervisor& supervisor;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
    /// Whether the team may have so many sites more; conflict `limit_reached`.
    std::function<Status(db::Session&, const Tenant&, int more)> room;
  };
  explicit FleetService(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  Result<FleetView> find(const Tenant& tenant);
  /// `operator_`: whoever runs `openstrat demo` decides alone how many.
  enum class Asker { team, operator_ };
  /// invalid: the wish; forbidden `demo_disabled`, unavailable `demo_unavailable`; conflict `demo_fleet_running` for fewer routers than run,
  /// `demo_fleet_removing`, `limit_reached`.
  Result<FleetView> start(const Tenant& tenant, const Wish& wish, Asker asker = Asker::team);
  /// The simulator ends, then its sites go; not_found when there is none.
  Result<FleetView> remove(const Tenant& tenant);

  /// Before the bus starts.
  void subscribe(bus::Bus& bus);

 private:
  Status check_wish(const Wish& wish) const;
  Status store(db::Session& session, const Tenant& tenant, const Wish& wish, Asker asker);
  Status note_adopted(const Tenant& tenant, SiteId site);

  const Dependencies deps_;
};

}  // namespace openstrat::demo
