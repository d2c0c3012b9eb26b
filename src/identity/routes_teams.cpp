#include "http/router.hpp"
#include "identity/actor.hpp"
#include "identity/routes.hpp"
#include "identity/team_dto.hpp"
#include "identity/team_service.hpp"

namespace openstrat::identity {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::NoContent;
using http::NoFields;

constexpr std::string_view kFamily = "Teams";

InviteView to_view(const Invite& invite) {
  return {.id = invite.id, .team_id = invite.team_id, .email = invite.email, .role = invite.role_name, .role_id = invite.role_id,
          .expires_at = invite.expires_at, .created_at = invite.created_at, .updated_at = invite.updated_at};
}

}  // namespace

TeamView to_view(const TeamDetails& details) {
  const Team& team = details.team;
  TeamView view{.id = team.id, .name = team.name,
                .owner = {details.owner.id, details.owner.name, details.owner.email, details.owner.picture}, .personal_team = team.personal_team,
                .members = {}, .invites = {}, .current = details.current, .site_count = details.site_count, .site_limit = team.site_limit,
                .roles = {}, .created_at = team.created_at, .updated_at = team.updated_at};
  for (const Member& member : details.members) view.members.push_back(to_view(member));
  for (const Invite& invite : details.invites) view.invites.push_back(to_view(invite));
  for (const Assignment& role : details.roles) view.roles.push_back({role.role_id, role.role_name, role.sites});
  return view;
}

namespace {

Result<std::vector<TeamView>> list_teams(const Services& s, const Call& call, const Tenant& active) {
  const auto teams = s.teams.list(*call.principal.user_id, active);
  if (!teams) return fail(teams.error());
  std::vector<TeamView> views;
  for (const TeamDetails& team : *teams) views.push_back(to_view(team));
  return views;
}

Result<TeamView> show_team(const Services& s, const Call& call, TeamId id) {
  const auto team = s.teams.find(*call.principal.user_id, call.tenant(), id);
  if (!team) return fail(team.error());
  return to_view(*team);
}

void add_own(http::Router& router, const Services& s) {
  router.add<NoFields, std::vector<TeamView>>(Method::get, "/teams", {
      .family = kFamily, .summary = "List teams", .description = "The teams you are in, with members and open invitations.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false,
      .handle = [s](Call& call, NoFields) { return list_teams(s, call, call.tenant()); }});
  router.add<TeamRequest, TeamView>(Method::get, "/teams/{team}", {
      .family = kFamily, .summary = "Get a team", .auth = Auth::bearer, .scope = "-", .needs_team = false, .errors = {Errc::not_found},
      .handle = [s](Call& call, TeamRequest request) { return show_team(s, call, request.team); }});
  router.add<TeamRequest, std::vector<TeamView>>(Method::put, "/teams/{team}/switch", {
      .family = kFamily, .summary = "Switch team", .description = "Makes it your active team; later calls with the same token act in it.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .errors = {Errc::not_found},
      .handle = [s](Call& call, TeamRequest request) -> Result<std::vector<TeamView>> {
        if (auto done = s.teams.switch_to(*call.principal.user_id, call.principal.session_id, request.team); !done) return fail(done.error());
        return list_teams(s, call, Tenant{request.team});
      }});
  router.add<TeamRequest, std::vector<UserView>>(Method::get, "/teams/{team}/members", {
      .family = kFamily, .summary = "List team members", .auth = Auth::bearer, .scope = "-", .needs_team = false, .errors = {Errc::not_found},
      .handle = [s](Call& call, TeamRequest request) -> Result<std::vector<UserView>> {
        const auto members = s.teams.members(*call.principal.user_id, request.team);
        if (!members) return fail(members.error());
        std::vector<UserView> views;
        for (const Member& member : *members) views.push_back(to_view(member));
        return views;
      }});
  router.add<TeamRequest, std::vector<InviteView>>(Method::get, "/teams/{team}/invites", {
      .family = kFamily, .summary = "List invites", .description = "Open ones, the last mailed first.", .auth = Auth::bearer, .scope = "-", .needs_team = false,
      .errors = {Errc::not_found},
      .handle = [s](Call& call, TeamRequest request) -> Result<std::vector<InviteView>> {
        const auto invites = s.teams.invites(*call.principal.user_id, request.team);
        if (!invites) return fail(invites.error());
        std::vector<InviteView> views;
        for (const Invite& invite : *invites) views.push_back(to_view(invite));
        return views;
      }});
  router.add<AcceptInviteRequest, TeamView>(Method::post, "/invites/{token}/accept", {
      .family = kFamily, .summary = "Accept an invite", .description = "For the user whose address was invited. 410 `link_expired` after seven days.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .errors = {Errc::not_found, Errc::gone},
      .handle = [s](Call& call, AcceptInviteRequest request) -> Result<TeamView> {
        const auto team = s.teams.accept(*call.principal.user_id, request.token);
        if (!team) return fail(team.error());
        return show_team(s, call, *team);
      }});
}

void add_management(http::Router& router, const Services& s) {
  router.add<CreateTeamRequest, TeamView>(Method::post, "/teams", {
      .family = kFamily, .summary = "Create a team", .description = "You own it. Needs `team:create`, unless you are in no team yet.",
      .auth = Auth::bearer, .scope = "-", .status = 201, .needs_team = false, .errors = {Errc::conflict},
      .handle = [s](Call& call, CreateTeamRequest request) -> Result<TeamView> {
        const auto team = s.teams.create(actor_of(call), request.name, request.site_limit.value_or(0));
        if (!team) return fail(team.error());
        return show_team(s, call, team->id);
      }});
  router.add<UpdateTeamRequest, TeamView>(Method::put, "/teams/{team}", {
      .family = kFamily, .summary = "Update a team", .auth = Auth::bearer, .scope = "team:update", .errors = {Errc::not_found},
      .handle = [s](Call& call, UpdateTeamRequest request) -> Result<TeamView> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        TeamChange change{.name = std::move(request.name), .site_limit = {}};
        if (request.site_limit) change.site_limit = request.site_limit->value_or(0);
        if (const auto team = s.teams.update(actor_of(call), change); !team) return fail(team.error());
        return show_team(s, call, request.team);
      }});
  router.add<DeleteTeamRequest, NoContent>(Method::delete_, "/teams/{team}", {
      .family = kFamily, .summary = "Delete a team", .description = "For good, with all that it owns. 409 `in_use` while it has sites, unless `force=true`.",
      .auth = Auth::bearer, .scope = "team:delete", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, DeleteTeamRequest request) -> Result<NoContent> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        if (auto done = s.teams.remove(actor_of(call), request.force ? TeamService::Force::yes : TeamService::Force::no); !done) return fail(done.error());
        return NoContent{};
      }});
  router.add<TransferRequest, TeamView>(Method::put, "/teams/{team}/owner", {
      .family = kFamily, .summary = "Transfer team ownership", .description = "For the owner, who stays as Administrator.", .auth = Auth::bearer, .scope = "-",
      .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, TransferRequest request) -> Result<TeamView> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        if (auto done = s.teams.transfer(actor_of(call), request.user_id); !done) return fail(done.error());
        return show_team(s, call, request.team);
      }});
  router.add<TeamMemberRequest, NoContent>(Method::delete_, "/teams/{team}/members/{user}", {
      .family = kFamily, .summary = "Remove a team member", .description = "Yourself without any scope, others with `teams:remove-users`. 409 for the owner.",
      .auth = Auth::bearer, .scope = "-", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, TeamMemberRequest request) -> Result<NoContent> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        if (auto done = s.teams.remove_member(actor_of(call), request.user); !done) return fail(done.error());
        return NoContent{};
      }});
  router.add<InviteRequest, MessageView>(Method::post, "/teams/{team}/invites", {
      .family = kFamily, .summary = "Invite to a team",
      .description = "Mails a link that is good for seven days; who has no account yet registers with the address and then accepts. A second invitation of the "
                     "same address replaces the first.",
      .auth = Auth::bearer, .scope = "teams:invite-users", .status = 202, .errors = {Errc::not_found, Errc::conflict, Errc::rate_limited},
      .handle = [s](Call& call, InviteRequest request) -> Result<MessageView> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        if (auto done = s.teams.invite(actor_of(call), request.email, request.role); !done) return fail(done.error());
        return MessageView{"The invitation is on its way."};
      }});
  router.add<InviteIdRequest, NoContent>(Method::delete_, "/teams/{team}/invites/{invite}", {
      .family = kFamily, .summary = "Cancel an invite", .auth = Auth::bearer, .scope = "teams:invite-users", .errors = {Errc::not_found},
      .handle = [s](Call& call, InviteIdRequest request) -> Result<NoContent> {
        if (auto active = must_be_active(call, s.teams, request.team); !active) return fail(active.error());
        if (auto done = s.teams.cancel_invite(actor_of(call), request.invite); !done) return fail(done.error());
        return NoContent{};
      }});
}

}  // namespace

void add_team_routes(http::Router& router, const Services& services) {
  add_own(router, services);
  add_management(router, services);
}

}  // namespace openstrat::identity
