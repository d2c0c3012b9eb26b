#include "tasks/cron.hpp"

#include <gtest/gtest.h>

namespace openstrat::tasks {
namespace {

std::string next_of(std::string_view expression, std::string_view after) {
  const auto cron = Cron::parse(expression);
  if (!cron) return cron.error().message();
  return to_iso8601(cron->next(parse_iso8601(after).value()));
}

TEST(Cron, EveryMinuteIsStrictlyLater) {
  EXPECT_EQ(next_of("* * * * *", "2026-02-03T08:00:00Z"), "2026-02-03T08:01:00.000000Z");
  EXPECT_EQ(next_of("* * * * *", "2026-02-03T08:00:59.999999Z"), "2026-02-03T08:01:00.000000Z");
}

TEST(Cron, StepsRangesAndLists) {
  EXPECT_EQ(next_of("*/5 * * * *", "2026-02-03T08:01:00Z"), "2026-02-03T08:05:00.000000Z");
  EXPECT_EQ(next_of("7/20 * * * *", "2026-02-03T08:08:00Z"), "2026-02-03T08:27:00.000000Z");
  EXPECT_EQ(next_of("0 8-10/2,23 * * *", "2026-02-03T10:00:00Z"), "2026-02-03T23:00:00.000000Z");
  EXPECT_EQ(next_of("30 2 * * *", "2026-02-03T02:30:00Z"), "2026-02-04T02:30:00.000000Z");
}

TEST(Cron, EndsOfMonthsAndYears) {
  EXPECT_EQ(next_of("59 23 31 12 *", "2026-12-31T23:59:00Z"), "2027-12-31T23:59:00.000000Z");
  EXPECT_EQ(next_of("0 0 31 * *", "2026-03-31T00:00:00Z"), "2026-05-31T00:00:00.000000Z");
  EXPECT_EQ(next_of("0 0 1 * *", "2026-12-15T00:00:00Z"), "2027-01-01T00:00:00.000000Z");
  EXPECT_EQ(next_of("0 0 30 jan-mar *", "2026-01-30T00:00:00Z"), "2026-03-30T00:00:00.000000Z");
}

TEST(Cron, LeapDays) {
  EXPECT_EQ(next_of("0 0 29 2 *", "2026-01-01T00:00:00Z"), "2028-02-29T00:00:00.000000Z");
  EXPECT_EQ(next_of("0 0 29 2 *", "2096-02-29T00:00:00Z"), "2104-02-29T00:00:00.000000Z");
}

TEST(Cron, DaysOfTheWeek) {  // 2026-02-03 is a Tuesday
  EXPECT_EQ(next_of("0 6 * * mon", "2026-02-03T00:00:00Z"), "2026-02-09T06:00:00.000000Z");
  EXPECT_EQ(next_of("0 6 * * 0", "2026-02-03T00:00:00Z"), "2026-02-08T06:00:00.000000Z");
  EXPECT_EQ(next_of("0 6 * * 7", "2026-02-03T00:00:00Z"), "2026-02-08T06:00:00.000000Z");
  EXPECT_EQ(next_of("0 6 * * 1-5", "2026-02-06T06:00:00Z"), "2026-02-09T06:00:00.000000Z");
}

TEST(Cron, TwoRestrictedDayFieldsMeanEither) {
  EXPECT_EQ(next_of("0 0 13 * fri", "2026-02-03T00:00:00Z"), "2026-02-06T00:00:00.000000Z");
  EXPECT_EQ(next_of("0 0 13 * mon", "2026-02-10T00:00:00Z"), "2026-02-13T00:00:00.000000Z");
}

TEST(Cron, RefusesWhatIsWrong) {
  for (const char* bad : {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *",
                          "* * * * 8", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1, * * * *", "1-2-3 * * * *", "-1 * * * *",
                          "0 0 31 2 *", "0 0 31 4,6,9,11 *"}) {
    EXPECT_FALSE(Cron::parse(bad)) << bad;
  }
  EXPECT_EQ(Cron::parse("0 25 * * *").error().message(), "cron: bad hour '25'");
}

}  // namespace
}  // namespace openstrat::tasks
