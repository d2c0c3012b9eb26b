#include "realtime/rights.hpp"

#include "realtime/test_support.hpp"

namespace openstrat::realtime {
namespace {

/// Limits as the roles make them: a new object each time they are looked up.
class Tagged final : public SiteLimits {
 public:
  explicit Tagged(std::string tag) : tag_(std::move(tag)) {}
  Condition condition(std::string_view, std::string_view site, int next) const override { return {"(" + std::string(site) + " = ?" + std::to_string(next) + ")", {tag_}}; }

 private:
  const std::string tag_;
};

class RightsTest : public ::testing::Test {
 protected:
  Rights rights(const std::vector<std::string>& scopes, std::string limited_scope = "", std::string tag = "emea") {
    LimitsByScope limits;
    if (!limited_scope.empty()) limits[limited_scope] = std::make_shared<Tagged>(std::move(tag));
    return rights_of(customer_number(1), scopes, limited_scope.empty() ? nullptr : &limits, sights).value();
  }

  std::vector<SiteId> visible{site_number(1)};
  bool fails = false;
  int asked = 0;
  Sights sights{[this](const Tenant& tenant) -> Result<std::vector<SiteId>> {
    EXPECT_TRUE(tenant.sites != nullptr);
    ++asked;
    if (fails) return fail(Errc::unavailable, "no database");
    return visible;
  }};
};

TEST_F(RightsTest, ScopesOpenTopics) {
  const Rights some = rights({"fault:view", "site:view"});
  EXPECT_TRUE(some.sees(Topic::sites, site_number(1)));
  EXPECT_TRUE(some.sees(Topic::faults, std::nullopt));
  EXPECT_TRUE(some.sees(Topic::team, std::nullopt));
  EXPECT_FALSE(some.sees(Topic::jobs, site_number(1)));
  EXPECT_FALSE(some.sees(Topic::keys, std::nullopt));
  EXPECT_EQ(asked, 0);
}

TEST_F(RightsTest, ALimitHoldsForItsScopeOnly) {
  const Rights limited = rights({"job:view", "site:view"}, "job:view");
  EXPECT_TRUE(limited.sees(Topic::sites, site_number(2)));
  EXPECT_TRUE(limited.sees(Topic::jobs, site_number(1)));
  EXPECT_FALSE(limited.sees(Topic::jobs, site_number(2)));
  EXPECT_FALSE(limited.sees(Topic::jobs, std::nullopt));
}

TEST_F(RightsTest, TheSameLimitsAreLookedUpOnceAndAreEqual) {
  const Rights a = rights({"site:view"}, "site:view"), b = rights({"site:view"}, "site:view"), other = rights({"site:view"}, "site:view", "apac");
  EXPECT_EQ(a, b);
  EXPECT_NE(a, other);
  EXPECT_EQ(asked, 2);
}

TEST_F(RightsTest, RefreshTellsWhoseSitesAreOthersNow) {
  const Rights limited = rights({"site:view"}, "site:view");
  EXPECT_TRUE(sights.refresh().empty());
  visible.push_back(site_number(2));
  EXPECT_EQ(sights.refresh().size(), 1u);
  EXPECT_TRUE(limited.sees(Topic::sites, site_number(2)));
}

TEST_F(RightsTest, WhatCannotBeLookedUpIsNotSeen) {
  const Rights limited = rights({"site:view"}, "site:view");
  fails = true;
  EXPECT_EQ(sights.refresh().size(), 1u);
  EXPECT_FALSE(limited.sees(Topic::sites, site_number(1)));
}

TEST_F(RightsTest, NobodyIsAskedForSightsThatAreGone) {
  { const Rights limited = rights({"site:view"}, "site:view"); }
  sights.refresh();
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace openstrat::realtime
