#include "sim/device/scheduler.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "ros_language/value.hpp"
#include "sim/config/dates.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kMenu = "/system/scheduler";
constexpr Duration kAfterBoot = std::chrono::seconds(3);

std::string_view text_of(const Row& row, std::string_view property) {
  const std::string* value = row.find(property);
  return value == nullptr ? std::string_view() : std::string_view(*value);
}

Duration time_of(std::string_view text) {
  const auto time = parse_time(text);
  return time ? Duration(time->as_time_ns() / 1000) : Duration(0);
}

}  // namespace

void Scheduler::start() {
  running_ = true;
  for (const FoundRow& found : config_.rows(kMenu)) plan(found.row->id, true);
}

void Scheduler::stop() {
  running_ = false;
  for (auto& [row, item] : items_) {
    if (item.timer) loop_.cancel(*item.timer);
  }
  items_.clear();
}

const Scheduler::Item* Scheduler::find(RowId row) const {
  const auto known = items_.find(row);
  return known == items_.end() ? nullptr : &known->second;
}

void Scheduler::row_changed(RowId row) {
  if (running_) plan(row, false);
}

void Scheduler::row_removed(RowId row) {
  const auto known = items_.find(row);
  if (known == items_.end()) return;
  if (known->second.timer) loop_.cancel(*known->second.timer);
  items_.erase(known);
}

void Scheduler::clock_changed() {
  if (!running_) return;
  for (const FoundRow& found : config_.rows(kMenu)) {
    if (text_of(*found.row, "start-time") != "startup") plan(found.row->id, false);
  }
}

/// With start-time=startup and an interval, the first run comes one interval after the boot, or after the item was added.
std::optional<Duration> Scheduler::first_run(const Row& row, Duration interval, bool booting) const {
  const Duration now = loop_.elapsed();
  const std::string_view start_time = text_of(row, "start-time");
  if (start_time == "startup") {
    if (interval > Duration(0)) return now + interval;
    return booting ? std::optional(now + kAfterBoot) : std::nullopt;
  }
  const auto date = parse_date(text_of(row, "start-date"));
  const Timestamp wall = clock_();
  Timestamp start = (date ? Timestamp(*date) : Timestamp(std::chrono::floor<std::chrono::days>(wall))) + time_of(start_time);
  if (start <= wall) {
    if (interval <= Duration(0)) return std::nullopt;
    start += ((wall - start) / interval + 1) * interval;
  }
  return now + (start - wall);
}

void Scheduler::plan(RowId id, bool booting) {
  Item& item = items_[id];
  if (item.timer) loop_.cancel(*item.timer);
  item.timer.reset();
  item.next.reset();
  const FoundRow found = config_.find(kMenu, id);
  if (!found || text_of(*found.row, "disabled") == "yes") return;
  item.interval = time_of(text_of(*found.row, "interval"));
  item.next = first_run(*found.row, item.interval, booting);
  arm(id, item);
}

void Scheduler::arm(RowId id, Item& item) {
  if (!item.next) return;
  item.timer = loop_.after(*item.next - loop_.elapsed(), [this, id] { fire(id); });
}

void Scheduler::fire(RowId id) {
  Item& item = items_[id];
  ++item.runs;
  item.timer.reset();
  if (item.interval > Duration(0)) {
    // A loop that is behind skips runs instead of piling them up.
    do *item.next += item.interval;
    while (*item.next <= loop_.elapsed());
  } else {
    item.next.reset();
  }
  arm(id, item);
  due_(id);
}

}  // namespace openstrat::sim
