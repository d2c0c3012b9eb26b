// Safe mode: what was configured since somebody took it goes back when that session is lost.
#pragma once

#include "sim/device/change_history.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {

/// One session of a router has it at a time. It is what the history keeps in suspense, so files, the log and what the router made itself are left
/// alone; more changes than the history holds end it.
class SafeMode {
 public:
  using Owner = const void*;  ///< the session; never looked into

  explicit SafeMode(Router& router) : history_(router.extension<ChangeHistory>()) {}

  bool is_taken() const { return owner_ != nullptr && history_.is_floating(); }
  bool is_owner(Owner owner) const { return owner != nullptr && owner_ == owner && is_taken(); }
  /// From whoever has it as well: what they changed stays, and is no longer guarded.
  void take(Owner owner) {
    owner_ = owner;
    history_.float_changes();
  }
  void release() {
    owner_ = nullptr;
    history_.settle();
  }
  void undo() {  ///< and releases
    owner_ = nullptr;
    history_.undo_floating();
  }

 private:
  ChangeHistory& history_;
  Owner owner_ = nullptr;
};

}  // namespace openstrat::sim
