#include "identity/provisioning_service.hpp"

#include "identity/test_fixture.hpp"

namespace openstrat::identity {
namespace {

class ProvisioningTest : public IdentityTest {
 protected:
  Provisioning provisioning_{process_.cache, clock_, secure_rng()};
};
INSTANTIATE_EACH_ENGINE(ProvisioningTest);

TEST_P(ProvisioningTest, AUserOfAnotherProviderHasNoPasswordAndAVerifiedAddress) {
  const auto made = database_->write([&](db::Session& session) { return provisioning_.create(session, " Ann@Example.com ", "Ann\nBell", "google"); });
  ASSERT_TRUE(made) << made.error().message();
  const auto found = process_.users.find_user("ann@example.com");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made->id);
  EXPECT_EQ(found->name, "AnnBell");
  EXPECT_EQ(found->idp, "google");
  EXPECT_TRUE(found->email_verified);
  EXPECT_EQ(found->password_hash, std::nullopt);
  EXPECT_EQ(found->status, UserStatus::active);
}

TEST_P(ProvisioningTest, JoinsATeamOnce) {
  const auto owner = add_user("owner@example.com");
  const auto team = add_team(owner);
  const auto user = add_user("ann@example.com");
  for (int i = 0; i < 2; ++i) {
    const auto added = database_->write([&](db::Session& session) { return provisioning_.add_member(session, Tenant{team.id}, user.id, SystemRole::viewer); });
    EXPECT_TRUE(added);
  }
  const auto member = database_->read([&](db::Session& session) { return provisioning_.is_member(session, Tenant{team.id}, user.id); });
  EXPECT_TRUE(*member);
  EXPECT_EQ(process_.users.teams_of(user.id)->size(), 1u);
}

}  // namespace
}  // namespace openstrat::identity
