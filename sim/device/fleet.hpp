// Many routers in one process: born from a seed, adopted by pasting the bootstrap command, then living on their own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/device/births.hpp"
#include "sim/device/life.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {

struct FleetOptions {
  LoopOptions loop;
  BirthPlan births;
  std::size_t count = 1;
  std::string server;          ///< `https://host:port`
  std::string runbook;         ///< its token
  std::string bootstrap;       ///< the command to paste; empty: made of server and runbook
  double adoptions_per_second = 20;  ///< of simulated time
  std::vector<std::string> exports;  ///< texts that routers start with, in turns
  std::vector<std::string> scripts;  ///< run once by each router before it is adopted
  LifePace life = LifePace::none;
};

struct FleetStats {
  std::size_t routers = 0;
  std::size_t adopted = 0;    ///< have the scheduler of the platform
  std::size_t online = 0;     ///< powered, linked, and the last poll was answered
  std::uint64_t adoptions_failed = 0;
  std::uint64_t polls = 0;
  std::uint64_t polls_failed = 0;
  std::uint64_t fetches = 0;  ///< other than polls
  std::uint64_t fetches_failed = 0;
  std::uint64_t uploads = 0;
  std::uint64_t uploads_failed = 0;
  std::uint64_t scripts_failed = 0;
  std::uint64_t reboots = 0;
  std::uint64_t outages = 0;
  std::uint64_t edits = 0;
  std::string last_error;
};

/// Everything runs on the loop's thread. From another thread: loop().call(…).
class Fleet final : private RouterObserver {
 public:
  explicit Fleet(FleetOptions options);
  ~Fleet() override;

  /// Routers exist and run from then on; adoption is planned.
  void start();
  EventLoop& loop() { return services_.loop; }
  std::size_t size() const { return members_.size(); }
  Router& router(std::size_t index) { return *members_[index].router; }
  /// By index, serial number or identity; nullptr: none.
  Router* find(std::string_view who);
  FleetStats stats() const;
  bool adopted(std::size_t index) const;

  /// Runs a script as somebody at the router's terminal would; loop thread. `done` gets what it printed.
  struct Printed {
    std::string output;
    std::optional<std::string> error;
  };
  bool run(Router& router, std::string source, std::function<void(Printed)> done);

 private:
  struct Member {
    std::unique_ptr<Router> router;
    bool poll_answered = false;
  };

  void plan_adoption(std::size_t index, Duration delay);
  void adopt(std::size_t index);
  void fetched(Router& router, const FetchReport& report) override;
  void script_failed(Router& router, const std::string& reason) override;
  Member* member_of(const Router& router);

  const FleetOptions options_;
  Services services_;
  std::string bootstrap_;
  std::vector<Member> members_;
  std::unordered_map<const Router*, std::size_t> index_;
  std::unique_ptr<Life> life_;
  FleetStats stats_;
};

}  // namespace openstrat::sim
