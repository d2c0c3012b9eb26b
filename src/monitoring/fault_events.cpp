#include "monitoring/fault_events.hpp"

#include "bus/bus.hpp"

namespace openstrat::monitoring {
namespace {

const char* name_of(FaultNews news) {
  switch (news) {
    case FaultNews::created: return "fault.created";
    case FaultNews::changed:
    case FaultNews::commented: return "fault.updated";
    case FaultNews::resolved: return "fault.resolved";
  }
  std::unreachable();
}

}  // namespace

Status announce(bus::Bus& bus, db::Session& session, const Fault& fault, FaultNews news, Timestamp now) {
  Attributes data{{"pid", fault.pid}, {"type", fault.type}, {"message", fault.message}, {"severity", to_string(fault.severity)}, {"cause", fault.cause}};
  if (news == FaultNews::changed) data.set("what", std::string("fault"));
  if (news == FaultNews::commented) data.set("what", std::string("comment"));
  return bus.append(session, {.name = name_of(news), .occurred_at = now, .customer_id = fault.customer_id, .site_id = fault.site_id,
                              .resource_id = fault.id.to_string(), .data = std::move(data)});
}

}  // namespace openstrat::monitoring
