#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace openstrat {
namespace {

using namespace std::chrono_literals;

Timestamp at(const char* text) {
  return parse_iso8601(text).value();
}

TEST(Iso8601, WritesMicrosecondsAndZ) {
  EXPECT_EQ(to_iso8601(from_unix_us(0)), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_iso8601(from_unix_us(1'770'105'600'000'001)), "2026-02-03T08:00:00.000001Z");
  EXPECT_EQ(to_iso8601(from_unix_us(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Iso8601, WritesOffsetFormWithoutFraction) {
  EXPECT_EQ(to_iso8601_offset(at("2025-01-31T03:14:15.999Z")), "2025-01-31T03:14:15+00:00");
}

TEST(Iso8601, ReadsEveryAcceptedForm) {
  const Timestamp eight = at("2026-02-03T08:00:00.000000Z");
  for (const char* text : {"2026-02-03T08:00:00Z", "2026-02-03t08:00:00z", "2026-02-03 08:00:00Z", "2026-02-03T08:00Z",
                           "2026-02-03T08:00:00.0Z", "2026-02-03T08:00:00,000000000Z", "2026-02-03T10:30:00+02:30",
                           "2026-02-03T10:30:00+0230", "2026-02-03T06:00:00-02", "2026-02-02T23:00:00-09:00"}) {
    EXPECT_EQ(parse_iso8601(text), eight) << text;
  }
}

TEST(Iso8601, ReadsFractionsOfAnyLength) {
  EXPECT_EQ(at("2026-02-03T08:00:00.5Z") - at("2026-02-03T08:00:00Z"), 500ms);
  EXPECT_EQ(at("2026-02-03T08:00:00.000001Z") - at("2026-02-03T08:00:00Z"), 1us);
  EXPECT_EQ(at("2026-02-03T08:00:00.1234569Z") - at("2026-02-03T08:00:00Z"), 123456us);
}

TEST(Iso8601, KnowsLeapYears) {
  EXPECT_TRUE(parse_iso8601("2024-02-29T00:00:00Z"));
  EXPECT_TRUE(parse_iso8601("2000-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_iso8601("2026-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_iso8601("2100-02-29T00:00:00Z"));
}

TEST(Iso8601, KeepsToTheYears1970To9999) {
  EXPECT_TRUE(parse_iso8601("1970-01-01T00:00:00Z"));
  EXPECT_TRUE(parse_iso8601("9999-12-31T23:59:59.999999Z"));
  EXPECT_FALSE(parse_iso8601("1969-12-31T23:59:59Z"));
  EXPECT_FALSE(parse_iso8601("1970-01-01T00:00:00+01:00"));
  EXPECT_FALSE(parse_iso8601("9999-12-31T23:59:59-01:00"));
}

TEST(Iso8601, RejectsEverythingElse) {
  for (const char* text : {"",
                           "2026-02-03",
                           "2026-02-03T08:00:00",
                           "2026-02-03T08Z",
                           "2026-2-3T08:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-01-01T00:00:60Z",
                           "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00Zx",
                           "2026-01-01T00:00:00+24:00",
                           "2026-01-01T00:00:00+02:",
                           "2026-01-01T00:00:00+02:60",
                           "2026-01-01T00:00:00+2",
                           " 2026-01-01T00:00:00Z",
                           "2026/01/01T00:00:00Z",
                           "20260101T000000Z",
                           "+2026-01-01T00:00:00Z",
                           "yesterday"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

TEST(Iso8601, RoundTrips) {
  for (std::int64_t us : {0LL, 1LL, 951'782'400'000'000LL, 1'770'105'600'123'456LL, 253'402'300'799'999'999LL}) {
    EXPECT_EQ(parse_iso8601(to_iso8601(from_unix_us(us))), from_unix_us(us));
  }
}

TEST(UnixSeconds, RoundDown) {
  EXPECT_EQ(to_unix_seconds(from_unix_us(1'999'999)), 1);
  EXPECT_EQ(to_unix_seconds(from_unix_us(-1)), -1);
}

TEST(TimeZone, KnowsIanaNamesOnly) {
  EXPECT_TRUE(is_time_zone("UTC"));
  EXPECT_TRUE(is_time_zone("Europe/Berlin"));
  EXPECT_TRUE(is_time_zone("Asia/Calcutta"));
  for (const char* name : {"", "Europe/Atlantis", "../../etc/passwd", "/etc/passwd", "Europe", "europe/berlin"}) {
    EXPECT_FALSE(is_time_zone(name)) << name;
  }
}

TEST(TimeZone, FormatsWithDaylightSaving) {
  const char* format = "%Y-%m-%d %H:%M:%S %Z %z";
  EXPECT_EQ(format_in_zone(at("2026-03-29T00:59:59Z"), "Europe/Berlin", format), "2026-03-29 01:59:59 CET +0100");
  EXPECT_EQ(format_in_zone(at("2026-03-29T01:00:00Z"), "Europe/Berlin", format), "2026-03-29 03:00:00 CEST +0200");
  EXPECT_EQ(format_in_zone(at("2026-10-25T00:30:00Z"), "Europe/Berlin", "%H:%M"), "02:30");
  EXPECT_EQ(format_in_zone(at("2026-10-25T01:30:00Z"), "Europe/Berlin", "%H:%M"), "02:30");
  EXPECT_EQ(format_in_zone(at("2026-07-01T22:00:00Z"), "Africa/Johannesburg", "%F %H:%M"), "2026-07-02 00:00");
}

TEST(TimeZone, UnknownCountsAsUtc) {
  EXPECT_EQ(format_in_zone(at("2026-07-01T22:00:00Z"), "Mars/Olympus", "%F %H:%M"), "2026-07-01 22:00");
}

TEST(HumanRelative, TellsTheLargestUnit) {
  const Timestamp now = at("2026-02-03T08:00:00Z");
  const auto ago = [now](Duration d) { return human_relative(now - d, now); };
  const auto ahead = [now](Duration d) { return human_relative(now + d, now); };
  EXPECT_EQ(ago(0s), "just now");
  EXPECT_EQ(ago(9'999ms), "just now");
  EXPECT_EQ(ahead(9s), "just now");
  EXPECT_EQ(ago(10s), "10 seconds ago");
  EXPECT_EQ(ago(59s), "59 seconds ago");
  EXPECT_EQ(ago(60s), "1 minute ago");
  EXPECT_EQ(ago(5min + 59s), "5 minutes ago");
  EXPECT_EQ(ahead(1h), "in 1 hour");
  EXPECT_EQ(ahead(24h - 1s), "in 23 hours");
  EXPECT_EQ(ahead(24h), "in 1 day");
  EXPECT_EQ(ahead(47h), "in 1 day");
  EXPECT_EQ(ahead(48h), "in 2 days");
  EXPECT_EQ(ago(24h * 7), "1 week ago");
  EXPECT_EQ(ago(24h * 30), "1 month ago");
  EXPECT_EQ(ago(24h * 364), "12 months ago");
  EXPECT_EQ(ago(24h * 800), "2 years ago");
}

TEST(HumanDuration, ListsDaysHoursMinutes) {
  EXPECT_EQ(human_duration(0s), "less than a minute");
  EXPECT_EQ(human_duration(-5min), "less than a minute");
  EXPECT_EQ(human_duration(59s), "less than a minute");
  EXPECT_EQ(human_duration(60s), "1 minute");
  EXPECT_EQ(human_duration(53h + 10min + 59s), "2 days, 5 hours, 10 minutes");
  EXPECT_EQ(human_duration(53h + 10min, 2), "2 days, 5 hours");
  EXPECT_EQ(human_duration(53h + 10min, 1), "2 days");
  EXPECT_EQ(human_duration(24h + 1min), "1 day, 1 minute");
  EXPECT_EQ(human_duration(24h * 400), "400 days");
}

TEST(ManualClock, MovesOnlyWhenTold) {
  ManualClock clock(from_unix_us(1000));
  EXPECT_EQ(clock.now(), from_unix_us(1000));
  clock.advance(5us);
  EXPECT_EQ(clock.now(), from_unix_us(1005));
  EXPECT_EQ(clock.monotonic(), Duration(1005));
  clock.set(from_unix_us(7));
  EXPECT_EQ(clock.now(), from_unix_us(7));
}

TEST(SystemClock, MonotonicNeverGoesBack) {
  const Duration first = system_clock().monotonic();
  EXPECT_GE(system_clock().monotonic(), first);
  EXPECT_GT(system_clock().now(), at("2025-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace openstrat
