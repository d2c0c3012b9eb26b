// The operations under /fault: lists by cursor, single faults.
#include <fmt/format.h>

#include "audit/audit_service.hpp"
#include "base/attributes.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"
#include "fleet/site_service.hpp"
#include "http/pagination.hpp"
#include "http/router.hpp"
#include "monitoring/manual_faults.hpp"
#include "monitoring/routes.hpp"
#include "monitoring/views.hpp"

namespace openstrat::monitoring {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Faults";

Result<FaultFilter> to_filter(const Services& s, const Call& call, const FaultFilterQuery& query) {
  if (auto valid = check_range(query.from, query.to); !valid) return fail(valid.error());
  const auto site = site_of(s.sites, call.tenant(), query.site);
  if (!site) return fail(site.error());
  return FaultFilter{.site = *site, .status = query.status, .types = query.type, .severities = severities_of(query.severity), .cause = query.cause,
                     .resource_id = query.resource_id, .search = query.q, .from = query.from, .until = query.to};
}

Result<http::CursorView<FaultView>> list(const Services& s, Call& call, const ListFaultsRequest& request) {
  const auto filter = to_filter(s, call, request.filter);
  if (!filter) return fail(filter.error());
  const std::string name = "faults " + call.tenant().customer_id.to_string() + " " + http::to_json(request.filter);
  std::optional<FaultPosition> after;
  if (request.paging.cursor) {
    const auto place = s.cursors.open(*request.paging.cursor, name);
    if (!place) return fail(place.error());
    after = FaultPosition{from_unix_us(text::parse_int(place->sort_key).value_or(0)), FaultId::parse(place->id).value_or(FaultId{})};
  }
  const auto list = s.reader.list(call.tenant(), *filter, after, request.paging.limit);
  if (!list) return fail(list.error());
  http::CursorView<FaultView> view;
  for (const auto& fault : list->faults) view.data.push_back(to_view(fault, s.settings, call.now));
  view.meta.count = static_cast<std::int64_t>(view.data.size());
  view.meta.has_more = list->next.has_value();
  if (list->next) view.meta.cursor = s.cursors.sign({std::to_string(to_unix_us(list->next->created_at)), list->next->id.to_string()}, name);
  return view;
}

constexpr std::string_view kCsvHead =
    "id,created_at,resolved_at,duration_s,status,severity,type,cause,message,site_id,site_name,resource_id,microservice_id\r\n";

void append_csv(std::string& out, const NamedFault& named, Timestamp now) {
  const Fault& f = named.fault;
  const auto lasted = std::chrono::floor<std::chrono::seconds>(f.resolved_at.value_or(now) - f.created_at);
  csv::append_line(out, {f.pid, to_iso8601(f.created_at), f.resolved_at ? to_iso8601(*f.resolved_at) : "", std::to_string(lasted.count()),
                         f.resolved_at ? "resolved" : "unresolved", to_string(f.severity), f.type, f.cause, f.message, f.site_id ? f.site_id->to_string() : "",
                         named.site_name.value_or(""), f.resource_id, f.reporter});
}

Result<http::Stream> export_faults(const Services& s, Call& call, const ExportFaultsRequest& request) {
  const auto filter = to_filter(s, call, request.filter);
  if (!filter) return fail(filter.error());
  call.audit_note = "exported faults";
  call.reply.headers.set("Content-Disposition", fmt::format("attachment; filename=\"faults-{}.csv\"", to_iso8601(call.now).substr(0, 10)));
  call.reply.headers.set("Cache-Control", "no-store");
  return http::Stream{"text/csv; charset=utf-8", [head = std::string(kCsvHead), now = call.now,
                                                  rows = std::make_unique<FaultExport>(s.reader, call.tenant(), *filter)]() mutable -> Result<std::string> {
                        const auto faults = rows->next();
                        if (!faults) return fail(faults.error());
                        std::string piece = std::exchange(head, {});
                        for (const auto& fault : *faults) append_csv(piece, fault, now);
                        return piece;
                      }};
}

Result<FaultView> view_of(const Services& s, const Call& call, const FaultRef& fault) {
  const auto found = s.reader.find(call.tenant(), fault);
  if (!found) return fail(found.error());
  return to_view(*found, s.settings, call.now);
}

Author author_of(const Call& call) { return {call.principal.user_id, call.principal.display_name}; }

/// What people set, for the audit log.
std::string details_of(const Fault& fault) {
  return Attributes{{"type", fault.type}, {"message", fault.message}, {"severity", to_string(fault.severity)}, {"cause", fault.cause}}.to_json();
}

void add_reading(http::Router& router, const Services& s) {
  router.add<ListFaultsRequest, http::CursorView<FaultView>>(Method::get, "/fault", {
      .family = kFamily, .summary = "Search faults",
      .description = "Newest first. A page may have fewer entries than asked for although `has_more` is true: a search looks at 50,000 faults a call and goes on from there.",
      .auth = kUsers, .scope = "fault:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, ListFaultsRequest request) { return list(s, call, request); }});

  router.add<FaultRequest, FaultView>(Method::get, "/fault/{fault}", {
      .family = kFamily, .summary = "Get a fault", .description = "With its comments.", .auth = kUsers, .scope = "fault:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, FaultRequest request) -> Result<FaultView> {
        return view_of(s, call, request.fault);
      }});

  router.add<ExportFaultsRequest, http::Stream>(Method::get, "/fault/export", {
      .family = kFamily, .summary = "Export faults as CSV",
      .description = "Up to 100,000 faults with the filters of the list, newest first, sent while they are read. Cells that a spreadsheet would run as formulas begin "
                     "with an apostrophe.",
      .auth = kUsers, .scope = "fault:view", .audit = true, .media_type = "text/csv", .errors = {Errc::not_found},
      .handle = [s](Call& call, ExportFaultsRequest request) { return export_faults(s, call, request); }});
}

void add_writing(http::Router& router, const Services& s) {
  router.add<CreateFaultRequest, FaultView>(Method::post, "/fault", {
      .family = kFamily, .summary = "Create a fault",
      .description = "Reports a disturbance that the platform cannot see. It stays open until somebody resolves it. While one of the same type, cause and resource is "
                     "open: 409.",
      .auth = kUsers, .scope = "fault:create", .status = 201, .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, CreateFaultRequest request) -> Result<FaultView> {
        const auto created = s.manual.create(
            call.tenant(), {.type = std::move(request.type), .message = std::move(request.message), .severity = request.severity.value, .cause = std::move(request.cause),
                            .resource_id = std::move(request.resource_id), .reporter = std::move(request.microservice_id),
                            .resource_path = std::move(request.resource_ancestry_path),
                            .site = request.site_id ? std::optional(request.site_id->text) : std::nullopt});
        if (!created) return fail(created.error());
        call.audit_note = audit::change_note({}, details_of(*created));
        return view_of(s, call, {created->pid});
      }});

  router.add<UpdateFaultRequest, FaultView>(Method::put, "/fault/{fault}", {
      .family = kFamily, .summary = "Update a manual fault", .description = "Absent fields stay as they are. Faults that follow from measurements: 409.",
      .auth = kUsers, .scope = "fault:update", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, UpdateFaultRequest request) -> Result<FaultView> {
        const auto changed = s.manual.update(call.tenant(), request.fault,
                                             {.severity = request.severity ? std::optional(request.severity->value) : std::nullopt,
                                              .cause = std::move(request.cause), .message = std::move(request.message)});
        if (!changed) return fail(changed.error());
        call.audit_note = audit::change_note(details_of(changed->before), details_of(changed->after));
        return view_of(s, call, request.fault);
      }});

  router.add<CommentFaultRequest, FaultView>(Method::post, "/fault/{fault}/comment", {
      .family = kFamily, .summary = "Comment on a fault", .description = "On any fault, also one that is over. The answer has all comments.",
      .aliases = {"/fault/{fault}/comments"}, .auth = kUsers, .scope = "fault:update", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, CommentFaultRequest request) -> Result<FaultView> {
        if (auto done = s.manual.comment(call.tenant(), request.fault, author_of(call), std::move(request.comment)); !done) return fail(done.error());
        return view_of(s, call, request.fault);
      }});

  router.add<FaultRequest, FaultView>(Method::post, "/fault/{fault}/resolve", {
      .family = kFamily, .summary = "Resolve a manual fault", .description = "Once more does no harm. Faults that follow from measurements end by themselves: 409.",
      .auth = kUsers, .scope = "fault:update", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, FaultRequest request) -> Result<FaultView> {
        if (const auto resolved = s.manual.resolve(call.tenant(), request.fault); !resolved) return fail(resolved.error());
        return view_of(s, call, request.fault);
      }});
}

}  // namespace

void add_fault_routes(http::Router& router, const Services& s) {
  add_reading(router, s);
  add_writing(router, s);
}

}  // namespace openstrat::monitoring
