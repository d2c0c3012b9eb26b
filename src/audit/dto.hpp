// The audit log on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/types.hpp"
#include "base/text.hpp"
#include "http/dto.hpp"

namespace openstrat::audit {

/// A day or a moment. A day is one of UTC.
struct DateOrTime {
  static constexpr std::string_view kFormat = "date-time";
  static constexpr std::string_view kExpected = "a date (2026-02-03) or a time (2026-02-03T08:00:00Z)";
  Timestamp begin{};
  Timestamp end{};  ///< exclusive: of the day, or just behind the moment
  static std::optional<DateOrTime> parse(std::string_view text);
  std::string to_string() const { return to_iso8601(begin); }
};

struct FilterQuery {
  std::optional<DateOrTime> start_date, end_date;
  std::optional<std::string> http_verb, status_code_type;
  std::optional<int> status_code;
  std::optional<UserId> user_id;
  std::optional<std::string> endpoint, ip_address, session_id;
  std::optional<ActorKind> actor_kind;
  std::optional<std::string> search_term;
  Order sort = Order::newest_first;
};

struct ListRequest {
  FilterQuery filter;
  int limit = 25;
  std::optional<std::string> cursor;
};

struct ExportRequest {
  FilterQuery filter;
  std::string format = "csv";
};

struct EntryRequest { std::string log; };

struct EntryView {
  std::string log_id;
  std::int64_t seq = 0;
  std::optional<Uuid> organization_id, workspace_id;
  std::optional<CustomerId> team_id;
  ActorKind actor_kind = ActorKind::system;
  std::optional<UserId> user_id;
  std::optional<std::string> name, email, session_id;
  std::int64_t event_time = 0;
  Timestamp occurred_at{};
  std::string method, endpoint;
  int status_code = 0;
  std::string status_code_type;
  std::optional<std::string> ip_address, user_agent, frontend_page;
  std::optional<http::Json> request_payload, response_payload, changes;
  std::optional<std::string> note;
  std::string request_id, prev_hash, hash;
  std::int64_t ttl = 0;
};

struct PaginationView {
  std::int64_t count = 0, limit = 0;
  std::optional<std::string> cursor;
  bool has_more = false;
};

struct QueryInfoView {
  std::int64_t scanned_count = 0;
  double query_time_seconds = 0;
};

struct ContextView {
  std::optional<UserId> requesting_user_id;
  std::optional<Uuid> requesting_workspace_id, organization_id;
  Timestamp timestamp{};
};

struct ListView {
  std::vector<EntryView> data;
  PaginationView pagination;
  http::Json filters;
  QueryInfoView query_info;
  std::vector<std::string> warnings;
  ContextView context;
};

struct FaultView {
  std::int64_t seq = 0;
  std::string problem;
};

struct VerifyView {
  std::string state;
  double progress = 0;
  std::optional<bool> whole;
  std::optional<FaultView> first_fault;
  std::int64_t newest_seq = 0;
  std::string newest_hash;
  std::optional<Timestamp> checked_at;
};

}  // namespace openstrat::audit

namespace openstrat {

template <>
struct http::EnumNames<audit::ActorKind> {
  using E = audit::ActorKind;
  static constexpr EnumName table[] = {{"user", E::user}, {"api_key", E::api_key}, {"ai", E::ai},
                                       {"workflow", E::workflow}, {"system", E::system}, {"device", E::device}};
};
template <>
struct http::EnumNames<audit::Order> {
  static constexpr EnumName table[] = {{"desc", audit::Order::newest_first}, {"asc", audit::Order::oldest_first}};
};

template <>
struct http::Fields<audit::FilterQuery> {
  using V = audit::FilterQuery;
  static constexpr auto table = fields<V>("AuditFilters",
      query<&V::start_date>("start_date", "from this day or moment on (UTC)").omit_null().example("2026-02-03"),
      query<&V::end_date>("end_date", "up to the end of this day, or this moment").omit_null(),
      query<&V::http_verb>("http_verb", "`PUT`; `!GET` is everything but GET; `EVENT` is what was no request").pattern("!?[A-Z]{3,10}").omit_null(),
      query<&V::status_code_type>("status_code_type", "class of the status").one_of("2xx|3xx|4xx|5xx").omit_null(),
      query<&V::status_code>("status_code", "exactly this status").range(100, 599).omit_null(),
      query<&V::user_id>("user_id", "what this user did").omit_null(),
      query<&V::endpoint>("endpoint", "path or event that begins like this").length(1, 500).omit_null().example("/sites"),
      query<&V::ip_address>("ip_address", "exactly this address").length(2, 45).omit_null(),
      query<&V::session_id>("session_id", "what happened in this session").length(1, 100).omit_null(),
      query<&V::actor_kind>("actor_kind", "who acted").omit_null(),
      query<&V::search_term>("search_term", "a word in endpoint, name, e-mail, payload or note; not indexed: the answer may be incomplete and says so")
          .length(2, 200).omit_null(),
      query<&V::sort>("sort", "`desc`: newest first"));
};
template <>
struct http::Fields<audit::ListRequest> {
  using V = audit::ListRequest;
  static constexpr auto table = fields<V>("AuditLogsRequest", include<&V::filter>(), query<&V::limit>("limit", "entries a page").range(1, 100),
      query<&V::cursor>("cursor", "`pagination.cursor` of the page before").length(1, 2048));
};
template <>
struct http::Fields<audit::ExportRequest> {
  using V = audit::ExportRequest;
  static constexpr auto table = fields<V>("AuditExportRequest", include<&V::filter>(),
      query<&V::format>("format", "`csv`, or `ndjson`: a JSON object a line").one_of("csv|ndjson"));
};
template <>
struct http::Fields<audit::EntryRequest> {
  using V = audit::EntryRequest;
  static constexpr auto table = fields<V>("AuditEntryRequest", path<&V::log>("log", "`log_…`"));
};
template <>
struct http::Fields<audit::EntryView> {
  using V = audit::EntryView;
  static constexpr auto table = fields<V>("AuditEntry", body<&V::log_id>("log_id", "`log_…`"), body<&V::seq>("seq", "place in the chain of the installation"),
      body<&V::organization_id>("organization_id", "of the team"), body<&V::workspace_id>("workspace_id", "of the team"),
      body<&V::team_id>("team_id", "whose entry it is"), body<&V::actor_kind>("actor_kind", "who acted"),
      body<&V::user_id>("user_id", "null for keys and the system"), body<&V::name>("name", "as it was then"), body<&V::email>("email", "as it was then"),
      body<&V::session_id>("session_id", "of the token"), body<&V::event_time>("event_time", "milliseconds since 1970"),
      body<&V::occurred_at>("occurred_at", "the same as text"), body<&V::method>("method", "`EVENT` for what was no request"),
      body<&V::endpoint>("endpoint", "path as called, or name of the event"), body<&V::status_code>("status_code", "of the answer"),
      body<&V::status_code_type>("status_code_type", "`2xx` …"), body<&V::ip_address>("ip_address", "of the client"),
      body<&V::user_agent>("user_agent", "of the client"), body<&V::frontend_page>("frontend_page", "page of the web application (X-Current-Url)"),
      body<&V::request_payload>("request_payload", "request body, secrets masked"), body<&V::response_payload>("response_payload", "answer, of failures only"),
      body<&V::changes>("changes", "`before` and `after` of what differs"), body<&V::note>("note", "in words"),
      body<&V::request_id>("request_id", "X-Request-Id"), body<&V::prev_hash>("prev_hash", "hash of the entry before in the chain"),
      body<&V::hash>("hash", "SHA-256 over prev_hash and this entry"), body<&V::ttl>("ttl", "seconds since 1970 after which it is removed"));
};
template <>
struct http::Fields<audit::PaginationView> {
  using V = audit::PaginationView;
  static constexpr auto table = fields<V>("AuditPagination", body<&V::count>("count", "entries here"), body<&V::limit>("limit", "entries a page"),
      body<&V::cursor>("cursor", "of the next page"), body<&V::has_more>("has_more", "whether there may be more"));
};
template <>
struct http::Fields<audit::QueryInfoView> {
  using V = audit::QueryInfoView;
  static constexpr auto table = fields<V>("AuditQueryInfo", body<&V::scanned_count>("scanned_count", "entries that were looked at"),
      body<&V::query_time_seconds>("query_time_seconds", "how long that took"));
};
template <>
struct http::Fields<audit::ContextView> {
  using V = audit::ContextView;
  static constexpr auto table = fields<V>("AuditContext", body<&V::requesting_user_id>("requesting_user_id", "who asked; null for keys"),
      body<&V::requesting_workspace_id>("requesting_workspace_id", "for which workspace"), body<&V::organization_id>("organization_id", "of the team"),
      body<&V::timestamp>("timestamp", "when"));
};
template <>
struct http::Fields<audit::ListView> {
  using V = audit::ListView;
  static constexpr auto table = fields<V>("AuditLogs", body<&V::data>("data", "entries"), body<&V::pagination>("pagination", "where it goes on"),
      body<&V::filters>("filters", "the filters that were applied"), body<&V::query_info>("query_info", "what it cost"),
      body<&V::warnings>("warnings", "why the answer may be incomplete"), body<&V::context>("context", "of the request"));
};
template <>
struct http::Fields<audit::FaultView> {
  using V = audit::FaultView;
  static constexpr auto table = fields<V>("AuditFault", body<&V::seq>("seq", "first entry that is missing or changed"), body<&V::problem>("problem", "in words"));
};
template <>
struct http::Fields<audit::VerifyView> {
  using V = audit::VerifyView;
  static constexpr auto table = fields<V>("AuditVerification", body<&V::state>("state", "running or done").example("done"),
      body<&V::progress>("progress", "0 to 1"), body<&V::whole>("whole", "null while it runs"), body<&V::first_fault>("first_fault", "null: none"),
      body<&V::newest_seq>("newest_seq", "newest entry that was checked; compare it and its hash with an anchor you kept"),
      body<&V::newest_hash>("newest_hash", "hash of that entry"), body<&V::checked_at>("checked_at", "when the check ended"));
};

}  // namespace openstrat
