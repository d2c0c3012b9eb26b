// Rows of a menu as they change: `listen`, `print =follow=`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/access/api_command.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim::api {

/// Tells nothing once it is gone. Changes are told after whoever made them has let go of the router.
class Follower : public std::enable_shared_from_this<Follower> {
 public:
  using Tell = std::function<void(ApiRow)>;

  /// A call of print or listen; removed rows come as `.id` and `.dead`.
  static std::shared_ptr<Follower> start(Router& router, ApiCall call, Actor actor, Tell tell);

 private:
  struct Event {
    RowId row;
    bool removed;
  };

  Follower(Router& router, ApiCall call, Actor actor, Tell tell) : router_(router), call_(std::move(call)), actor_(std::move(actor)), tell_(std::move(tell)) {}
  void changed(RowId row, Change change);
  void catch_up();
  std::optional<ApiRow> read(RowId row) const;

  Router& router_;
  const ApiCall call_;
  const Actor actor_;  ///< who looks
  const Tell tell_;
  Watch watch_;
  std::vector<Event> events_;
};

}  // namespace openstrat::sim::api
