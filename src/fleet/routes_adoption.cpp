// Watching routers on their way in, and the one-site commands that bring them.
#include "fleet/adoption_dto.hpp"
#include "fleet/routes.hpp"
#include "fleet/runbook_service.hpp"
#include "fleet/site_service.hpp"
#include "http/router.hpp"

namespace openstrat::fleet {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr int kShown = 50;
/// A router that fetched the script asks for its adoption within seconds, one that is adopted reports within its interval.
constexpr auto kPatience = std::chrono::seconds(60);

/// What to look at when the next step does not come.
std::optional<std::string> hint_after(const AdoptionStepView& last, Timestamp now) {
  if (now - last.at < kPatience) return std::nullopt;
  switch (last.step) {
    case AdoptionStep::script_fetched:
      return "The router fetched the script but did not call back. Look at its terminal: an unset clock, missing DNS, device mode `home`, or a firewall that blocks "
             "outgoing HTTPS stops it here.";
    case AdoptionStep::adopted:
      return "The router was adopted but no heartbeat came yet. Look for the poll scheduler (/system scheduler print) and whether its policy lets it fetch.";
    case AdoptionStep::first_heartbeat:
    case AdoptionStep::identity:
      return "The first backup has not arrived. Outgoing SFTP may be blocked; the next one goes another way.";
    default: return std::nullopt;
  }
}

AdoptionState state_of(const std::vector<AdoptionStepView>& steps) {
  AdoptionState state = AdoptionState::waiting;
  for (const auto& [step, at, ok, duration_ms, reason, detail] : steps) {
    if (step == AdoptionStep::refused) state = AdoptionState::refused;
    else if (step == AdoptionStep::adopted) state = AdoptionState::adopted;
    else if (step == AdoptionStep::first_backup && ok) state = AdoptionState::complete;
    else if (step == AdoptionStep::script_fetched || step == AdoptionStep::adopt_requested) state = AdoptionState::running;
  }
  return state;
}

BootstrapCommandView command_view(const Services& s, const Runbook& runbook, SiteId site, Timestamp now) {
  return {.site_id = site, .bootstrap_command = s.runbooks.bootstrap_command(runbook), .created_at = runbook.created_at, .expires_at = runbook.expires_at,
          .usable = !runbook.disabled && (!runbook.expires_at || *runbook.expires_at > now)};
}

Result<AdoptionView> adoption_of_site(const Services& s, Call& call, const Site& site) {
  const auto runbook = s.runbooks.find_of_site(call.tenant(), site.id);
  if (!runbook) return fail(runbook.error());
  const auto attempt = s.adoptions.of_site(call.tenant(), site.id);
  if (!attempt) return fail(attempt.error());
  const auto created = *runbook ? std::optional((*runbook)->created_at) : std::nullopt;
  // A command that is newer than the last attempt begins another one.
  if (*attempt && (!created || *created <= (*attempt)->updated_at)) {
    const bool same = *runbook && (*attempt)->runbook_id == (*runbook)->id;
    return to_view(**attempt, same ? created : std::nullopt, call.now);
  }
  AdoptionView view{.runbook_id = *runbook ? std::optional((*runbook)->id) : std::nullopt, .site_id = site.id};
  if (created) view.steps.push_back({.step = AdoptionStep::command_created, .at = *created, .detail = "The command was made"});
  return view;
}

}  // namespace

AdoptionView to_view(const AdoptionAttempt& attempt, std::optional<Timestamp> command_created, Timestamp now) {
  AdoptionView view{.attempt_id = attempt.id, .runbook_id = attempt.runbook_id, .site_id = attempt.site_id, .address = attempt.address, .router = attempt.router};
  if (command_created) view.steps.push_back({.step = AdoptionStep::command_created, .at = *command_created, .detail = "The command was made"});
  for (const AdoptionRecord& record : attempt.steps) {
    AdoptionStepView step{.step = record.step, .at = record.at, .ok = record.ok, .reason = record.reason, .detail = record.detail};
    if (!view.steps.empty()) step.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(record.at - view.steps.back().at).count();
    view.steps.push_back(std::move(step));
  }
  view.state = state_of(view.steps);
  if (!view.steps.empty()) view.hint = hint_after(view.steps.back(), now);
  return view;
}

void add_adoption_routes(http::Router& router, const Services& s) {
  router.add<SiteRequest, AdoptionView>(Method::get, "/sites/{site}/adoption", {
      .family = "Sites", .summary = "Watch the adoption of a site",
      .description = "The last attempt to bring a router in, step by step; kept for a week. Each step is also sent as `adoption.step`.",
      .auth = kUsers, .scope = "site:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, SiteRequest request) -> Result<AdoptionView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        return adoption_of_site(s, call, *site);
      }});

  router.add<RunbookRequest, std::vector<AdoptionView>>(Method::get, "/runbooks/{runbook}/adoptions", {
      .family = "Runbooks", .summary = "List recent attempts to adopt a router",
      .description = "The last 50 attempts with this runbook's command within a week, newest first, those that were refused with the reason.",
      .auth = kUsers, .scope = "site:create|cpf:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, RunbookRequest request) -> Result<std::vector<AdoptionView>> {
        const auto runbook = s.runbooks.find(call.tenant(), request.runbook);
        if (!runbook) return fail(runbook.error());
        const auto attempts = s.adoptions.of_runbook(call.tenant(), runbook->id, kShown);
        if (!attempts) return fail(attempts.error());
        std::vector<AdoptionView> views;
        for (const auto& attempt : *attempts) views.push_back(to_view(attempt, std::nullopt, call.now));
        return views;
      }});

  router.add<SiteRequest, BootstrapCommandView>(Method::get, "/sites/{site}/bootstrap-command", {
      .family = "Sites", .summary = "Get the command that adopts a router into a site", .description = "Of a site that waits for its router; valid once and for 7 days.",
      .auth = kUsers, .scope = "site:create", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, SiteRequest request) -> Result<BootstrapCommandView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto runbook = s.runbooks.find_of_site(call.tenant(), site->id);
        if (!runbook) return fail(runbook.error());
        if (!*runbook || (site->adopted_at && (*runbook)->disabled))
          return fail(Errc::conflict, "already_adopted", "The site has its router. POST /sites/{site}/bootstrap-command/rotate makes a command for another one.");
        call.reply.headers.set("Cache-Control", "no-store");
        return command_view(s, **runbook, site->id, call.now);
      }});

  router.add<SiteRequest, BootstrapCommandView>(Method::post, "/sites/{site}/bootstrap-command/rotate", {
      .family = "Sites", .summary = "Make a new command that adopts a router into a site",
      .description = "For a site that waits for its router, or whose router is gone and replaced by another one. The old command dies at once.",
      .auth = kUsers, .scope = "site:create", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, SiteRequest request) -> Result<BootstrapCommandView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto runbook = s.runbooks.renew_for_site(call.tenant(), site->id);
        if (!runbook) return fail(runbook.error());
        call.reply.headers.set("Cache-Control", "no-store");
        return command_view(s, *runbook, site->id, call.now);
      }});
}

}  // namespace openstrat::fleet
