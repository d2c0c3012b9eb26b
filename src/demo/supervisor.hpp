// Runs the simulators that teams wish for, and takes away the sites of those that they wish no more.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "base/guarded.hpp"
#include "demo/child_process.hpp"
#include "demo/fleet_store.hpp"

namespace openstrat::db {
class Database;
}
namespace openstrat::fleet {
class RunbookService;
}

namespace openstrat::demo {

/// The wishes are rows of the database, so they outlive a crash and a restart; a lease makes one node of many carry each out.
/// tick() and stop() from one thread, which lives as long as the simulators.
class Supervisor {
 public:
  static constexpr std::chrono::seconds kTick{1};
  static constexpr std::chrono::seconds kLease{30};
  static constexpr std::chrono::seconds kLongestPause{60};  ///< before a simulator that ends again and again is started anew
  static constexpr std::chrono::seconds kSettled{60};       ///< it has run for so long: the next pause is short again
  static constexpr std::chrono::seconds kLateNews{5};       ///< events of adoptions may be on their way when a fleet is removed
  static constexpr std::uintmax_t kLongestLog = 4 << 20;

  struct Dependencies {
    db::Database& database;
    fleet::RunbookService& runbooks;
    std::function<Status(const Tenant&, SiteId)> remove;  ///< a site, at once, with all that belongs to it; not_found is fine
    const Clock& clock;
    const Settings& settings;
  };
  explicit Supervisor(Dependencies dependencies) : deps_(std::move(dependencies)) {}
  ~Supervisor() { stop(); }

  /// Every kTick.
  Status tick();
  /// Ends all simulators and gives the leases back.
  void stop();

  /// On this node; nullopt: it does not run it. Any thread.
  std::optional<RunState> state(const Tenant& tenant);
  std::filesystem::path log_file(const Tenant& tenant) const;

 private:
  struct Run {
    std::unique_ptr<ChildProcess> child;
    std::int64_t revision = 0;
    int failures = 0;      ///< in a row
    int restarts = 0;
    Duration started_at{}, next_start{};
    std::string message;
  };

  Result<bool> hold(const DemoFleet& fleet);
  Status carry_out(const DemoFleet& fleet, Run& run);
  void look_after(const DemoFleet& fleet, Run& run);
  Status start(const DemoFleet& fleet, Run& run);
  Status remove_sites(const DemoFleet& fleet);
  void let_go_of(const std::vector<DemoFleet>& wanted);
  void publish();
  bool can_run() const;

  const Dependencies deps_;
  std::map<CustomerId, Run> runs_;
  Guarded<std::map<CustomerId, RunState>> states_;
};

/// Empty: simulators can be started; else why not.
std::string why_unavailable(const Settings& settings);

}  // namespace openstrat::demo
