#include "monitoring/manual_faults.hpp"

#include "base/text.hpp"
#include "db/database.hpp"
#include "fleet/site_service.hpp"
#include "monitoring/comment_store.hpp"
#include "monitoring/fault_events.hpp"
#include "monitoring/fault_query_store.hpp"
#include "monitoring/fault_store.hpp"

namespace openstrat::monitoring {
namespace {

constexpr const char* kUnknown = "Unknown";
constexpr const char* kReporter = "manual-api-entry";

/// Causes that differ only in case and punctuation are one class.
std::string kind_of(std::string_view cause) { return "manual/" + text::slug(cause); }

Result<Fault> find_manual(db::Session& session, const Tenant& tenant, const FaultRef& ref) {
  auto fault = fault_query_store::find(session, tenant, ref);
  if (!fault) return fault;
  if (!fault->is_manual())
    return fail(Errc::conflict, "fault_is_derived", "This fault follows from measurements: it ends by itself and cannot be changed. You can comment on it.");
  return fault;
}

std::unexpected<Error> open_already() {
  return fail(Errc::conflict, "already_exists", "A fault of this type and cause is open for this resource already.");
}

}  // namespace

Result<std::optional<SiteId>> ManualFaults::site_of(const Tenant& tenant, const NewFault& fault) {
  if (fault.site) {
    const auto site = deps_.sites.find(tenant, *fault.site);
    if (!site) return fail(site.error());
    return std::optional(site->id);
  }
  for (const auto& hint : {fault.resource_id, fault.resource_path}) {
    const auto ref = hint ? fleet::SiteRef::parse(hint->substr(0, hint->find('|'))) : std::nullopt;
    if (!ref) continue;
    const auto site = deps_.sites.find(tenant, ref->text);
    if (site) return std::optional(site->id);
    if (site.error().code() != Errc::not_found) return fail(site.error());
  }
  return std::optional<SiteId>{};
}

Result<Fault> ManualFaults::create(const Tenant& tenant, NewFault request) {
  const auto site = site_of(tenant, request);
  if (!site) return fail(site.error());
  if (!*site && tenant.sites) return invalid_field("site_id", "is required, because you may see some of the sites only");
  const Timestamp now = deps_.clock.now();
  Fault fault{.customer_id = tenant.customer_id, .id = FaultId(uuid_v7(now, deps_.rng)), .pid = "flt_" + ksuid(now, deps_.rng), .type = std::move(request.type),
              .site_id = *site, .message = std::move(request.message), .severity = request.severity, .cause = request.cause.value_or(kUnknown), .created_at = now,
              .reporter = request.reporter.value_or(kReporter), .resource_path = std::move(request.resource_path)};
  fault.kind = kind_of(fault.cause);
  // What is about no certain thing is about the team.
  fault.resource_id = request.resource_id ? *std::move(request.resource_id) : *site ? (*site)->to_string() : tenant.customer_id.to_string();
  return deps_.database.write([&](db::Session& session) -> Result<Fault> {
    const auto opened = fault_store::open(session, fault, now);
    if (!opened) return fail(opened.error());
    if (!*opened) return open_already();
    if (auto announced = announce(deps_.bus, session, fault, FaultNews::created, now); !announced) return fail(announced.error());
    return fault;
  });
}

Result<ManualFaults::Changed> ManualFaults::update(const Tenant& tenant, const FaultRef& ref, const FaultChange& change) {
  const Timestamp now = deps_.clock.now();
  auto changed = deps_.database.write([&](db::Session& session) -> Result<Changed> {
    auto before = find_manual(session, tenant, ref);
    if (!before) return fail(before.error());
    Fault after = *before;
    if (change.severity) after.severity = *change.severity;
    if (change.message) after.message = *change.message;
    if (change.cause) after.cause = *change.cause, after.kind = kind_of(after.cause);
    if (auto stored = fault_store::update(session, after, now); !stored) return fail(stored.error());
    if (auto announced = announce(deps_.bus, session, after, FaultNews::changed, now); !announced) return fail(announced.error());
    return Changed{*std::move(before), std::move(after)};
  });
  if (!changed && change.cause && changed.error().reason() == "already_exists") return open_already();
  return changed;
}

Result<Fault> ManualFaults::resolve(const Tenant& tenant, const FaultRef& ref) {
  const Timestamp now = deps_.clock.now();
  return deps_.database.write([&](db::Session& session) -> Result<Fault> {
    auto fault = find_manual(session, tenant, ref);
    if (!fault || fault->resolved_at) return fault;
    const auto resolved = fault_store::resolve(session, tenant, fault->id, now, fault->cause, now);
    if (!resolved) return fail(resolved.error());
    if (!*resolved) return find_manual(session, tenant, ref);  // somebody else was faster
    fault->resolved_at = now;
    if (auto announced = announce(deps_.bus, session, *fault, FaultNews::resolved, now); !announced) return fail(announced.error());
    return fault;
  });
}

Status ManualFaults::comment(const Tenant& tenant, const FaultRef& ref, const Author& author, std::string text) {
  const Timestamp now = deps_.clock.now();
  const FaultComment comment{.id = uuid_v7(now, deps_.rng), .user_id = author.user_id, .author = author.name, .comment = std::move(text), .created_at = now};
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto fault = fault_query_store::find(session, tenant, ref);
    if (!fault) return fail(fault.error());
    const auto count = comment_store::count(session, tenant, fault->id);
    if (!count) return fail(count.error());
    if (*count >= kMostComments) return fail(Errc::conflict, "limit_reached", "This fault has 500 comments, which is the limit.");
    if (auto stored = comment_store::insert(session, *fault, comment); !stored) return stored;
    return announce(deps_.bus, session, *fault, FaultNews::commented, now);
  });
}

}  // namespace openstrat::monitoring
