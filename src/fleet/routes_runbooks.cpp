#include "fleet/routes.hpp"
#include "fleet/runbook_service.hpp"
#include "fleet/site_dto.hpp"
#include "http/router.hpp"

namespace openstrat::fleet {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;

RunbookView to_view(const RunbookService& runbooks, const Runbook& runbook) {
  return {.id = runbook.id, .name = runbook.name, .bootstrap_command = runbooks.bootstrap_command(runbook), .policy_id = runbook.policy_id,
          .disabled = runbook.disabled, .created_at = runbook.created_at};
}

}  // namespace

void add_runbook_routes(http::Router& router, const Services& s) {
  router.add<http::NoFields, std::vector<RunbookView>>(Method::get, "/runbooks", {
      .family = "Runbooks", .summary = "List runbooks", .auth = kUsers, .scope = "site:create|cpf:view",
      .handle = [s](Call& call, http::NoFields) -> Result<std::vector<RunbookView>> {
        const auto runbooks = s.runbooks.list(call.tenant());
        if (!runbooks) return fail(runbooks.error());
        call.reply.headers.set("Cache-Control", "no-store");
        std::vector<RunbookView> views;
        for (const Runbook& runbook : *runbooks) views.push_back(to_view(s.runbooks, runbook));
        return views;
      }});
  router.add<RunbookRequest, RunbookView>(Method::get, "/runbooks/{runbook}", {
      .family = "Runbooks", .summary = "Get Runbook Details", .auth = kUsers, .scope = "site:create|cpf:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, RunbookRequest request) -> Result<RunbookView> {
        const auto runbook = s.runbooks.find(call.tenant(), request.runbook);
        if (!runbook) return fail(runbook.error());
        call.reply.headers.set("Cache-Control", "no-store");
        return to_view(s.runbooks, *runbook);
      }});
  router.add<CreateRunbookRequest, RunbookView>(Method::post, "/runbooks", {
      .family = "Runbooks", .summary = "Create a runbook", .description = "A further token, for the default policy.",
      .auth = Auth::bearer, .scope = "cpf:create", .status = 201,
      .handle = [s](Call& call, CreateRunbookRequest request) -> Result<RunbookView> {
        const auto runbook = s.runbooks.create(call.tenant(), std::move(request.name));
        if (!runbook) return fail(runbook.error());
        call.reply.headers.set("Cache-Control", "no-store");
        return to_view(s.runbooks, *runbook);
      }});
  router.add<UpdateRunbookRequest, RunbookView>(Method::put, "/runbooks/{runbook}", {
      .family = "Runbooks", .summary = "Rename or disable a runbook", .description = "Absent fields stay as they are.",
      .aliases = {"PATCH:/runbooks/{runbook}"}, .auth = Auth::bearer, .scope = "cpf:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, UpdateRunbookRequest request) -> Result<RunbookView> {
        const auto runbook = s.runbooks.update(call.tenant(), request.runbook, std::move(request.name), request.disabled);
        if (!runbook) return fail(runbook.error());
        call.reply.headers.set("Cache-Control", "no-store");
        return to_view(s.runbooks, *runbook);
      }});
  router.add<RunbookRequest, RunbookView>(Method::post, "/runbooks/{runbook}/rotate", {
      .family = "Runbooks", .summary = "Rotate a runbook token", .description = "The old bootstrap command dies at once; adopted sites are not touched.",
      .auth = Auth::bearer, .scope = "cpf:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, RunbookRequest request) -> Result<RunbookView> {
        const auto runbook = s.runbooks.rotate(call.tenant(), request.runbook);
        if (!runbook) return fail(runbook.error());
        call.reply.headers.set("Cache-Control", "no-store");
        return to_view(s.runbooks, *runbook);
      }});
}

}  // namespace openstrat::fleet
