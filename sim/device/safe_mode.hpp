// Safe mode: what was configured since somebody took it goes back when that session is lost.
#pragma once

#include <optional>
#include <vector>

#include "sim/device/router.hpp"

namespace openstrat::sim {

/// One session of a router has it at a time. Files, the log and what the router made itself are left alone.
class SafeMode {
 public:
  using Owner = const void*;  ///< the session; never looked into

  explicit SafeMode(Router& router) : router_(router) {}

  bool is_taken() const { return owner_ != nullptr; }
  bool is_owner(Owner owner) const { return owner != nullptr && owner_ == owner; }
  /// From whoever has it as well: what they changed stays, and is no longer guarded.
  void take(Owner owner);
  void release();
  void undo();  ///< and releases

 private:
  struct Event {
    std::string_view menu;
    RowId row;
    Change change;
  };
  void restore(std::string_view menu, std::vector<Event>& events);

  Router& router_;
  Owner owner_ = nullptr;
  std::optional<Config> before_;  ///< shares the tables that nobody has changed since
};

}  // namespace openstrat::sim
