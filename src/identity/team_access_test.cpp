// Users, teams, roles and invitations of a team: who may do what to whom.
#include "identity/test_fixture.hpp"

namespace openstrat::identity {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class TeamAccessTest : public IdentityTest {
 protected:
  TeamAccessTest() : owner_(add_user("ann@example.com")), team_(add_team(owner_)), tenant_{team_.id} {}

  MemberService& members() { return process_.members; }
  RoleService& roles() { return process_.roles; }
  TeamService& teams() { return process_.teams; }
  mail::KeptMails& mails() { return process_.mails; }

  Actor as(const User& user) { return as(user, tenant_); }
  Actor as(const User& user, const Tenant& tenant) {
    return {.tenant = tenant, .user_id = user.id,
            .scopes = database_->read([&](db::Session& session) { return role_store::unlimited_scopes(session, tenant, user.id); }).value()};
  }
  User join(const std::string& email, SystemRole role) {
    const auto user = add_user(email);
    EXPECT_TRUE(process_.users.add_member(tenant_, user.id, role));
    return user;
  }
  Member member(UserId id) { return members().find(tenant_, id).value(); }
  std::vector<std::string> role_names(UserId id) {
    std::vector<std::string> names;
    for (const auto& role : member(id).roles) names.push_back(role.role_name);
    return names;
  }
  template <class T>
  static std::string why(const Result<T>& answer) {
    return answer ? "ok" : answer.error().reason() + (answer.error().required_scope().empty() ? "" : " " + answer.error().required_scope());
  }
  static std::vector<WantedRole> wanted(std::initializer_list<RoleId> ids) {
    std::vector<WantedRole> out;
    for (const RoleId id : ids) out.push_back({id, std::nullopt});
    return out;
  }

  User owner_;
  Team team_;
  Tenant tenant_;
};
INSTANTIATE_EACH_ENGINE(TeamAccessTest);

// ---------------------------------------------------------------- users

TEST_P(TeamAccessTest, ANewUserGetsATemporaryPasswordOnce) {
  const auto added = members().add(as(owner_), {.email = " Bob@Example.com ", .name = "Bob", .mobile = Mobile{.local = "0170 1234567", .country = "de"},
                                                .timezone = "Europe/Berlin"});
  ASSERT_TRUE(added) << added.error().message();
  ASSERT_TRUE(added->password);
  EXPECT_GE(added->password->size(), 16u);
  EXPECT_EQ(added->member.email, "bob@example.com");
  EXPECT_EQ(added->member.status, UserStatus::unverified);
  EXPECT_EQ(member(added->member.id).mobile->e164, "+491701234567");
  EXPECT_THAT(role_names(added->member.id), ElementsAre("Viewer"));
  const auto stored = process_.users.find_user(added->member.id);
  EXPECT_TRUE(stored->must_change_password);
  EXPECT_TRUE(*process_.passwords.verify(stored->password_hash, *added->password));
  EXPECT_EQ(mails().newest("user_created", "bob@example.com").fields.text("team_name"), "Acme");
}

TEST_P(TeamAccessTest, WhoOnlyReceivesNotificationsHasNoPasswordAndNoRole) {
  const auto added = members().add(as(owner_), {.email = "bob@example.com", .name = "Bob", .allow_login = false, .timezone = "UTC"});
  ASSERT_TRUE(added);
  EXPECT_FALSE(added->password);
  EXPECT_EQ(added->member.status, UserStatus::active);
  EXPECT_THAT(added->member.roles, IsEmpty());
  EXPECT_THAT(mails().to("bob@example.com"), IsEmpty());
}

TEST_P(TeamAccessTest, AnExistingUserJoinsAndGetsNoPassword) {
  const auto bob = add_user("bob@example.com");
  const auto added = members().add(as(owner_), {.email = "bob@example.com"});
  ASSERT_TRUE(added) << added.error().message();
  EXPECT_EQ(added->member.id, bob.id);
  EXPECT_FALSE(added->password);
  EXPECT_EQ(why(members().add(as(owner_), {.email = "bob@example.com"})), "already_exists");
}

TEST_P(TeamAccessTest, EveryWrongFieldOfAUserIsNamed) {
  const auto added = members().add(as(owner_), {.email = "bob@example.com", .mobile = Mobile{.local = "x", .country = "DE"}});
  std::vector<std::string> fields;
  for (const auto& field : added.error().fields()) fields.push_back(field.name);
  EXPECT_THAT(fields, ElementsAre("name", "timezone", "mobile.local"));
}

TEST_P(TeamAccessTest, NobodyGivesAScopeThatHeDoesNotHold) {
  const auto custom = roles().create(as(owner_), "Helpdesk", {"user:view", "user:create", "user:update"});
  ASSERT_TRUE(custom);
  const auto helper = join("helper@example.com", SystemRole::viewer);
  ASSERT_TRUE(members().update(as(owner_), helper.id, {.roles = wanted({custom->id})}));
  const auto actor = as(helper);
  const NewMember bob{.email = "bob@example.com", .name = "Bob", .timezone = "UTC", .roles = wanted({id_of(SystemRole::operator_)})};
  EXPECT_EQ(why(members().add(actor, bob)), "scope_missing api:view") << "the first that is missing";
  EXPECT_EQ(why(members().add(actor, {.email = "bob@example.com", .name = "Bob", .timezone = "UTC", .roles = wanted({custom->id})})), "ok");
  EXPECT_EQ(why(roles().create(actor, "More", {"user:view", "site:view"})), "scope_missing site:view");
  EXPECT_EQ(why(members().update(actor, helper.id, {.roles = wanted({custom->id, id_of(SystemRole::administrator)})})).substr(0, 13), "scope_missing");
}

TEST_P(TeamAccessTest, NobodyTakesARoleWithScopesThatHeDoesNotHold) {
  const auto custom = roles().create(as(owner_), "Helpdesk", {"user:view", "user:update"});
  const auto helper = join("helper@example.com", SystemRole::viewer), admin = join("admin@example.com", SystemRole::administrator);
  ASSERT_TRUE(members().update(as(owner_), helper.id, {.roles = wanted({custom->id})}));
  EXPECT_EQ(why(members().update(as(helper), admin.id, {.roles = wanted({})})).substr(0, 13), "scope_missing");
  EXPECT_THAT(role_names(admin.id), ElementsAre("Administrator"));
}

TEST_P(TeamAccessTest, OwnershipIsNeitherGivenNorTakenByRoles) {
  const auto admin = join("admin@example.com", SystemRole::administrator);
  EXPECT_EQ(why(members().update(as(owner_), admin.id, {.roles = wanted({id_of(SystemRole::owner)})})), "conflict");
  ASSERT_TRUE(members().update(as(owner_), owner_.id, {.roles = wanted({id_of(SystemRole::viewer)})}));
  EXPECT_THAT(role_names(owner_.id), ElementsAre("Owner", "Viewer"));
}

TEST_P(TeamAccessTest, TheLastRightToManageRolesCannotBeGivenUp) {
  const auto admin = join("admin@example.com", SystemRole::administrator);
  EXPECT_EQ(why(members().update(as(admin), admin.id, {.roles = wanted({id_of(SystemRole::viewer)})})), "conflict");
  EXPECT_THAT(role_names(admin.id), ElementsAre("Administrator")) << "rolled back";
  EXPECT_TRUE(members().update(as(owner_), admin.id, {.roles = wanted({id_of(SystemRole::viewer)})}));
}

TEST_P(TeamAccessTest, TheOwnProfileNeedsNoScope) {
  const auto viewer = join("viewer@example.com", SystemRole::viewer), other = join("other@example.com", SystemRole::viewer);
  EXPECT_EQ(why(members().update(as(viewer), viewer.id, {.name = "New name", .country = "fr", .timezone = "Europe/Paris"})), "ok");
  EXPECT_EQ(member(viewer.id).country, "FR");
  EXPECT_EQ(why(members().update(as(viewer), other.id, {.name = "Evil"})), "scope_missing user:update");
  EXPECT_EQ(why(members().update(as(viewer), viewer.id, {.allow_login = false})), "scope_missing user:update");
}

TEST_P(TeamAccessTest, TheAccountOfAPersonInOtherTeamsIsHisOwn) {
  const auto bob = join("bob@example.com", SystemRole::viewer);
  add_team(bob, "Bob's");
  const auto ann = as(owner_);
  EXPECT_EQ(why(members().update(ann, bob.id, {.name = "Evil"})), "insufficient_role");
  EXPECT_EQ(why(members().block(ann, bob.id)), "insufficient_role");
  EXPECT_EQ(why(members().update(ann, bob.id, {.roles = wanted({id_of(SystemRole::operator_)})})), "ok");
  ASSERT_TRUE(members().remove(ann, bob.id));
  EXPECT_EQ(process_.users.find_user(bob.id)->status, UserStatus::active) << "removed, not deleted";
  EXPECT_EQ(why(members().find(tenant_, bob.id)), "resource_missing");
}

TEST_P(TeamAccessTest, ABlockedUserIsOutAndComesBack) {
  const auto bob = join("bob@example.com", SystemRole::viewer);
  ASSERT_TRUE(process_.signing.rotate());
  const auto issued = process_.tokens.issue(bob.id, std::nullopt, {});
  const auto verdict = [&] { return why(process_.authenticator.authenticate(with_bearer(issued->access_token), http::Auth::bearer)); };
  EXPECT_EQ(verdict(), "ok");
  ASSERT_TRUE(members().block(as(owner_), bob.id));
  EXPECT_NE(verdict(), "ok");
  EXPECT_EQ(mails().newest("account_changed", "bob@example.com").fields.text("change"), "blocked");
  ASSERT_TRUE(members().unblock(as(owner_), bob.id));
  EXPECT_EQ(process_.users.find_user(bob.id)->status, UserStatus::active);
  EXPECT_EQ(verdict(), "token_invalid") << "the session has ended";
  EXPECT_EQ(why(members().block(as(owner_), owner_.id)), "conflict");
}

TEST_P(TeamAccessTest, ADeletedUserLeavesNoOrphan) {
  const auto bob = join("bob@example.com", SystemRole::administrator);
  const auto key = process_.keys.create_as(as(bob), {.name = "bob's ci", .scopes = {{"site:view"}}});
  ASSERT_TRUE(key) << key.error().message();
  ASSERT_TRUE(process_.signing.rotate());
  const auto issued = process_.tokens.issue(bob.id, std::nullopt, {});
  ASSERT_TRUE(members().remove(as(owner_), bob.id));

  EXPECT_EQ(why(process_.authenticator.authenticate(with_bearer(issued->access_token), http::Auth::bearer)), "token_invalid");
  EXPECT_THAT(process_.users.teams_of(bob.id).value(), IsEmpty());
  EXPECT_TRUE(process_.sessions.list(bob.id)->empty());
  EXPECT_TRUE(process_.keys.find(tenant_, key->credential.id)->orphaned_at) << "flagged";
  EXPECT_EQ(why(process_.authenticator.authenticate(with_bearer(key->key), http::Auth::api_key)), "ok") << "and alive";
  EXPECT_EQ(mails().newest("api_key_orphaned", "ann@example.com").fields.text("key_name"), "bob's ci");
  EXPECT_THAT(process_.events.names(), ElementsAre("team.member_removed " + bob.id.to_string(), "user.deleted " + bob.id.to_string()));
  EXPECT_TRUE(process_.users.create_user({.email = "bob@example.com"})) << "the address is free";

  EXPECT_EQ(process_.users.find_user(bob.id)->status, UserStatus::deleted);
  clock_.advance(MemberService::kKeepDeleted);
  ASSERT_TRUE(members().purge());
  EXPECT_TRUE(process_.users.find_user(bob.id));
  clock_.advance(seconds(1));
  ASSERT_TRUE(members().purge());
  EXPECT_EQ(why(process_.users.find_user(bob.id)), "resource_missing");
}

TEST_P(TeamAccessTest, OwnersAreNotDeleted) {
  const auto admin = join("admin@example.com", SystemRole::administrator);
  EXPECT_EQ(why(members().remove(as(admin), owner_.id)), "conflict");
  EXPECT_EQ(why(members().remove(as(owner_), owner_.id)), "conflict");
  ASSERT_TRUE(teams().transfer(as(owner_), admin.id));
  EXPECT_EQ(why(members().remove(as(owner_), owner_.id)), "ok");
  EXPECT_EQ(process_.users.find_user(owner_.id)->status, UserStatus::deleted);
}

// ---------------------------------------------------------------- teams

TEST_P(TeamAccessTest, ATeamShowsItsPeopleToMembersOnly) {
  process_.sites.sites[team_.id] = 3;
  join("bob@example.com", SystemRole::viewer);
  const auto details = teams().find(owner_.id, tenant_, team_.id);
  ASSERT_TRUE(details);
  EXPECT_EQ(details->owner.email, "ann@example.com");
  EXPECT_THAT(details->members, SizeIs(2));
  EXPECT_EQ(details->site_count, 3);
  EXPECT_TRUE(details->current);
  const auto eve = add_user("eve@example.com");
  EXPECT_EQ(why(teams().find(eve.id, {}, team_.id)), "resource_missing");
  EXPECT_EQ(why(teams().members(eve.id, team_.id)), "resource_missing");
  EXPECT_EQ(why(teams().invites(eve.id, team_.id)), "resource_missing");
  EXPECT_EQ(why(teams().switch_to(eve.id, "sess_x", team_.id)), "resource_missing");
  EXPECT_THAT(teams().list(eve.id, {}).value(), IsEmpty());
}

TEST_P(TeamAccessTest, TheFirstTeamNeedsNoScope) {
  const auto bob = add_user("bob@example.com");
  const Actor nobody{.tenant = {}, .user_id = bob.id, .scopes = {}};
  const auto team = teams().create(nobody, " Bob's ", 5);
  ASSERT_TRUE(team);
  EXPECT_EQ(team->name, "Bob's");
  EXPECT_EQ(team->site_limit, 5);
  EXPECT_EQ(why(teams().create(as(join("eve@example.com", SystemRole::viewer)), "Eve's", 0)), "scope_missing team:create");
  EXPECT_EQ(why(teams().create(nobody, std::string(201, 'x'), 0)), "validation_failed");
}

TEST_P(TeamAccessTest, ATeamWithSitesIsDeletedOnlyByForce) {
  process_.sites.sites[team_.id] = 2;
  const auto key = process_.keys.create(tenant_, {.name = "ci"});
  EXPECT_EQ(why(teams().remove(as(owner_), TeamService::Force::no)), "in_use");
  ASSERT_TRUE(teams().remove(as(owner_), TeamService::Force::yes));
  EXPECT_THAT(process_.users.teams_of(owner_.id).value(), IsEmpty());
  EXPECT_EQ(why(process_.authenticator.authenticate(with_bearer(key->key), http::Auth::api_key)), "token_invalid");
  EXPECT_THAT(process_.events.names(), Contains("team.deleted " + team_.id.to_string()));
}

TEST_P(TeamAccessTest, SwitchingCountsForTheSameToken) {
  const auto other = add_team(owner_, "Other");
  ASSERT_TRUE(process_.signing.rotate());
  const auto issued = process_.tokens.issue(owner_.id, team_.id, {});
  const auto active = [&] { return process_.authenticator.authenticate(with_bearer(issued->access_token), http::Auth::bearer)->tenant.customer_id; };
  EXPECT_EQ(active(), team_.id);
  ASSERT_TRUE(teams().switch_to(owner_.id, issued->session_id, other.id));
  EXPECT_EQ(active(), other.id);
}

TEST_P(TeamAccessTest, MembersLeaveAndAreRemoved) {
  const auto bob = join("bob@example.com", SystemRole::viewer), eve = join("eve@example.com", SystemRole::viewer);
  EXPECT_EQ(why(teams().remove_member(as(bob), eve.id)), "scope_missing teams:remove-users");
  EXPECT_EQ(why(teams().remove_member(as(bob), bob.id)), "ok");
  EXPECT_EQ(why(teams().remove_member(as(owner_), eve.id)), "ok");
  EXPECT_EQ(why(teams().remove_member(as(owner_), owner_.id)), "conflict");
  EXPECT_EQ(process_.users.find_user(eve.id)->status, UserStatus::active);
}

TEST_P(TeamAccessTest, OwnershipIsHandedOnByTheOwner) {
  const auto admin = join("admin@example.com", SystemRole::administrator);
  EXPECT_EQ(why(teams().transfer(as(admin), admin.id)), "insufficient_role");
  EXPECT_EQ(why(teams().transfer(as(owner_), add_user("eve@example.com").id)), "validation_failed");
  ASSERT_TRUE(teams().transfer(as(owner_), admin.id));
  EXPECT_THAT(role_names(admin.id), Contains("Owner"));
  EXPECT_THAT(role_names(owner_.id), ElementsAre("Administrator"));
}

// ---------------------------------------------------------------- invitations

TEST_P(TeamAccessTest, AnInvitationBringsWhoeverHasTheAddress) {
  ASSERT_TRUE(teams().invite(as(owner_), "Bob@example.com", "operator"));
  const auto link = mails().link("invitation", "bob@example.com");
  const auto token = link.substr(link.rfind('/') + 1);
  EXPECT_TRUE(link.starts_with("https://auth.example/invites/"));
  EXPECT_EQ(why(teams().accept(add_user("eve@example.com").id, token)), "not_invited");
  const auto bob = add_user("bob@example.com");
  const auto team = teams().accept(bob.id, token);
  ASSERT_TRUE(team);
  EXPECT_EQ(*team, team_.id);
  EXPECT_THAT(role_names(bob.id), ElementsAre("Operator"));
  EXPECT_EQ(why(teams().accept(bob.id, token)), "resource_missing") << "once";
  EXPECT_EQ(why(teams().invite(as(owner_), "bob@example.com", {})), "already_exists");
}

TEST_P(TeamAccessTest, AnInvitationEndsAfterSevenDays) {
  ASSERT_TRUE(teams().invite(as(owner_), "bob@example.com", {}));
  const auto link = mails().link("invitation", "bob@example.com");
  clock_.advance(TeamService::kInviteLife);
  EXPECT_EQ(why(teams().accept(add_user("bob@example.com").id, link.substr(link.rfind('/') + 1))), "link_expired");
  EXPECT_THAT(teams().invites(owner_.id, team_.id).value(), IsEmpty());
}

TEST_P(TeamAccessTest, ASecondInvitationReplacesTheFirst) {
  ASSERT_TRUE(teams().invite(as(owner_), "bob@example.com", {}));
  const auto first = mails().link("invitation", "bob@example.com");
  EXPECT_EQ(why(teams().invite(as(owner_), "bob@example.com", {})), "rate_limited") << "nobody is flooded with mails";
  clock_.advance(TeamService::kInviteAgain);
  ASSERT_TRUE(teams().invite(as(owner_), "bob@example.com", id_of(SystemRole::operator_).to_string()));
  const auto open = teams().invites(owner_.id, team_.id).value();
  ASSERT_THAT(open, SizeIs(1));
  EXPECT_EQ(open[0].role_name, "Operator");
  EXPECT_EQ(why(teams().accept(add_user("bob@example.com").id, first.substr(first.rfind('/') + 1))), "resource_missing");
  ASSERT_TRUE(teams().cancel_invite(as(owner_), open[0].id));
  EXPECT_EQ(why(teams().cancel_invite(as(owner_), open[0].id)), "resource_missing");
}

TEST_P(TeamAccessTest, InvitationsCarryOnlyWhatTheInviterHolds) {
  const auto custom = roles().create(as(owner_), "Recruiter", {"teams:invite-users"});
  const auto bob = join("bob@example.com", SystemRole::viewer);
  ASSERT_TRUE(members().update(as(owner_), bob.id, {.roles = wanted({custom->id})}));
  EXPECT_EQ(why(teams().invite(as(bob), "eve@example.com", "Administrator")).substr(0, 13), "scope_missing");
  EXPECT_EQ(why(teams().invite(as(bob), "eve@example.com", "Owner")), "validation_failed");
  EXPECT_EQ(why(teams().invite(as(bob), "eve@example.com", "Recruiter")), "ok");
}

// ---------------------------------------------------------------- roles

TEST_P(TeamAccessTest, CustomRolesAreTheTeamsOwn) {
  const auto role = roles().create(as(owner_), "NOC", {"sites:read", "job:create"});
  ASSERT_TRUE(role);
  EXPECT_THAT(role->scopes, ElementsAre("job:create", "site:view"));
  EXPECT_EQ(why(roles().create(as(owner_), "NOC", {"site:view"})), "already_exists");
  EXPECT_EQ(why(roles().create(as(owner_), "administrator", {"site:view"})), "already_exists");
  EXPECT_EQ(why(roles().create(as(owner_), "Odd", {"site:fly"})), "validation_failed");
  EXPECT_EQ(why(roles().update(as(owner_), id_of(SystemRole::viewer), {.name = "Mine"})), "insufficient_role");
  const auto stranger = add_user("eve@example.com");
  const Tenant other{add_team(stranger, "Other").id};
  EXPECT_EQ(why(roles().find(other, role->id)), "resource_missing");
  EXPECT_EQ(why(roles().update(as(stranger, other), role->id, {.name = "Mine"})), "resource_missing");
  EXPECT_EQ(why(roles().remove(as(stranger, other), role->id, RoleService::Force::yes)), "resource_missing");
  EXPECT_THAT(roles().list(other).value(), SizeIs(std::size(kSystemRoles)));
  EXPECT_EQ(why(members().update(as(stranger, other), stranger.id, {.roles = wanted({role->id})})), "validation_failed");
}

TEST_P(TeamAccessTest, ARoleInUseGoesByForceOnly) {
  const auto role = roles().create(as(owner_), "NOC", {"site:view"});
  const auto bob = join("bob@example.com", SystemRole::viewer);
  ASSERT_TRUE(members().update(as(owner_), bob.id, {.roles = wanted({role->id})}));
  EXPECT_EQ(roles().find(tenant_, role->id)->users, 1);
  EXPECT_EQ(why(roles().remove(as(owner_), role->id, RoleService::Force::no)), "in_use");
  EXPECT_EQ(why(roles().remove(as(owner_), role->id, RoleService::Force::yes)), "ok");
  EXPECT_THAT(role_names(bob.id), IsEmpty());
}

TEST_P(TeamAccessTest, ATeamHasFiftyRolesAtMost) {
  for (int i = 0; i < RoleService::kMostCustom; ++i) ASSERT_TRUE(roles().create(as(owner_), "Role " + std::to_string(i), {"site:view"}));
  EXPECT_EQ(why(roles().create(as(owner_), "One more", {"site:view"})), "limit_reached");
}

TEST_P(TeamAccessTest, NobodyCutsTheRoleHeManagesRolesWith) {
  const auto role = roles().create(as(owner_), "Admin light", {"role:update", "role:view", "user:update", "user:view"});
  const auto bob = join("bob@example.com", SystemRole::viewer);
  ASSERT_TRUE(members().update(as(owner_), bob.id, {.roles = wanted({role->id})}));
  EXPECT_EQ(why(roles().update(as(bob), role->id, {.scopes = {{"user:view"}}})), "conflict");
  EXPECT_EQ(why(roles().update(as(bob), role->id, {.scopes = {{"role:update", "user:update", "site:view"}}})), "scope_missing site:view");
  EXPECT_EQ(why(roles().update(as(owner_), role->id, {.scopes = {{"user:view"}}})), "ok");
}

// ---------------------------------------------------------------- roles for some sites

TEST_P(TeamAccessTest, ALimitedRoleReachesItsSitesOnly) {
  const auto bob = join("bob@example.com", SystemRole::viewer);
  ASSERT_TRUE(members().update(as(owner_), bob.id, {.roles = {{{id_of(SystemRole::viewer), SiteSelection{}},
                                                              {id_of(SystemRole::operator_), SiteSelection{{"region", {"north"}}}}}}}));
  ASSERT_TRUE(process_.signing.rotate());
  const auto token = process_.tokens.issue(bob.id, std::nullopt, {})->access_token;
  const auto principal = process_.authenticator.authenticate(with_bearer(token), http::Auth::bearer);
  ASSERT_TRUE(principal && principal->site_limits);
  EXPECT_FALSE(principal->site_limits->contains("site:view")) << "Viewer sees all";
  ASSERT_TRUE(principal->site_limits->contains("job:create"));
  EXPECT_EQ(principal->site_limits->at("job:create")->condition("c", "s", 1).sql, "region=north");
  EXPECT_FALSE(principal->site_limits->contains("-"));
  EXPECT_THAT(as(bob).scopes, Not(Contains("job:create"))) << "no right over the team";

  ASSERT_TRUE(members().update(as(owner_), bob.id, {.roles = {{{id_of(SystemRole::operator_), std::nullopt}}}})) << "the limit stays";
  const auto only = process_.authenticator.authenticate(with_bearer(token), http::Auth::bearer);
  EXPECT_TRUE(only->site_limits->contains("site:view"));
  EXPECT_TRUE(only->site_limits->contains("-"));
  ASSERT_TRUE(members().update(as(owner_), bob.id, {.roles = {{{id_of(SystemRole::operator_), SiteSelection{}}}}}));
  EXPECT_FALSE(process_.authenticator.authenticate(with_bearer(token), http::Auth::bearer)->site_limits);
}

TEST_P(TeamAccessTest, WhoIsLimitedCannotMakeAnUnlimitedKey) {
  const auto bob = join("bob@example.com", SystemRole::viewer);
  ASSERT_TRUE(members().update(as(owner_), bob.id, {.roles = {{{id_of(SystemRole::administrator), SiteSelection{{"region", {"north"}}}}}}}));
  EXPECT_EQ(why(process_.keys.create_as(as(bob), {.name = "ci", .scopes = {{"site:view"}}})), "validation_failed");
  EXPECT_EQ(why(process_.keys.create(tenant_, {.name = "ci", .scopes = {{"site:view"}}, .created_by = bob.id})), "validation_failed");
}

TEST(SiteLimitsTest, WithoutTagsWhoIsLimitedSeesNothing) {
  EXPECT_EQ(limits_to({{{"region", {"north"}}}}, nullptr)->condition("c", "s", 1).sql, "(1 = 0)");
}

}  // namespace
}  // namespace openstrat::identity
