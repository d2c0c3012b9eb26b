// The items of /system scheduler, as timers.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "sim/config/config.hpp"
#include "sim/device/event_loop.hpp"

namespace openstrat::sim {

/// Follows the rows of the menu while the router runs. `due` is called with the row to run; overlapping is its business.
class Scheduler {
 public:
  struct Item {
    std::optional<Duration> next;  ///< time of the loop; none: never again
    Duration interval{0};
    std::uint64_t runs = 0;
    std::optional<EventLoop::TimerId> timer;
  };
  using Due = std::function<void(RowId)>;
  using Clock = std::function<Timestamp()>;

  Scheduler(EventLoop& loop, const Config& config, Clock clock, Due due)
      : loop_(loop), config_(config), clock_(std::move(clock)), due_(std::move(due)) {}
  ~Scheduler() { stop(); }
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  void start();  ///< the router has booted
  void stop();   ///< it goes down; run counts are lost
  void row_changed(RowId row);
  void row_removed(RowId row);
  void clock_changed();  ///< items with a time of day move

  const Item* find(RowId row) const;

 private:
  std::optional<Duration> first_run(const Row& row, Duration interval, bool booting) const;
  void plan(RowId row, bool booting);
  void arm(RowId row, Item& item);
  void fire(RowId row);

  EventLoop& loop_;
  const Config& config_;
  const Clock clock_;
  const Due due_;
  bool running_ = false;
  std::map<RowId, Item> items_;
};

}  // namespace openstrat::sim
