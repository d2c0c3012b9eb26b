#include "monitoring/views.hpp"

#include "fleet/site_service.hpp"

namespace openstrat::monitoring {
namespace {

std::string duration_of(const Fault& fault, Timestamp now) {
  return human_duration(std::max(fault.resolved_at.value_or(now) - fault.created_at, Duration(0)), 2);
}

RowTime row_time(Timestamp time, RowForm form) { return {form == RowForm::seed ? format_in_zone(time, "UTC", "%Y-%m-%d %H:%M:%S") : to_iso8601(time)}; }

LoudSeverity loud(Severity severity) {
  switch (severity) {
    case Severity::low: return LoudSeverity::low;
    case Severity::medium: return LoudSeverity::medium;
    case Severity::high: return LoudSeverity::high;
    case Severity::critical: return LoudSeverity::critical;
  }
  std::unreachable();
}

}  // namespace

RowForm row_form(const std::optional<std::string>& version) { return version == "seed" ? RowForm::seed : RowForm::current; }

FaultRow to_row(const NamedFault& named, RowForm form, Timestamp now) {
  const Fault& fault = named.fault;
  FaultRow row{.id = fault.id, .message = fault.message, .resolved_at = {}, .created_at = row_time(fault.created_at, form), .duration = duration_of(fault, now),
               .severity = fault.severity, .type = fault.type, .cause = fault.cause, .site_id = fault.site_id, .site_name = named.site_name,
               .resource_identifier = fault.resource_id};
  if (fault.resolved_at) row.resolved_at = row_time(*fault.resolved_at, form);
  return row;
}

std::vector<FaultRow> to_rows(const std::vector<NamedFault>& faults, RowForm form, Timestamp now) {
  std::vector<FaultRow> rows;
  rows.reserve(faults.size());
  for (const auto& fault : faults) rows.push_back(to_row(fault, form, now));
  return rows;
}

FaultView to_view(const NamedFault& named, const Settings& settings, Timestamp now) {
  const Fault& fault = named.fault;
  return {.id = fault.pid, .uuid = fault.id, .type = fault.type, .severity = loud(fault.severity), .message = fault.message, .cause = fault.cause,
          .status = fault.resolved_at ? FaultStatus::resolved : FaultStatus::unresolved, .site_id = fault.site_id, .site_name = named.site_name,
          .resource_id = fault.resource_id, .resource_ancestry_path = fault.resource_path, .microservice_id = fault.reporter, .manual = fault.is_manual(),
          .created_at = fault.created_at, .resolved_at = fault.resolved_at, .duration = duration_of(fault, now),
          .ttl = to_unix_seconds(fault.created_at + settings.keep_faults), .comments = {}};
}

FaultView to_view(const FaultReader::Detail& detail, const Settings& settings, Timestamp now) {
  FaultView view = to_view(detail.fault, settings, now);
  auto& comments = view.comments.emplace();
  for (const FaultComment& one : detail.comments)
    comments.push_back({.id = one.id, .comment = one.comment, .author = one.author, .user_id = one.user_id, .created_at = one.created_at});
  return view;
}

Result<std::optional<SiteId>> site_of(fleet::SiteService& sites, const Tenant& tenant, const std::optional<fleet::SiteRef>& site) {
  if (!site) return std::optional<SiteId>{};
  const auto found = sites.find(tenant, site->text);
  if (!found) return fail(found.error());
  return std::optional(found->id);
}

Status check_range(std::optional<Timestamp> from, std::optional<Timestamp> until) {
  if (from && until && *from >= *until) return invalid_field("to", "must be later than from");
  return {};
}

std::vector<Severity> severities_of(const std::vector<SeverityWord>& words) {
  std::vector<Severity> severities;
  for (const auto& word : words) severities.push_back(word.value);
  return severities;
}

}  // namespace openstrat::monitoring
