#include "audit/routes.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "audit/dto.hpp"
#include "audit/log_service.hpp"
#include "audit/verifier.hpp"
#include "base/csv.hpp"
#include "http/pagination.hpp"
#include "http/router.hpp"

namespace openstrat::audit {
namespace {

namespace json = boost::json;
using http::Call;
using http::Method;

constexpr auto kUsers = http::Auth::bearer | http::Auth::api_key;
constexpr std::chrono::milliseconds kVerifyPatience{3000};

Filter to_filter(const FilterQuery& query) {
  Filter filter{.method = query.http_verb, .status_class = query.status_code_type, .status_code = query.status_code, .user_id = query.user_id,
                .endpoint_prefix = query.endpoint, .ip_address = query.ip_address, .session_id = query.session_id,
                .actor_kind = query.actor_kind, .search_term = query.search_term, .order = query.sort};
  if (query.start_date) filter.from = query.start_date->begin;
  if (query.end_date) filter.until = query.end_date->end;
  return filter;
}

/// Payloads are JSON; what an area wrote otherwise, or what was cut off, becomes a text.
std::optional<http::Json> as_json(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  boost::system::error_code error;
  const auto parsed = json::parse(*text, error);
  return http::Json{error ? json::serialize(json::value(*text)) : *text};
}

/// Whether the note is one of change_note().
std::optional<http::Json> changes_of(const AuditEntry& entry) {
  if (!entry.note || !entry.note->starts_with(R"({"before":)")) return std::nullopt;
  boost::system::error_code error;
  const auto parsed = json::parse(*entry.note, error);
  return error ? std::nullopt : std::optional(http::Json{*entry.note});
}

EntryView to_view(const StoredEntry& stored) {
  const AuditEntry& e = stored.entry;
  EntryView view{.log_id = stored.log_id, .seq = stored.seq, .team_id = e.team_id, .actor_kind = e.actor_kind, .user_id = e.user_id, .name = e.name,
                 .email = e.email, .session_id = e.session_id, .event_time = to_unix_us(e.event_time) / 1000, .occurred_at = e.event_time,
                 .method = e.method, .endpoint = e.endpoint, .status_code = e.status_code, .status_code_type = fmt::format("{}xx", e.status_code / 100),
                 .ip_address = e.ip_address, .user_agent = e.user_agent, .frontend_page = e.frontend_page,
                 .request_payload = as_json(e.request_payload), .response_payload = as_json(e.response_payload), .changes = changes_of(e),
                 .request_id = e.request_id, .prev_hash = stored.prev_hash, .hash = stored.hash, .ttl = stored.ttl};
  if (!view.changes) view.note = e.note;
  return view;
}

/// Entries belong to the team as a whole: whoever may see some of its sites only would see what happened on the others.
Status may_read(const Call& call) {
  if (!call.tenant().sites) return {};
  return fail(Errc::forbidden, "insufficient_role", "Your role is limited to some sites; the audit log shows what happened on all of them.");
}

/// Everything that must be the same on the next page.
std::string list_name(const Call& call, const FilterQuery& filters) {
  return fmt::format("audit {} {}", call.tenant().customer_id.to_string(), http::to_json(filters));
}

http::CursorPosition to_cursor(const Position& position) { return {std::to_string(to_unix_us(position.time)), std::to_string(position.seq)}; }

std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

Result<ListView> list(const RouteServices& services, Call& call, const ListRequest& request) {
  if (auto may = may_read(call); !may) return fail(may.error());
  const auto begun = services.clock.monotonic();
  const auto name = list_name(call, request.filter);
  std::optional<Position> after;
  if (request.cursor) {
    const auto place = services.cursors.open(*request.cursor, name);
    if (!place) return fail(place.error());
    after = Position{from_unix_us(number(place->sort_key)), number(place->id)};
  }
  const auto page = services.log.list(call.tenant(), to_filter(request.filter), after, request.limit);
  if (!page) return fail(page.error());
  ListView view{.filters = http::Json{http::to_json(request.filter)}, .context = {.requesting_user_id = call.principal.user_id, .timestamp = call.now}};
  for (const auto& entry : page->entries) view.data.push_back(to_view(entry));
  view.pagination = {.count = static_cast<std::int64_t>(view.data.size()), .limit = request.limit, .has_more = page->next.has_value()};
  if (page->next) view.pagination.cursor = services.cursors.sign(to_cursor(*page->next), name);
  view.query_info = {page->scanned, std::chrono::duration<double>(services.clock.monotonic() - begun).count()};
  if (request.filter.search_term)
    view.warnings.emplace_back("search_term is not indexed: the answer may be incomplete. Narrow it down by dates, user or endpoint.");
  if (page->stopped_early)
    view.warnings.push_back(fmt::format("The search stopped after {} entries before the page was full; the cursor goes on from there.", page->scanned));
  return view;
}

void append_csv(std::string& out, const StoredEntry& stored) {
  const AuditEntry& e = stored.entry;
  csv::append_line(out, {stored.log_id, to_iso8601(e.event_time), to_string(e.actor_kind), e.user_id ? e.user_id->to_string() : "", e.name.value_or(""),
                        e.email.value_or(""), e.session_id.value_or(""), e.method, e.endpoint, std::to_string(e.status_code), e.ip_address.value_or(""),
                        e.user_agent.value_or(""), e.frontend_page.value_or(""), e.request_payload.value_or(""), e.response_payload.value_or(""),
                        e.note.value_or(""), e.request_id, std::to_string(stored.seq), stored.hash});
}

constexpr std::string_view kCsvHead =
    "log_id,occurred_at,actor_kind,user_id,name,email,session_id,method,endpoint,status_code,ip_address,user_agent,frontend_page,"
    "request_payload,response_payload,note,request_id,seq,hash\r\n";

Result<http::Stream> export_log(const RouteServices& services, Call& call, const ExportRequest& request) {
  if (auto may = may_read(call); !may) return fail(may.error());
  const bool csv = request.format == "csv";
  call.audit_note = "exported the audit log as " + request.format;
  const auto day = to_iso8601(call.now).substr(0, 10);
  call.reply.headers.set("Content-Disposition", fmt::format("attachment; filename=\"audit-log-{}.{}\"", day, request.format));
  call.reply.headers.set("Cache-Control", "no-store");
  auto reader = std::make_unique<LogReader>(services.log, call.tenant(), to_filter(request.filter));
  return http::Stream{csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
                      [csv, head = csv ? std::string(kCsvHead) : std::string(), reader = std::move(reader)]() mutable -> Result<std::string> {
                        const auto entries = reader->next();
                        if (!entries) return fail(entries.error());
                        std::string piece = std::exchange(head, {});
                        for (const auto& entry : *entries) {
                          if (csv) append_csv(piece, entry);
                          else piece += http::to_json(to_view(entry)) + '\n';
                        }
                        return piece;
                      }};
}

Result<VerifyView> verify(const RouteServices& services, Call& call) {
  const auto state = services.verifier.check(kVerifyPatience);
  if (!state) return fail(state.error());
  VerifyView view{.state = state->is_running ? "running" : "done", .progress = state->progress, .newest_seq = state->seq, .newest_hash = state->hash};
  if (state->bad_seq) view.first_fault = FaultView{*state->bad_seq, state->problem};
  if (state->is_running) {
    call.reply.status = 202;
    return view;
  }
  view.whole = !state->bad_seq;
  view.checked_at = state->finished_at;
  return view;
}

}  // namespace

std::optional<DateOrTime> DateOrTime::parse(std::string_view text) {
  if (text.size() == 10) {
    const auto begin = parse_iso8601(std::string(text) + "T00:00:00Z");
    return begin ? std::optional(DateOrTime{*begin, *begin + std::chrono::days(1)}) : std::nullopt;
  }
  const auto moment = parse_iso8601(text);
  return moment ? std::optional(DateOrTime{*moment, *moment + Duration(1)}) : std::nullopt;
}

void add_routes(http::Router& router, RouteServices services) {
  router.add<ListRequest, ListView>(Method::get, "/audit-logs", {
      .family = "Audit", .summary = "Search the audit log",
      .description = "Who did what, when, from where, with which result: every call but GET, and security events, of the active team. Newest first.",
      .auth = kUsers, .scope = "audit:view", .errors = {Errc::invalid},
      .handle = [services](Call& call, ListRequest request) { return list(services, call, request); }});
  router.add<ExportRequest, http::Stream>(Method::get, "/audit-logs/export", {
      .family = "Audit", .summary = "Export the audit log",
      .description = "Up to 100,000 entries with the filters of the list, sent while they are read. Cells that a spreadsheet would run as formulas "
                     "begin with an apostrophe.",
      .auth = kUsers, .scope = "audit:view", .audit = true, .media_type = "text/csv",
      .handle = [services](Call& call, ExportRequest request) { return export_log(services, call, request); }});
  router.add<http::NoFields, VerifyView>(Method::get, "/audit-logs/verify", {
      .family = "Audit", .summary = "Check the chain of the audit log",
      .description = "Computes every hash again. 202 with the progress while a long log is checked: ask again. A result serves for a minute.",
      .auth = kUsers, .scope = "audit:view", .errors = {Errc::unavailable},
      .handle = [services](Call& call, http::NoFields) { return verify(services, call); }});
  router.add<EntryRequest, EntryView>(Method::get, "/audit-logs/{log}", {
      .family = "Audit", .summary = "Show an entry of the audit log", .auth = kUsers, .scope = "audit:view", .errors = {Errc::not_found},
      .handle = [services](Call& call, EntryRequest request) -> Result<EntryView> {
        if (auto may = may_read(call); !may) return fail(may.error());
        const auto entry = services.log.find(call.tenant(), request.log);
        if (!entry) return fail(entry.error());
        return to_view(*entry);
      }});
}

}  // namespace openstrat::audit
