#include "scripts/routes.hpp"

#include "http/router.hpp"
#include "scripts/check_service.hpp"
#include "scripts/dto.hpp"
#include "scripts/known_versions.hpp"

namespace openstrat::scripts {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Scripts";
/// Whoever may write scripts, for jobs or to keep.
constexpr std::string_view kWriters = "job:create|script:view|script:create";
constexpr std::string_view kSites = "site:view";
/// 512 KiB of script; as JSON every byte may take six.
constexpr std::size_t kBodyLimit = 4 * 1024 * 1024;

/// The caller's team with the sites that he may see, which the scope of these operations says nothing about.
Result<Tenant> viewer(const Call& call) {
  if (!call.principal.may(kSites))
    return fail(Error(Errc::forbidden, "scope_missing", "sites can be named with the scope site:view only").with_required_scope(std::string(kSites)));
  Tenant tenant{.customer_id = call.tenant().customer_id};
  if (call.principal.site_limits)
    if (const auto limit = call.principal.site_limits->find(kSites); limit != call.principal.site_limits->end()) tenant.sites = limit->second;
  return tenant;
}

FindingView to_view(const Finding& finding) {
  return {.kind = finding.kind, .message = finding.message, .hint = finding.hint, .line = finding.line, .column = finding.column, .from = finding.from, .to = finding.to};
}

template <class View>
void set_verdict(View& view, const Verdict& verdict) {
  view.accepted = verdict.accepted();
  for (const Finding& error : verdict.errors) view.errors.push_back(to_view(error));
  for (const Finding& warning : verdict.warnings) view.warnings.push_back(to_view(warning));
  if (!view.errors.empty()) view.error = view.errors.front();
}

std::vector<CheckedSiteView> to_view(const std::vector<Checked::Site>& sites) {
  std::vector<CheckedSiteView> out;
  for (const auto& site : sites) out.push_back({site.id, site.name});
  return out;
}

CheckView to_view(const Checked& checked) {
  CheckView view{.routeros = checked.routeros};
  set_verdict(view, checked.verdict);
  for (const Checked::ForVersion& one : checked.by_version) {
    VersionVerdictView& of_version = view.by_version.emplace_back();
    of_version.routeros = one.routeros;
    set_verdict(of_version, one.verdict);
    of_version.sites = to_view(one.sites);
  }
  view.unknown_version = to_view(checked.unknown_version);
  view.not_found = checked.not_found;
  view.failing_sites = checked.failing_sites;
  return view;
}

void add_check(http::Router& router, CheckService& checks) {
  router.add<CheckScriptRequest, CheckView>(Method::post, "/scripts/check", {
      .family = kFamily, .summary = "Check a script",
      .description = "What a router of that version would say of it, without running it: its first error in the router's words and place, the errors behind it, and "
                     "warnings: unknown words that fail only when they are reached, variables, commands that cost the router its connection. With `sites`, for each "
                     "of their versions. Not in the audit log: nothing is changed.",
      .auth = kUsers, .scope = kWriters, .audit = false, .body_limit = kBodyLimit,
      .handle = [&checks](Call& call, CheckScriptRequest request) -> Result<CheckView> {
        Tenant tenant = call.tenant();
        if (!request.sites.empty()) {
          auto seen = viewer(call);
          if (!seen) return fail(seen.error());
          tenant = *std::move(seen);
        }
        const auto checked = checks.check(tenant, {.script = std::move(request.script), .routeros = std::move(request.routeros), .sites = std::move(request.sites)});
        if (!checked) return fail(checked.error());
        return to_view(*checked);
      }});
}

void add_completion(http::Router& router, CheckService& checks) {
  router.add<CompleteScriptRequest, CompletionView>(Method::post, "/scripts/complete", {
      .family = kFamily, .summary = "Complete a script at the cursor",
      .description = "Menus, commands, arguments, values and variables that may stand there. Errors elsewhere do not matter. Not in the audit log.",
      .auth = kUsers, .scope = kWriters, .audit = false, .body_limit = kBodyLimit,
      .handle = [&checks](Call&, CompleteScriptRequest request) -> Result<CompletionView> {
        const auto completion = checks.complete(request.script, request.offset, request.routeros);
        if (!completion) return fail(completion.error());
        CompletionView view{.from = completion->from, .to = completion->to, .items = {}};
        for (const CompletionItem& item : completion->items) view.items.push_back({item.label, item.kind, item.detail, item.apply});
        return view;
      }});
}

void add_versions(http::Router& router, CheckService& checks) {
  router.add<VersionsRequest, VersionsView>(Method::get, "/scripts/versions", {
      .family = kFamily, .summary = "List versions to check scripts for",
      .description = "What can be checked for, and what the team's sites run (with `sites` only these).", .auth = kUsers, .scope = kWriters,
      .handle = [&checks](Call& call, VersionsRequest request) -> Result<VersionsView> {
        VersionsView view{.newest = newest_version().to_string()};
        for (const ros::Version& version : offered_versions()) view.versions.push_back(version.to_string());
        const auto seen = viewer(call);
        if (!seen && !request.sites.empty()) return fail(seen.error());
        if (!seen) return view;
        const auto uses = checks.in_use(*seen, request.sites);
        if (!uses) return fail(uses.error());
        for (const VersionUse& use : *uses) view.in_use.push_back({use.version, use.sites});
        return view;
      }});
}

}  // namespace

void add_routes(http::Router& router, CheckService& checks) {
  add_check(router, checks);
  add_completion(router, checks);
  add_versions(router, checks);
}

}  // namespace openstrat::scripts
