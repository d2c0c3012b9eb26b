// Shared links, and what internal services ask.
#include "fleet/site_service.hpp"
#include "http/router.hpp"
#include "monitoring/routes.hpp"
#include "monitoring/share_dto.hpp"
#include "monitoring/share_service.hpp"
#include "monitoring/views.hpp"

namespace openstrat::monitoring {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr std::string_view kFamily = "Faults";
constexpr int kFreeMinutes = 1440;

Result<CreatedShareView> create(const Services& s, Call& call, const CreateShareRequest& request) {
  if (request.expire_after_minutes > kFreeMinutes && !call.principal.may("fault:create"))
    return fail(Error(Errc::forbidden, "scope_missing", "A link that lives longer than a day needs the scope fault:create.").with_required_scope("fault:create"));
  const auto created = s.shares.create(call.tenant(), call.principal.display_name, std::chrono::minutes(request.expire_after_minutes));
  if (!created) return fail(created.error());
  call.reply.headers.set("Cache-Control", "no-store");
  call.audit_note = "shared the faults until " + to_iso8601(created->share.expires_at);
  return CreatedShareView{.id = created->share.id, .token = created->token, .expires_in_minutes = request.expire_after_minutes,
                          .expires_at = created->share.expires_at, .short_link = created->short_url};
}

Result<std::vector<ActiveFaultView>> active(const Services& s, std::string_view type) {
  const auto faults = s.reader.unresolved(type);
  if (!faults) return fail(faults.error());
  std::vector<ActiveFaultView> views;
  views.reserve(faults->size());
  for (const Fault& f : *faults)
    views.push_back({.id = f.id, .customer_id = f.customer_id, .site_id = f.site_id, .type = f.type, .cause = f.cause, .severity = f.severity,
                     .resource_identifier = f.resource_id, .created_at = f.created_at});
  return views;
}

void add_shares(http::Router& router, const Services& s) {
  router.add<CreateShareRequest, CreatedShareView>(Method::post, "/faults/token", {
      .family = kFamily, .summary = "Generate a new short-lived fault token",
      .description = "A link for people without an account: whoever has it sees the faults of the team that last, or ended in the last ten minutes. "
                     "At most 100 links of a team open at a time.",
      .aliases = {"/fault/token"}, .auth = Auth::bearer, .scope = "fault:create|fault:view", .errors = {Errc::conflict},
      .handle = [s](Call& call, CreateShareRequest request) { return create(s, call, request); }});

  router.add<SharedFaultsRequest, std::vector<FaultRow>>(Method::get, "/faults/token/{token}", {
      .family = kFamily, .summary = "Retrieve faults using short-lived token",
      .description = "Faults that last, or ended in the last ten minutes, newest first, at most 500. 401 `token_expired` when the link has ended, 404 when it was taken back.",
      .aliases = {"/fault/token/{token}"}, .auth = Auth::public_, .scope = "-", .errors = {Errc::unauthenticated, Errc::not_found},
      .handle = [s](Call& call, SharedFaultsRequest request) -> Result<std::vector<FaultRow>> {
        call.reply.headers.set("Cache-Control", "no-store");
        const auto faults = s.shares.open(request.token);
        if (!faults) return fail(faults.error());
        return to_rows(*faults, row_form(request.version), call.now);
      }});

  router.add<http::NoFields, std::vector<ShareView>>(Method::get, "/faults/tokens", {
      .family = kFamily, .summary = "List fault tokens", .description = "The links of the team, newest first; the tokens themselves are not kept.",
      .auth = Auth::bearer | Auth::api_key, .scope = "fault:view",
      .handle = [s](Call& call, http::NoFields) -> Result<std::vector<ShareView>> {
        const auto shares = s.shares.list(call.tenant());
        if (!shares) return fail(shares.error());
        std::vector<ShareView> views;
        for (const Share& one : *shares)
          views.push_back({.id = one.id, .created_by = one.created_by, .created_at = one.created_at, .expires_at = one.expires_at,
                           .revoked_at = one.revoked_at, .last_used_at = one.last_used_at});
        return views;
      }});

  router.add<ShareRequest, http::NoContent>(Method::delete_, "/faults/tokens/{id}", {
      .family = kFamily, .summary = "Revoke a fault token", .description = "It opens nothing from now on. Once more does no harm.",
      .auth = Auth::bearer | Auth::api_key, .scope = "fault:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, ShareRequest request) -> Result<http::NoContent> {
        if (auto revoked = s.shares.revoke(call.tenant(), request.id); !revoked) return fail(revoked.error());
        return http::NoContent{};
      }});
}

void add_internal(http::Router& router, const Services& s) {
  router.add<ActiveFaultsRequest, std::vector<ActiveFaultView>>(Method::post, "/faults/internal/active", {
      .family = kFamily, .summary = "Retrieve currently active (unresolved) faults via internal token", .description = "Of all teams, oldest first, at most 100,000.",
      .auth = Auth::internal, .audit = false,
      .handle = [s](Call&, ActiveFaultsRequest request) { return active(s, request.type); }});
  router.add<ActiveFaultsQuery, std::vector<ActiveFaultView>>(Method::get, "/faults/internal/active", {
      .family = kFamily, .summary = "Retrieve currently active faults", .description = "The same with `type` in the query.", .auth = Auth::internal,
      .handle = [s](Call&, ActiveFaultsQuery request) { return active(s, request.type); }});

  router.add<TimelineRequest, std::vector<TimelineEntryView>>(Method::post, "/faults/internal/timeline", {
      .family = kFamily, .summary = "Retrieve internal fault timeline for a site", .description = "Faults that overlap the time, not cut off, oldest first.",
      .auth = Auth::internal, .audit = false, .errors = {Errc::not_found},
      .handle = [s](Call&, TimelineRequest request) -> Result<std::vector<TimelineEntryView>> {
        if (request.start >= request.end) return invalid_field("end", "must be later than start");
        const auto site = s.sites.find_internal(request.site_id);
        if (!site) return fail(site.error());
        const auto faults = s.reader.overlapping(site->tenant(), site->id, request.type, request.start, request.end);
        if (!faults) return fail(faults.error());
        std::vector<TimelineEntryView> views;
        for (const Fault& f : *faults) views.push_back({.id = f.id, .type = f.type, .cause = f.cause, .start = f.created_at, .end = f.resolved_at});
        return views;
      }});
}

}  // namespace

void add_share_routes(http::Router& router, const Services& s) {
  add_shares(router, s);
  add_internal(router, s);
}

}  // namespace openstrat::monitoring
