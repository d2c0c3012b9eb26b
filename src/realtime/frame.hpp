// What a stream says: one Server-Sent Event about one thing of one team.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::realtime {

/// What a frame is about, and with it the scope that a viewer needs (rights.hpp).
enum class Topic : std::uint8_t { team, sites, jobs, backups, faults, members, roles, keys };
constexpr std::size_t kTopics = 8;

/// Something to tell the viewers of a team.
struct Draft {
  CustomerId customer_id;
  std::optional<SiteId> site_id;
  Topic topic = Topic::team;
  std::string name;         ///< `job.updated`
  std::string data;         ///< one JSON object in one line
  std::int64_t number = 0;  ///< its place among all frames; 0: the hub gives one
  bool fleeting = false;    ///< goes without a number to those who are here now
};

/// A draft with its number, as it goes over the wire. Shared by everybody who gets it.
struct Frame {
  CustomerId customer_id;
  std::optional<SiteId> site_id;
  Topic topic = Topic::team;
  std::int64_t number = 0;  ///< 0: without id, so never sent again
  Duration at{};            ///< monotonic
  std::string text;
};
using FramePointer = std::shared_ptr<const Frame>;

/// Where a stream stands: an id on the wire is `<epoch>-<number>`. An epoch is one series of numbers: a process that keeps its
/// frames to itself begins a new one at each start.
struct Position {
  std::string epoch;
  std::int64_t number = 0;
  std::string to_string() const { return epoch + "-" + std::to_string(number); }
  /// nullopt: not an id of ours, in whatever way.
  static std::optional<Position> parse(std::string_view id);
};

/// `event:`, `id:` and `data:` lines. Without an id when `id` is empty.
std::string event_text(std::string_view name, std::string_view id, std::string_view data);

}  // namespace openstrat::realtime
