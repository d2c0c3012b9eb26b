#include "fleet/site_order.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace openstrat::fleet {
namespace {

TEST(VersionOrder, IsThatOfReleases) {
  const std::vector<std::string_view> ascending{"6.49.18", "7.1", "7.9", "7.16beta2", "7.16beta10", "7.16rc1", "7.16", "7.16.1", "7.16.2", "7.17beta1", "7.20", "10.0"};
  for (std::size_t i = 1; i < ascending.size(); ++i)
    EXPECT_LT(version_order(ascending[i - 1]), version_order(ascending[i])) << ascending[i - 1] << " and " << ascending[i];
}

TEST(VersionOrder, IsZeroForOtherText) {
  for (const auto* text : {"", "unknown", ".", "v7.1"}) EXPECT_EQ(version_order(text), 0) << text;
  EXPECT_GT(version_order("7."), 0);
  EXPECT_GT(version_order("99999999999999999999.1.1.1"), version_order("7.1"));
}

TEST(StateRank, GoesBothWays) {
  for (const auto state : {SiteState::offline, SiteState::pending, SiteState::deleting, SiteState::online}) EXPECT_EQ(state_of_rank(state_rank(state)), state);
}

TEST(SeenOrder, HasTheSilentBeforeTheOnline) {
  const Timestamp then = from_unix_us(1'700'000'000'000'000);
  Site site;
  EXPECT_EQ(seen_order(site), 0);
  site.adopted_at = then;
  EXPECT_EQ(seen_order(site), to_unix_us(then));
  site.offline_since = then + std::chrono::hours(1);
  EXPECT_EQ(seen_order(site), to_unix_us(*site.offline_since));
  site.has_pulse = true;
  EXPECT_EQ(seen_order(site), kSeenNow);
}

}  // namespace
}  // namespace openstrat::fleet
