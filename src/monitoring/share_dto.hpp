// Shared links and the internal operations on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/dto.hpp"
#include "monitoring/fault_dto.hpp"
#include "monitoring/share_store.hpp"

namespace openstrat::monitoring {

struct CreateShareRequest { int expire_after_minutes = 0; };
struct CreatedShareView {
  ShareId id;
  std::string token, type = "jwt";
  std::int64_t expires_in_minutes = 0;
  Timestamp expires_at{};
  std::string short_link;
};
struct ShareView {
  ShareId id;
  std::string created_by;
  Timestamp created_at{}, expires_at{};
  std::optional<Timestamp> revoked_at, last_used_at;
};
struct ShareRequest { ShareId id; };
struct SharedFaultsRequest {
  std::string token;
  std::optional<std::string> version;
};

struct ActiveFaultsRequest { std::string type; };
struct ActiveFaultsQuery { std::string type; };
struct ActiveFaultView {
  FaultId id;
  CustomerId customer_id;
  std::optional<SiteId> site_id;
  std::string type, cause;
  Severity severity = Severity::low;
  std::string resource_identifier;
  Timestamp created_at{};
};
struct TimelineRequest {
  SiteId site_id;
  std::string type;
  Timestamp start{}, end{};
};
struct TimelineEntryView {
  FaultId id;
  std::string type, cause;
  Timestamp start{};
  std::optional<Timestamp> end;
};

}  // namespace openstrat::monitoring

namespace openstrat {

template <>
struct http::Fields<monitoring::CreateShareRequest> {
  using V = monitoring::CreateShareRequest;
  static constexpr auto table = fields<V>("CreateFaultToken",
      body<&V::expire_after_minutes>("expire_after_minutes", "how long the link opens; more than a day needs the scope `fault:create`").required().range(1, 43'200).example("60"));
};
template <>
struct http::Fields<monitoring::CreatedShareView> {
  using V = monitoring::CreatedShareView;
  static constexpr auto table = fields<V>("FaultToken", body<&V::id>("id", "for taking it back"), body<&V::token>("token", "for `GET /faults/token/{token}`; shown once").secret(),
      body<&V::type>("type", "always `jwt`"), body<&V::expires_in_minutes>("expires_in_minutes", "as asked for"), body<&V::expires_at>("expires_at", "when it ends"),
      body<&V::short_link>("short_link", "a short address of the same"));
};
template <>
struct http::Fields<monitoring::ShareView> {
  using V = monitoring::ShareView;
  static constexpr auto table = fields<V>("FaultTokenEntry", body<&V::id>("id", "UUID"), body<&V::created_by>("created_by", "who made it"),
      body<&V::created_at>("created_at", "when"), body<&V::expires_at>("expires_at", "when it ends"), body<&V::revoked_at>("revoked_at", "when it was taken back"),
      body<&V::last_used_at>("last_used_at", "when it was opened last, to the minute"));
};
template <>
struct http::Fields<monitoring::ShareRequest> {
  using V = monitoring::ShareRequest;
  static constexpr auto table = fields<V>("FaultTokenRequest", path<&V::id>("id", "UUID of the link"));
};
template <>
struct http::Fields<monitoring::SharedFaultsRequest> {
  using V = monitoring::SharedFaultsRequest;
  static constexpr auto table = fields<V>("SharedFaults", path<&V::token>("token", "the token of the link").secret(),
      header<&V::version>("Accept-Version", "`seed`: times as `2026-02-03 08:00:00` in UTC").length(1, 20));
};
template <>
struct http::Fields<monitoring::ActiveFaultsRequest> {
  using V = monitoring::ActiveFaultsRequest;
  static constexpr auto table = fields<V>("ActiveFaultsRequest", body<&V::type>("type", "`site`, `wantunnel`, …").required().length(1, 40));
};
template <>
struct http::Fields<monitoring::ActiveFaultsQuery> {
  using V = monitoring::ActiveFaultsQuery;
  static constexpr auto table = fields<V>("ActiveFaultsQuery", query<&V::type>("type", "`site`, `wantunnel`, …").required().length(1, 40));
};
template <>
struct http::Fields<monitoring::ActiveFaultView> {
  using V = monitoring::ActiveFaultView;
  static constexpr auto table = fields<V>("ActiveFault", body<&V::id>("id", "UUID"), body<&V::customer_id>("customer_id", "the team"), body<&V::site_id>("site_id", "the site"),
      body<&V::type>("type", "kind of the resource"), body<&V::cause>("cause", "`Unknown` while an outage lasts"), body<&V::severity>("severity", "how bad it is"),
      body<&V::resource_identifier>("resource_identifier", "id of what is disturbed"), body<&V::created_at>("created_at", "when it began"));
};
template <>
struct http::Fields<monitoring::TimelineRequest> {
  using V = monitoring::TimelineRequest;
  static constexpr auto table = fields<V>("FaultTimelineRequest", body<&V::site_id>("site_id", "UUID of the site").required(),
      body<&V::type>("type", "`site`, `wantunnel`, …").required().length(1, 40), body<&V::start>("start", "from here").required(), body<&V::end>("end", "until here").required());
};
template <>
struct http::Fields<monitoring::TimelineEntryView> {
  using V = monitoring::TimelineEntryView;
  static constexpr auto table = fields<V>("FaultTimelineEntry", body<&V::id>("id", "UUID"), body<&V::type>("type", "kind of the resource"), body<&V::cause>("cause", "why"),
      body<&V::start>("start", "when it began"), body<&V::end>("end", "when it ended; null while it lasts"));
};

}  // namespace openstrat
