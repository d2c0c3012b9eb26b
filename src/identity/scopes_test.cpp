#include "identity/scopes.hpp"

#include <gmock/gmock.h>

#include <set>

namespace openstrat::identity {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(Scopes, AreNamedOnceEachAsResourceAndAction) {
  std::set<std::string_view> seen;
  for (const auto& info : scopes()) {
    EXPECT_TRUE(seen.insert(info.scope).second) << info.scope;
    EXPECT_EQ(std::ranges::count(info.scope, ':'), 1) << info.scope;
    EXPECT_FALSE(info.description.empty() || info.group.empty()) << info.scope;
  }
  EXPECT_TRUE(is_scope("site:view"));
  EXPECT_FALSE(is_scope("site:*"));
}

TEST(Scopes, OwnerHoldsAllAndAdministratorAllButDeletingTheTeam) {
  EXPECT_EQ(scopes_of(SystemRole::owner).size(), scopes().size());
  EXPECT_EQ(scopes_of(SystemRole::administrator).size(), scopes().size() - 1);
  EXPECT_THAT(scopes_of(SystemRole::administrator), Not(Contains("team:delete")));
}

TEST(Scopes, OperatorRunsTheFleetButNotThePeople) {
  const auto scopes = scopes_of(SystemRole::operator_);
  for (const auto* held : {"site:update", "job:delete", "script:run", "sla:run", "audit:view", "transientaccess:delete"})
    EXPECT_THAT(scopes, Contains(held));
  for (const auto* missing : {"site:delete", "user:update", "role:create", "team:update", "api:create", "billing:update", "site:action"})
    EXPECT_THAT(scopes, Not(Contains(missing)));
}

TEST(Scopes, ViewersSeeNoBillsKeysOrAudit) {
  const auto scopes = scopes_of(SystemRole::viewer);
  EXPECT_THAT(scopes, Contains("site:view"));
  for (const auto* missing : {"billing:view", "api:view", "apicredentials:view", "audit:view", "site:update"})
    EXPECT_THAT(scopes, Not(Contains(missing)));
  EXPECT_THAT(scopes_of(SystemRole::security_auditor), Contains("audit:view"));
  EXPECT_THAT(scopes_of(SystemRole::billing_manager),
              ElementsAre("billing:create", "billing:delete", "billing:update", "billing:view", "user:view"));
}

TEST(Scopes, CoarseNamesOfNewerKeysStandForThoseOfTheResource) {
  EXPECT_THAT(expand_scope("site:view"), ElementsAre("site:view"));
  EXPECT_THAT(expand_scope("sites:read"), ElementsAre("site:view"));
  EXPECT_THAT(expand_scope("scripts:write"), ElementsAre("script:create", "script:update", "script:delete", "script:run"));
  EXPECT_THAT(expand_scope("site:*"), IsEmpty());
  EXPECT_THAT(expand_scope("nothing"), IsEmpty());
}

TEST(Scopes, KeysGetNoPowerOverPeopleUnlessChosen) {
  const auto scopes = default_key_scopes(all_scopes());
  EXPECT_THAT(scopes, Contains("site:delete"));
  for (const auto* missing : {"user:view", "role:view", "api:create", "billing:view", "team:delete"})
    EXPECT_THAT(scopes, Not(Contains(missing)));
}

}  // namespace
}  // namespace openstrat::identity
