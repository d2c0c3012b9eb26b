// Lists of faults and single faults on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fleet/types.hpp"
#include "http/dto.hpp"
#include "http/pagination.hpp"
#include "monitoring/types.hpp"

namespace openstrat::monitoring {

/// ISO 8601, or for callers of the oldest form of the API `2026-02-03 08:00:00`.
struct RowTime {
  static constexpr std::string_view kFormat = "date-time";
  std::string text;
  static std::optional<RowTime> parse(std::string_view text) { return RowTime{std::string(text)}; }
  std::string to_string() const { return text; }
};

/// A fault of the lists under /faults.
struct FaultRow {
  FaultId id;
  std::string message;
  std::optional<RowTime> resolved_at;
  RowTime created_at;
  std::string duration;
  Severity severity = Severity::low;
  std::string type, cause;
  std::optional<SiteId> site_id;
  std::optional<std::string> site_name;
  std::string resource_identifier;
};

struct FaultPageView {
  std::vector<FaultRow> data;
  std::int64_t current_page = 1, per_page = 50, total = 0;
  std::string hash;
};

struct FaultRowsRequest {
  std::optional<fleet::SiteRef> site;
  std::vector<std::string> type;
  std::optional<FaultStatus> status;
  std::vector<SeverityWord> severity;
  std::optional<std::string> resource_id;
  std::optional<Timestamp> from, to;
  http::PageQuery paging;
  std::optional<std::string> version, known;
};
struct SiteFaultRowsRequest {
  fleet::SiteRef site_id;
  FaultRowsRequest filter;
};

struct TopFaultsView {
  std::string tunnel_name;
  std::optional<SiteId> site_id;
  std::int64_t count = 0;
  std::string resource_id;
  std::vector<FaultRow> faults;
};
struct TopFaultsRequest { std::optional<std::string> version; };

/// The severities of the newer operations.
enum class LoudSeverity { low, medium, high, critical };

struct CommentView {
  Uuid id;
  std::string comment, author;
  std::optional<UserId> user_id;
  Timestamp created_at{};
};

struct FaultView {
  std::string id;
  FaultId uuid;
  std::string type;
  LoudSeverity severity = LoudSeverity::low;
  std::string message, cause;
  FaultStatus status = FaultStatus::unresolved;
  std::optional<SiteId> site_id;
  std::optional<std::string> site_name;
  std::string resource_id;
  std::optional<std::string> resource_ancestry_path;
  std::string microservice_id;
  bool manual = false;
  Timestamp created_at{};
  std::optional<Timestamp> resolved_at;
  std::string duration;
  std::int64_t ttl = 0;
  std::optional<std::vector<CommentView>> comments;
};

struct FaultFilterQuery {
  std::optional<fleet::SiteRef> site;
  std::optional<FaultStatus> status;
  std::vector<std::string> type;
  std::vector<SeverityWord> severity;
  std::optional<std::string> cause, resource_id, q;
  std::optional<Timestamp> from, to;
};
struct ListFaultsRequest {
  FaultFilterQuery filter;
  http::CursorQuery paging;
};
struct ExportFaultsRequest { FaultFilterQuery filter; };
struct FaultRequest { FaultRef fault; };

struct CreateFaultRequest {
  std::string type, message;
  SeverityWord severity;
  std::optional<std::string> cause, resource_id, microservice_id, resource_ancestry_path;
  std::optional<fleet::SiteRef> site_id;
};
struct UpdateFaultRequest {
  FaultRef fault;
  std::optional<SeverityWord> severity;
  std::optional<std::string> cause, message;
};
struct CommentFaultRequest {
  FaultRef fault;
  std::string comment;
};

}  // namespace openstrat::monitoring

namespace openstrat {

template <>
struct http::EnumNames<monitoring::Severity> {
  using S = monitoring::Severity;
  static constexpr EnumName table[] = {{"low", S::low}, {"medium", S::medium}, {"high", S::high}, {"critical", S::critical}};
};
template <>
struct http::EnumNames<monitoring::LoudSeverity> {
  using S = monitoring::LoudSeverity;
  static constexpr EnumName table[] = {{"LOW", S::low}, {"MEDIUM", S::medium}, {"HIGH", S::high}, {"CRITICAL", S::critical}};
};
template <>
struct http::EnumNames<monitoring::FaultStatus> {
  using S = monitoring::FaultStatus;
  static constexpr EnumName table[] = {{"unresolved", S::unresolved}, {"resolved", S::resolved}, {"recent", S::recent}};
};

template <>
struct http::Fields<monitoring::FaultRow> {
  using V = monitoring::FaultRow;
  static constexpr auto table = fields<V>("FaultRow", body<&V::id>("id", "UUID"), body<&V::message>("message", "for people").example("Site Offline: Durban DC"),
      body<&V::resolved_at>("resolved_at", "when it ended; null while it lasts"), body<&V::created_at>("created_at", "when it began"),
      body<&V::duration>("duration", "as text, until now while it lasts").example("12 minutes"), body<&V::severity>("severity", "how bad it is"),
      body<&V::type>("type", "kind of the resource: `site`, `wantunnel`, or what a manual fault says"), body<&V::cause>("cause", "`Unknown` while an outage lasts"),
      body<&V::site_id>("site_id", "the site; null for a manual fault without one"), body<&V::site_name>("site_name", "name of the site"),
      body<&V::resource_identifier>("resource_identifier", "id of what is disturbed"));
};
template <>
struct http::Fields<monitoring::FaultPageView> {
  using V = monitoring::FaultPageView;
  static constexpr auto table = fields<V>("FaultPage", body<&V::data>("data", "newest first"), body<&V::current_page>("current_page", "number of this page"),
      body<&V::per_page>("per_page", "entries a page"), body<&V::total>("total", "entries on all pages; 100000 means so many or more"),
      body<&V::hash>("hash", "the same as long as this page shows the same; also the ETag"));
};
template <>
struct http::Fields<monitoring::FaultRowsRequest> {
  using V = monitoring::FaultRowsRequest;
  static constexpr auto table = fields<V>("FaultRowsRequest", query<&V::site>("site", "only of this site"),
      query<&V::type>("type", "only of these types: `site`, `wantunnel`, …").items(20).length(1, 40),
      query<&V::status>("status", "`recent`: unresolved, or resolved in the last ten minutes"), query<&V::severity>("severity", "only these").items(10),
      query<&V::resource_id>("resource_id", "only of this resource").length(1, 64), query<&V::from>("from", "began at this time or later"),
      query<&V::to>("to", "began before this time"), include<&V::paging>(),
      header<&V::version>("Accept-Version", "`seed`: times as `2026-02-03 08:00:00` in UTC").length(1, 20),
      header<&V::known>("If-None-Match", "the hash that the caller has: 304 when nothing changed").length(1, 200));
};
template <>
struct http::Fields<monitoring::SiteFaultRowsRequest> {
  using V = monitoring::SiteFaultRowsRequest;
  static constexpr auto table = fields<V>("SiteFaultRowsRequest", path<&V::site_id>("site_id", "UUID or `site_…`"), include<&V::filter>());
};
template <>
struct http::Fields<monitoring::TopFaultsView> {
  using V = monitoring::TopFaultsView;
  static constexpr auto table = fields<V>("TopFaults", body<&V::tunnel_name>("tunnel_name", "name of the tunnel"), body<&V::site_id>("site_id", "its site"),
      body<&V::count>("count", "faults of the last 14 days"), body<&V::resource_id>("resource_id", "id of the tunnel"), body<&V::faults>("faults", "the newest five"));
};
template <>
struct http::Fields<monitoring::TopFaultsRequest> {
  using V = monitoring::TopFaultsRequest;
  static constexpr auto table = fields<V>("TopFaultsRequest", header<&V::version>("Accept-Version", "`seed`: times as `2026-02-03 08:00:00` in UTC").length(1, 20));
};
template <>
struct http::Fields<monitoring::CommentView> {
  using V = monitoring::CommentView;
  static constexpr auto table = fields<V>("FaultComment", body<&V::id>("id", "UUID"), body<&V::comment>("comment", "text"),
      body<&V::author>("author", "name of whoever wrote it, at that time"), body<&V::user_id>("user_id", "null: an API key"), body<&V::created_at>("created_at", "when"));
};
template <>
struct http::Fields<monitoring::FaultView> {
  using V = monitoring::FaultView;
  static constexpr auto table = fields<V>("Fault", body<&V::id>("id", "`flt_…`"), body<&V::uuid>("uuid", "its other id"),
      body<&V::type>("type", "kind of the resource"), body<&V::severity>("severity", "how bad it is"), body<&V::message>("message", "for people"),
      body<&V::cause>("cause", "`Unknown` while an outage lasts"), body<&V::status>("status", "`unresolved` or `resolved`"), body<&V::site_id>("site_id", "the site"),
      body<&V::site_name>("site_name", "name of the site"), body<&V::resource_id>("resource_id", "id of what is disturbed"),
      body<&V::resource_ancestry_path>("resource_ancestry_path", "ids from the outermost to the resource, separated by `|`"),
      body<&V::microservice_id>("microservice_id", "who reported it: `heartbeat-monitor`, `manual-api-entry`, or the reporter's own word"),
      body<&V::manual>("manual", "whether people may change and resolve it"), body<&V::created_at>("created_at", "when it began"),
      body<&V::resolved_at>("resolved_at", "when it ended"), body<&V::duration>("duration", "as text, until now while it lasts"),
      body<&V::ttl>("ttl", "when it may be deleted, in seconds since 1970; never while it lasts"), body<&V::comments>("comments", "oldest first; not in lists").omit_null());
};
template <>
struct http::Fields<monitoring::FaultFilterQuery> {
  using V = monitoring::FaultFilterQuery;
  static constexpr auto table = fields<V>("FaultFilter", query<&V::site>("site", "only of this site"),
      query<&V::status>("status", "`unresolved` hides what is over; `recent`: unresolved, or resolved in the last ten minutes"),
      query<&V::type>("type", "only of these types: `site`, `wantunnel`, …").items(20).length(1, 40),
      query<&V::severity>("severity", "only these; any case").items(10), query<&V::cause>("cause", "only with this cause; any case").length(1, 255),
      query<&V::resource_id>("resource_id", "only of this resource").length(1, 64), query<&V::q>("q", "only with this text in message or cause").length(1, 100),
      query<&V::from>("from", "began at this time or later"), query<&V::to>("to", "began before this time"));
};
template <>
struct http::Fields<monitoring::ListFaultsRequest> {
  using V = monitoring::ListFaultsRequest;
  static constexpr auto table = fields<V>("ListFaults", include<&V::filter>(), include<&V::paging>());
};
template <>
struct http::Fields<monitoring::ExportFaultsRequest> {
  using V = monitoring::ExportFaultsRequest;
  static constexpr auto table = fields<V>("ExportFaults", include<&V::filter>());
};
template <>
struct http::Fields<monitoring::FaultRequest> {
  using V = monitoring::FaultRequest;
  static constexpr auto table = fields<V>("FaultRequest", path<&V::fault>("fault", "`flt_…`, with or without prefix, or UUID"));
};
template <>
struct http::Fields<monitoring::CreateFaultRequest> {
  using V = monitoring::CreateFaultRequest;
  static constexpr auto table = fields<V>("CreateFault",
      body<&V::type>("type", "a short word, such as `power` or `carrier`").required().length(1, 40).pattern("[a-z0-9]+([-_][a-z0-9]+)*"),
      body<&V::message>("message", "for people").required().length(1, 500), body<&V::severity>("severity", "how bad it is").required(),
      body<&V::cause>("cause", "`Unknown` if absent").length(1, 255),
      body<&V::resource_id>("resource_id", "id of what is disturbed; the site's if absent").length(1, 64),
      body<&V::microservice_id>("microservice_id", "who reports it; `manual-api-entry` if absent").length(1, 64),
      body<&V::resource_ancestry_path>("resource_ancestry_path", "ids from the outermost to the resource, separated by `|`").length(1, 255),
      body<&V::site_id>("site_id", "the site; if absent, the one that `resource_id` or the beginning of `resource_ancestry_path` names"));
};
template <>
struct http::Fields<monitoring::UpdateFaultRequest> {
  using V = monitoring::UpdateFaultRequest;
  static constexpr auto table = fields<V>("UpdateFault", path<&V::fault>("fault", "`flt_…`, with or without prefix, or UUID"),
      body<&V::severity>("severity", "how bad it is"), body<&V::cause>("cause", "the cause").length(1, 255), body<&V::message>("message", "for people").length(1, 500));
};
template <>
struct http::Fields<monitoring::CommentFaultRequest> {
  using V = monitoring::CommentFaultRequest;
  static constexpr auto table = fields<V>("CommentFault", path<&V::fault>("fault", "`flt_…`, with or without prefix, or UUID"),
      body<&V::comment>("comment", "text").required().length(1, 2000));
};

}  // namespace openstrat
