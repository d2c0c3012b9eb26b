// What happens to routers besides us: power cuts, broken links, people who change things.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/rng.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {

enum class LifePace { none, calm, busy };

class Life {
 public:
  struct Counts {
    std::uint64_t reboots = 0;
    std::uint64_t outages = 0;
    std::uint64_t edits = 0;
  };
  Life(EventLoop& loop, LifePace pace, std::uint64_t seed) : loop_(loop), pace_(pace), rng_(seed) {}

  /// Events of this router from now on; it must outlive the loop's turns.
  void begin(Router& router);
  const Counts& counts() const { return counts_; }

 private:
  void plan(Router& router);
  void happen(Router& router);
  void edit(Router& router);
  void cut(Router& router);

  EventLoop& loop_;
  const LifePace pace_;
  SeededRng rng_;
  Counts counts_;
};

}  // namespace openstrat::sim
