#include "sim/api/follower.hpp"

#include <algorithm>

#include "sim/config/reader.hpp"

namespace openstrat::sim::api {

std::shared_ptr<Follower> Follower::start(Router& router, ApiCall call, Actor actor, Tell tell) {
  std::shared_ptr<Follower> follower(new Follower(router, std::move(call), std::move(actor), std::move(tell)));
  follower->watch_ = router.watch_rows(follower->call_.path.menu, [weak = std::weak_ptr(follower)](RowId row, Change change) {
    if (const auto self = weak.lock()) self->changed(row, change);
  });
  return follower;
}

void Follower::changed(RowId row, Change change) {
  const bool removed = change == Change::removed;
  if (!removed && !events_.empty() && events_.back().row == row && !events_.back().removed) return;  // it is read once, as it is then
  events_.push_back({row, removed});
  if (events_.size() > 1) return;
  router_.services().loop.soon([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->catch_up();
  });
}

void Follower::catch_up() {
  const std::vector<Event> events = std::exchange(events_, {});
  const auto self = shared_from_this();  // what we tell may end us
  router_.refresh(call_.path.menu);
  for (const Event& event : events) {
    if (event.removed) {
      tell_({{".id", ros::format_id(event.row)}, {".dead", "yes"}});
      continue;
    }
    Actor before = router_.facts().act_as(actor_);
    auto row = read(event.row);
    router_.facts().act_as(std::move(before));
    if (row) tell_(std::move(*row));
  }
}

std::optional<ApiRow> Follower::read(RowId id) const {
  const ApiPath& path = call_.path;
  const bool record = path.shape != nullptr && path.shape->kind == MenuKind::singleton;
  const FoundRow found = record ? FoundRow{path.menu, router_.config().record(path.menu)} : router_.config().find(path.menu, id);
  if (!found) return std::nullopt;
  const Menu& shape = path.shape != nullptr ? *path.shape : opaque_shape(router_.config().schema());
  const RowReader reader(router_.config(), router_.facts(), shape, found);
  const auto text = [&](std::string_view name, const Value& value) { return api_text(path.menu, name, value, shape.property(name, router_.version())); };
  if (!call_.query.empty() && !call_.query.matches([&](std::string_view name) { return text(name, reader.get(name)); })) return std::nullopt;
  ApiRow row;
  const auto add = [&](std::string_view name, const Value& value) {
    if (auto written = text(name, value)) row.emplace_back(name, std::move(*written));
  };
  for (const std::string& name : call_.proplist) add(name, reader.get(name));
  if (!call_.proplist.empty()) return row;
  for (const NamedValue& property : reader.all()) add(property.name, property.value);
  return row;
}

}  // namespace openstrat::sim::api
