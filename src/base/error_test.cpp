#include "base/error.hpp"

#include <gtest/gtest.h>

#include "base/guarded.hpp"

namespace openstrat {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(Errc::invalid, "the number is odd");
  return value / 2;
}

TEST(Result, HoldsValueOrError) {
  EXPECT_EQ(half(4).value(), 2);
  ASSERT_FALSE(half(3).has_value());
  EXPECT_EQ(half(3).error().code(), Errc::invalid);
  EXPECT_EQ(half(3).error().reason(), "validation_failed");
  EXPECT_EQ(half(3).error().message(), "the number is odd");
}

TEST(Error, CarriesDetails) {
  const Error error = Error(Errc::rate_limited, "slow down").with_retry_after(std::chrono::seconds(3));
  EXPECT_EQ(error.reason(), "rate_limited");
  EXPECT_EQ(error.retry_after(), std::chrono::seconds(3));
  EXPECT_EQ(Error(Errc::forbidden, "no").with_required_scope("site:delete").required_scope(), "site:delete");
  const Status status = fail(Errc::conflict, "site_deleting", "the site is being deleted");
  EXPECT_EQ(status.error().reason(), "site_deleting");
}

TEST(Error, NamesTheField) {
  const Status status = invalid_field("name", "must not be empty");
  EXPECT_EQ(status.error().code(), Errc::invalid);
  EXPECT_EQ(status.error().message(), "name: must not be empty");
  ASSERT_EQ(status.error().fields().size(), 1u);
  EXPECT_EQ(status.error().fields()[0].name, "name");
  EXPECT_EQ(status.error().fields()[0].text, "must not be empty");
}

TEST(Guarded, IsReachedWhileLocked) {
  Guarded<std::vector<int>> numbers;
  numbers.lock()->push_back(1);
  auto access = numbers.lock();
  access->push_back(2);
  EXPECT_EQ(access->size(), 2u);
}

}  // namespace
}  // namespace openstrat
