#include "identity/key_service.hpp"

#include "db/database.hpp"
#include "identity/test_fixture.hpp"

namespace openstrat::identity {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class KeyServiceTest : public IdentityTest {
 protected:
  KeyService& keys() { return process_.keys; }
  User user_ = add_user("ann@example.com");
  Tenant tenant_{add_team(user_).id};
};
INSTANTIATE_EACH_ENGINE(KeyServiceTest);

TEST_P(KeyServiceTest, KeepsTheHashAndAHintOfTheSecret) {
  const auto created = keys().create(tenant_, {.name = " ci ", .created_by = user_.id});
  ASSERT_TRUE(created) << created.error().message();
  const auto stored = keys().find(tenant_, created->credential.id);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->name, "ci");
  EXPECT_EQ(stored->secret_hash, crypto::hex(crypto::sha256(created->key.substr(74))));
  EXPECT_EQ(stored->hint, created->key.substr(created->key.size() - 4));
  EXPECT_EQ(stored->permissions, default_key_scopes(all_scopes()));
  EXPECT_EQ(stored->created_by, user_.id);
}

TEST_P(KeyServiceTest, GivesOnlyScopesThatItsCreatorHolds) {
  const auto bob = add_user("bob@example.com");
  ASSERT_TRUE(process_.users.add_member(tenant_, bob.id, SystemRole::viewer));
  const auto chosen = [&](std::vector<std::string> scopes) {
    return keys().create(tenant_, {.name = "ci", .scopes = std::move(scopes), .created_by = bob.id});
  };
  EXPECT_THAT(chosen({"sites:read", "site:view", "job:view"})->credential.permissions, ElementsAre("job:view", "site:view"));
  EXPECT_EQ(chosen({"site:view", "site:update"}).error().code(), Errc::invalid);
  EXPECT_THAT(chosen({"nonsense", "site:update"}).error().fields(), SizeIs(2));
  EXPECT_EQ(chosen({}).error().code(), Errc::invalid);
  const auto by_default = keys().create(tenant_, {.name = "ci", .created_by = bob.id});
  EXPECT_EQ(by_default->credential.permissions, default_key_scopes(scopes_of(SystemRole::viewer)));
}

TEST_P(KeyServiceTest, TheCommandLineMayGiveEveryScope) {
  const auto created = keys().create(tenant_, {.name = "root", .scopes = all_scopes()});
  EXPECT_EQ(created->credential.permissions, all_scopes());
}

TEST_P(KeyServiceTest, RefusesBadNamesAndDates) {
  const Timestamp midnight = *parse_iso8601("2026-02-04T00:00:00Z");
  EXPECT_EQ(keys().create(tenant_, {.name = "", .expires_at = midnight}).error().fields().size(), 2u);
  EXPECT_TRUE(keys().create(tenant_, {.name = "ci", .expires_at = midnight + Duration(1)}));
  EXPECT_EQ(keys().create(tenant_, {.name = std::string(101, 'x')}).error().code(), Errc::invalid);
  EXPECT_EQ(keys().create(Tenant{TeamId(uuid_v4(secure_rng()))}, {.name = "ci"}).error().code(), Errc::not_found);
}

TEST_P(KeyServiceTest, ListsWhatIsNotRevokedNewestFirst) {
  const auto first = keys().create(tenant_, {.name = "first"});
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(keys().create(tenant_, {.name = "second"}));
  EXPECT_THAT(*keys().list(tenant_), ElementsAre(testing::Field(&ApiCredential::name, "second"), testing::Field(&ApiCredential::name, "first")));
  ASSERT_TRUE(keys().revoke(tenant_, first->credential.id));
  EXPECT_THAT(*keys().list(tenant_), SizeIs(1));
  EXPECT_EQ(keys().revoke(tenant_, first->credential.id).error().code(), Errc::not_found);
}

TEST_P(KeyServiceTest, AnotherTeamSeesNothing) {
  const auto created = keys().create(tenant_, {.name = "ci"});
  const Tenant other{add_team(add_user("bob@example.com"), "Other").id};
  EXPECT_EQ(keys().find(other, created->credential.id).error().code(), Errc::not_found);
  EXPECT_EQ(keys().revoke(other, created->credential.id).error().code(), Errc::not_found);
  EXPECT_THAT(*keys().list(other), SizeIs(0));
}

}  // namespace
}  // namespace openstrat::identity
