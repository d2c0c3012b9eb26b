// Who stands at a router's door without having said who they are.
#pragma once

#include <algorithm>
#include <functional>
#include <list>

#include "sim/device/router.hpp"

namespace openstrat::sim {

/// A few may wait at once; one more, and the one who has waited longest has to go: so nobody can keep others out by doing nothing.
class Door {
 public:
  static constexpr std::size_t kMostWaiting = 8;
  static constexpr Duration kPatience = std::chrono::minutes(2);  ///< real time
  using Place = std::list<std::function<void()>>::iterator;

  explicit Door(Router&) {}

  Place enter(std::function<void()> go_away) {
    if (waiting_.size() >= kMostWaiting) {
      const auto oldest = waiting_.front();  // a copy: going away leaves the list
      oldest();
    }
    return waiting_.insert(waiting_.end(), std::move(go_away));
  }
  void leave(Place place) { waiting_.erase(place); }

 private:
  std::list<std::function<void()>> waiting_;
};

}  // namespace openstrat::sim
