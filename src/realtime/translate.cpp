#include "realtime/translate.hpp"

#include <algorithm>
#include <array>

#include "base/attributes.hpp"
#include "bus/bus.hpp"

namespace openstrat::realtime {
namespace {

using Scalar = Attributes::Scalar;

constexpr std::array<std::string_view, 24> kTold{
    "site.online", "site.offline", "site.created", "site.adopted", "site.updated", "site.rebooted", "site.version_changed", "site.deleting", "site.deleted",
    "job.created", "job.sent", "job.busy", "job.completed", "job.failed", "job.deleted", "backup.created", "backup.failed", "fault.created", "fault.updated", "fault.resolved",
    "adoption.step", "team.member_removed", "user.deleted", "team.deleted"};

/// Copies what the event says under these names.
void copy(const bus::Event& event, Attributes& data, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (const Scalar* value = event.data.find(name)) data.set(name, *value);
}

std::string_view after_dot(std::string_view name) { return name.substr(name.find('.') + 1); }

std::string site_frame(const bus::Event& event, Attributes& data, const std::function<std::optional<Timestamp>(SiteId)>& last_seen) {
  if (event.name == "site.online" || event.name == "site.offline") {
    const bool online = event.name == "site.online";
    auto seen = event.site_id ? last_seen(*event.site_id) : std::nullopt;
    // A site goes offline at its first missed heartbeat, so what is known here may be newer or, on another node, far older.
    if (online && (!seen || *seen < event.occurred_at)) seen = event.occurred_at;
    data.set("online", online).set("last_seen_at", seen ? Scalar(to_iso8601(*seen)) : Scalar());
    return "site.pulse";
  }
  data.set("what", std::string(after_dot(event.name)));
  copy(event, data, {"name", "first", "from", "to"});
  return "site.changed";
}

std::string job_frame(const bus::Event& event, Attributes& data) {
  const auto state = event.data.text("state");
  data.set("job_id", event.resource_id).set("batch_id", event.data.text("batch_id") ? Scalar(*event.data.text("batch_id")) : Scalar());
  data.set("status", event.name == "job.deleted" ? "deleted" : state.value_or(std::string(after_dot(event.name))));
  copy(event, data, {"description", "kind", "failure_code", "failure_reason"});
  return "job.updated";
}

}  // namespace

std::span<const std::string_view> told_events() { return kTold; }

Draft settings_changed(CustomerId customer, std::string_view what, Timestamp at) {
  const Attributes data{{"what", std::string(what)}, {"occurred_at", to_iso8601(at)}};
  const Topic topic = what == "member" ? Topic::members : what == "role" ? Topic::roles : what == "key" ? Topic::keys : Topic::team;
  return {.customer_id = customer, .topic = topic, .name = "settings.changed", .data = data.to_json()};
}

std::optional<Draft> translate(const bus::Event& event, const std::function<std::optional<Timestamp>(SiteId)>& last_seen) {
  if (std::ranges::find(kTold, event.name) == kTold.end()) return std::nullopt;
  const auto area = std::string_view(event.name).substr(0, event.name.find('.'));
  if (area == "team" || area == "user") return settings_changed(event.customer_id, event.name == "team.deleted" ? "team" : "member", event.occurred_at);
  Draft draft{.customer_id = event.customer_id, .site_id = event.site_id, .name = event.name};
  Attributes data{{"site_id", event.site_id ? Scalar(event.site_id->to_string()) : Scalar()}, {"occurred_at", to_iso8601(event.occurred_at)}};
  if (area == "site") {
    draft.topic = Topic::sites;
    draft.name = site_frame(event, data, last_seen);
  } else if (area == "job") {
    draft.topic = Topic::jobs;
    draft.name = job_frame(event, data);
  } else if (area == "backup") {
    draft.topic = Topic::backups;
    if (event.name == "backup.created") data.set("backup_id", event.resource_id);
    copy(event, data, {"reason", "cause", "unchanged"});
  } else if (area == "fault") {
    draft.topic = Topic::faults;
    data.set("fault_id", event.resource_id);
    copy(event, data, {"pid", "type", "message", "severity", "cause"});
  } else {
    draft.topic = Topic::sites;
    for (const auto& [name, value] : event.data.entries()) data.set(name, value);
  }
  draft.data = data.to_json();
  return draft;
}

void subscribe(bus::Bus& bus, std::function<void(Draft)> publish, std::function<std::optional<Timestamp>(SiteId)> last_seen) {
  const bus::Handler handler = [publish = std::move(publish), last_seen = std::move(last_seen)](const bus::Event& event) -> Status {
    if (auto draft = translate(event, last_seen)) publish(*std::move(draft));
    return {};
  };
  for (const auto name : kTold) bus.subscribe("realtime", std::string(name), handler);
}

}  // namespace openstrat::realtime
