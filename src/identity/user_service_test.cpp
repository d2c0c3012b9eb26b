#include "identity/user_service.hpp"

#include "db/database.hpp"
#include "identity/password_policy.hpp"
#include "identity/test_fixture.hpp"
#include "identity/user_store.hpp"

namespace openstrat::identity {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PasswordPolicy, NamesEveryBrokenRule) {
  EXPECT_THAT(broken_password_rules("Correct-horse-7", "ann@example.com"), IsEmpty());
  EXPECT_THAT(broken_password_rules("ann", "ann@example.com"),
              ElementsAre("must have at least 8 characters", "must contain an upper-case letter", "must contain a digit",
                          "must contain a special character", "must not contain the name part of the e-mail address"));
  EXPECT_THAT(broken_password_rules("ABCDEFG1!", "ann@example.com"), ElementsAre("must contain a lower-case letter"));
  EXPECT_THAT(broken_password_rules("xAnN-12345", "ann@example.com"),
              ElementsAre("must not contain the name part of the e-mail address"));
  EXPECT_THAT(broken_password_rules(std::string(126, 'a') + "A1!", "ann@example.com"),
              ElementsAre("must not have more than 128 characters"));
}

TEST(Email, IsNormalisedOrRefused) {
  EXPECT_EQ(normalise_email("  Ann.Lee@Example.COM "), "ann.lee@example.com");
  EXPECT_EQ(normalise_email("root@localhost"), "root@localhost");
  for (const auto* wrong : {"", "ann", "@example.com", "ann@", "ann@@example.com", "ann lee@example.com", "ann@.com", "ann@a..b", "a@b\n.c"})
    EXPECT_EQ(normalise_email(wrong), std::nullopt) << wrong;
}

class UserServiceTest : public IdentityTest {
 protected:
  UserService& users() { return process_.users; }
  std::vector<std::string> scopes_in(const Team& team, const User& user) {
    return *database_->read([&](db::Session& session) { return user_store::scopes_of(session, Tenant{team.id}, user.id); });
  }
};
INSTANTIATE_EACH_ENGINE(UserServiceTest);

TEST_P(UserServiceTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations()); }

TEST_P(UserServiceTest, StoresAPasswordOnlyAsASlowHash) {
  const auto created = users().create_user({.email = " Ann@Example.com", .name = "Ann", .password = kPassword});
  ASSERT_TRUE(created) << created.error().message();
  const auto user = users().find_user("ANN@example.com");
  ASSERT_TRUE(user);
  EXPECT_EQ(user->id, created->id);
  EXPECT_EQ(user->email, "ann@example.com");
  EXPECT_TRUE(user->password_hash->starts_with("$argon2id$v=19$"));
  EXPECT_TRUE(crypto::verify_password(*user->password_hash, kPassword));
}

TEST_P(UserServiceTest, NamesEveryWrongField) {
  const auto refused = users().create_user({.email = "nobody", .password = "short", .timezone = "Mars/Base"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::invalid);
  std::vector<std::string> names;
  for (const auto& field : refused.error().fields()) names.push_back(field.name);
  EXPECT_THAT(names, ElementsAre("email", "timezone", "password", "password", "password", "password"));
}

TEST_P(UserServiceTest, AnEmailIsTakenOnce) {
  add_user("ann@example.com");
  const auto second = users().create_user({.email = "ANN@example.com"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Errc::conflict);
  EXPECT_EQ(second.error().reason(), "already_exists");
}

TEST_P(UserServiceTest, WhoCreatesATeamOwnsIt) {
  const auto user = add_user("ann@example.com");
  const auto team = add_team(user);
  EXPECT_EQ(scopes_in(team, user).size(), scopes().size());
  EXPECT_EQ(users().teams_of(user.id)->front().name, "Acme");
  EXPECT_EQ(users().remove_member(Tenant{team.id}, user.id).error().code(), Errc::conflict);
}

TEST_P(UserServiceTest, MembersHoldTheUnionOfTheirRoles) {
  const auto owner = add_user("ann@example.com");
  const auto bob = add_user("bob@example.com");
  const Team team = add_team(owner);
  const Tenant tenant{team.id};
  ASSERT_TRUE(users().add_member(tenant, bob.id, SystemRole::billing_manager));
  EXPECT_EQ(users().add_member(tenant, bob.id, SystemRole::viewer).error().reason(), "already_exists");
  EXPECT_EQ(users().assign_role(tenant, bob.id, SystemRole::owner).error().code(), Errc::conflict);
  EXPECT_EQ(scopes_in(team, bob).size(), 5u);
  ASSERT_TRUE(users().assign_role(tenant, bob.id, SystemRole::viewer));
  EXPECT_THAT(scopes_in(team, bob), testing::IsSupersetOf({"billing:update", "site:view"}));
  ASSERT_TRUE(users().remove_role(tenant, bob.id, SystemRole::billing_manager));
  EXPECT_EQ(scopes_in(team, bob), scopes_of(SystemRole::viewer));
  ASSERT_TRUE(users().remove_member(tenant, bob.id));
  EXPECT_THAT(scopes_in(team, bob), IsEmpty());
  EXPECT_EQ(users().remove_member(tenant, bob.id).error().code(), Errc::not_found);
  EXPECT_EQ(users().assign_role(tenant, bob.id, SystemRole::viewer).error().code(), Errc::not_found);
}

TEST_P(UserServiceTest, UnknownTeamsAreNotFound) {
  const auto user = add_user("ann@example.com");
  const Tenant nowhere{TeamId(uuid_v4(secure_rng()))};
  EXPECT_EQ(users().find_team(nowhere).error().code(), Errc::not_found);
  EXPECT_EQ(users().add_member(nowhere, user.id, SystemRole::viewer).error().code(), Errc::not_found);
  EXPECT_EQ(users().create_team(user.id, "  ").error().code(), Errc::invalid);
}

TEST_P(UserServiceTest, TellsTheSiteLimitOfATeam) {
  const auto user = add_user("ann@example.com");
  const auto limited = users().create_team(user.id, "Small", 7);
  const auto limit = database_->read([&](db::Session& session) { return site_limit(session, Tenant{limited->id}); });
  EXPECT_EQ(*limit, 7);
}

TEST_P(UserServiceTest, EnrolCreatesTheTeamOnceAndThenJoinsIt) {
  const auto first = users().enrol("ann@example.com", kPassword, "Acme");
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_TRUE(first->team_created);
  EXPECT_EQ(first->team.owner_id, first->user.id);
  const auto second = users().enrol("bob@example.com", kPassword, "Acme");
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->team_created);
  EXPECT_EQ(second->team.id, first->team.id);
  EXPECT_EQ(scopes_in(second->team, second->user), scopes_of(SystemRole::administrator));
  EXPECT_EQ(users().enrol("eve@example.com", kPassword, first->team.id.to_string())->team.id, first->team.id);
}

TEST_P(UserServiceTest, TheFirstOneEnrolledRunsTheInstallationAndNobodyAfterIt) {
  const auto ann = users().enrol("ann@example.com", kPassword, "Acme");
  const auto bob = users().enrol("bob@example.com", kPassword, "Other");
  EXPECT_TRUE(users().find_user(ann->user.id)->is_operator);
  EXPECT_FALSE(users().find_user(bob->user.id)->is_operator) << "the owner of a team is not who runs the installation";
  const auto operators = [&] { return database_->read([](db::Session& session) { return user_store::headcount(session); })->operators; };
  EXPECT_EQ(operators(), 1);
  ASSERT_TRUE(users().set_operator(bob->user.id, UserService::Operator::yes));
  EXPECT_EQ(operators(), 2);
  ASSERT_TRUE(users().set_operator(ann->user.id, UserService::Operator::no));
  ASSERT_TRUE(users().set_status(bob->user.id, UserStatus::blocked));
  EXPECT_EQ(operators(), 0) << "who cannot sign in runs nothing";
  EXPECT_EQ(users().set_operator(UserId(uuid_v4(secure_rng())), UserService::Operator::yes).error().code(), Errc::not_found);
}

TEST_P(UserServiceTest, WhoWasMadeOtherwiseIsNoOperator) {
  EXPECT_FALSE(users().find_user(add_user("ann@example.com").id)->is_operator);
  EXPECT_FALSE(users().enrol("bob@example.com", kPassword, "Acme")->user.is_operator) << "not the first one";
}

TEST_P(UserServiceTest, EnrolLeavesNothingBehindWhenItFails) {
  add_user("ann@example.com");
  EXPECT_EQ(users().enrol("Ann@example.com", kPassword, "Fresh").error().reason(), "already_exists");
  EXPECT_FALSE(users().find_team("Fresh")->has_value());
  EXPECT_EQ(users().enrol("bob@example.com", kPassword, uuid_v4(secure_rng()).to_string()).error().code(), Errc::not_found);
  EXPECT_EQ(users().find_user("bob@example.com").error().code(), Errc::not_found);
}

TEST_P(UserServiceTest, PreparingTwiceChangesNothing) {
  const auto owner = add_user("ann@example.com");
  const auto team = add_team(owner);
  const auto before = scopes_in(team, owner);
  ASSERT_TRUE(users().prepare());
  EXPECT_EQ(scopes_in(team, owner), before);
}

}  // namespace
}  // namespace openstrat::identity
