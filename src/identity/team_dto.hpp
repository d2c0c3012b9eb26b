// Requests and responses about teams, invitations and roles.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/dto.hpp"
#include "identity/access_types.hpp"
#include "identity/user_dto.hpp"

namespace openstrat::identity {

struct OwnerView { UserId id; std::string name, email; std::optional<std::string> picture; };
struct InviteView { Uuid id; TeamId team_id; std::string email, role; std::optional<RoleId> role_id; Timestamp expires_at{}, created_at{}, updated_at{}; };
struct TeamView {
  TeamId id;
  std::string name;
  OwnerView owner;
  bool personal_team = false;
  std::vector<UserView> members;
  std::vector<InviteView> invites;
  bool current = false;
  std::int64_t site_count = 0, site_limit = 0;
  std::vector<HeldRoleView> roles;
  Timestamp created_at{}, updated_at{};
};
struct TeamDetails;
TeamView to_view(const TeamDetails& details);
struct TeamRequest { TeamId team; };
struct CreateTeamRequest { std::string name; std::optional<std::int64_t> site_limit; };
struct UpdateTeamRequest { TeamId team; std::optional<std::string> name; std::optional<std::optional<std::int64_t>> site_limit; };
struct DeleteTeamRequest { TeamId team; bool force = false; };
struct TeamMemberRequest { TeamId team; UserId user; };
struct TransferRequest { TeamId team; UserId user_id; };
struct InviteRequest { TeamId team; std::string email; std::optional<std::string> role; };
struct InviteIdRequest { TeamId team; Uuid invite; };
struct AcceptInviteRequest { std::string token; };
struct MessageView { std::string message; };

struct RoleView {
  RoleId id;
  std::string name, guard_name;
  std::optional<TeamId> team_id;
  bool system = false;
  std::vector<std::string> scopes;
  std::int64_t users_count = 0;
  Timestamp created_at{}, updated_at{};
};
struct CreateRoleRequest { std::string name; std::vector<std::string> scopes; };
struct UpdateRoleRequest { RoleId role; std::optional<std::string> name; std::optional<std::vector<std::string>> scopes; };
struct DeleteRoleRequest { RoleId role; bool force = false; };

}  // namespace openstrat::identity

namespace openstrat {

template <>
struct http::Fields<identity::OwnerView> {
  using V = identity::OwnerView;
  static constexpr auto table = fields<V>("TeamOwner", body<&V::id>("id", "UUID"), body<&V::name>("name", "name"), body<&V::email>("email", "e-mail address"),
      body<&V::picture>("picture", "URL of a picture"));
};
template <>
struct http::Fields<identity::InviteView> {
  using V = identity::InviteView;
  static constexpr auto table = fields<V>("Invite", body<&V::id>("id", "UUID"), body<&V::team_id>("team_id", "the team"), body<&V::email>("email", "who was invited"),
      body<&V::role>("role", "name of the role that comes with it"), body<&V::role_id>("role_id", "its id; null: Viewer"), body<&V::expires_at>("expires_at", "seven days after it was sent"),
      body<&V::created_at>("created_at", "first invitation"), body<&V::updated_at>("updated_at", "last mail"));
};
template <>
struct http::Fields<identity::TeamView> {
  using V = identity::TeamView;
  static constexpr auto table = fields<V>("Team", body<&V::id>("id", "UUID; the customer id of everything that the team owns"), body<&V::name>("name", "name"),
      body<&V::owner>("owner", "who may delete it and hand it on"), body<&V::personal_team>("personal_team", "came with the account; cannot be deleted or left"),
      body<&V::members>("members", "users of the team"), body<&V::invites>("invites", "open invitations"), body<&V::current>("current", "whether it is your active team"),
      body<&V::site_count>("site_count", "sites it has"), body<&V::site_limit>("site_limit", "sites it may have; 0: the organization's limit"),
      body<&V::roles>("roles", "your roles in it"), body<&V::created_at>("created_at", "creation"), body<&V::updated_at>("updated_at", "last change"));
};
template <>
struct http::Fields<identity::TeamRequest> {
  using V = identity::TeamRequest;
  static constexpr auto table = fields<V>("TeamId", path<&V::team>("team", "UUID of a team you are in"));
};
template <>
struct http::Fields<identity::CreateTeamRequest> {
  using V = identity::CreateTeamRequest;
  static constexpr auto table = fields<V>("CreateTeam", body<&V::name>("name", "name").required().length(1, 200),
      body<&V::site_limit>("site_limit", "0 or null: the organization's limit").range(0, 2147483647));
};
template <>
struct http::Fields<identity::UpdateTeamRequest> {
  using V = identity::UpdateTeamRequest;
  static constexpr auto table = fields<V>("UpdateTeam", path<&V::team>("team", "UUID of your active team"), body<&V::name>("name", "name").length(1, 200),
      body<&V::site_limit>("site_limit", "0 or null: the organization's limit").range(0, 2147483647));
};
template <>
struct http::Fields<identity::DeleteTeamRequest> {
  using V = identity::DeleteTeamRequest;
  static constexpr auto table = fields<V>("DeleteTeam", path<&V::team>("team", "UUID of your active team"),
      query<&V::force>("force", "true: its sites are deleted, too"));
};
template <>
struct http::Fields<identity::TeamMemberRequest> {
  using V = identity::TeamMemberRequest;
  static constexpr auto table = fields<V>("TeamMember", path<&V::team>("team", "UUID of your active team"), path<&V::user>("user", "UUID of a member"));
};
template <>
struct http::Fields<identity::TransferRequest> {
  using V = identity::TransferRequest;
  static constexpr auto table = fields<V>("TransferTeam", path<&V::team>("team", "UUID of your active team"),
      body<&V::user_id>("user_id", "a member who can sign in").required());
};
template <>
struct http::Fields<identity::InviteRequest> {
  using V = identity::InviteRequest;
  static constexpr auto table = fields<V>("CreateInvite", path<&V::team>("team", "UUID of your active team"), body<&V::email>("email", "whom to invite").required().length(3, 254).example("bob@example.com"),
      body<&V::role>("role", "id or name of a role; absent: Viewer").length(1, 100));
};
template <>
struct http::Fields<identity::InviteIdRequest> {
  using V = identity::InviteIdRequest;
  static constexpr auto table = fields<V>("InviteId", path<&V::team>("team", "UUID of your active team"), path<&V::invite>("invite", "UUID"));
};
template <>
struct http::Fields<identity::AcceptInviteRequest> {
  using V = identity::AcceptInviteRequest;
  static constexpr auto table = fields<V>("AcceptInvite", path<&V::token>("token", "from the link in the mail"));
};
template <>
struct http::Fields<identity::MessageView> {
  using V = identity::MessageView;
  static constexpr auto table = fields<V>("Message", body<&V::message>("message", "what happened"));
};
template <>
struct http::Fields<identity::RoleView> {
  using V = identity::RoleView;
  static constexpr auto table = fields<V>("Role", body<&V::id>("id", "UUID"), body<&V::name>("name", "name"), body<&V::guard_name>("guard_name", "always `api`"),
      body<&V::team_id>("team_id", "null: a system role"), body<&V::system>("system", "cannot be changed"), body<&V::scopes>("scopes", "what it allows"),
      body<&V::users_count>("users_count", "users of the team who hold it"), body<&V::created_at>("created_at", "creation"), body<&V::updated_at>("updated_at", "last change"));
};
template <>
struct http::Fields<identity::CreateRoleRequest> {
  using V = identity::CreateRoleRequest;
  static constexpr auto table = fields<V>("CreateRole", body<&V::name>("name", "unique in the team").required().length(1, 100),
      body<&V::scopes>("scopes", "from GET /scopes, or `sites:read`, `sites:write`").required().items(1, 500));
};
template <>
struct http::Fields<identity::UpdateRoleRequest> {
  using V = identity::UpdateRoleRequest;
  static constexpr auto table = fields<V>("UpdateRole", path<&V::role>("role", "UUID of a role of the team"), body<&V::name>("name", "unique in the team").length(1, 100),
      body<&V::scopes>("scopes", "all that it allows from now on").items(1, 500));
};
template <>
struct http::Fields<identity::DeleteRoleRequest> {
  using V = identity::DeleteRoleRequest;
  static constexpr auto table = fields<V>("DeleteRole", path<&V::role>("role", "UUID of a role of the team"), query<&V::force>("force", "true: who holds it loses it"));
};

}  // namespace openstrat
