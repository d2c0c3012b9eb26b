// Which events become which frames.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "realtime/frame.hpp"

namespace openstrat::bus {
class Bus;
struct Event;
}

namespace openstrat::realtime {

/// The events that viewers are told of, in one way or another.
std::span<const std::string_view> told_events();

/// `last_seen` knows when a site was heard of last. nullopt: nobody is told of this event.
std::optional<Draft> translate(const bus::Event& event, const std::function<std::optional<Timestamp>(SiteId)>& last_seen);

/// Every event of told_events() goes to `publish` as a frame. Before the bus starts.
void subscribe(bus::Bus& bus, std::function<void(Draft)> publish, std::function<std::optional<Timestamp>(SiteId)> last_seen);

/// Something of the team itself has changed: `what` is team, member, role or key.
Draft settings_changed(CustomerId customer, std::string_view what, Timestamp at);

}  // namespace openstrat::realtime
