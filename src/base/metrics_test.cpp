#include "base/metrics.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <thread>

namespace openstrat::metrics {
namespace {

TEST(Metrics, RendersTheTextFormat) {
  Registry registry;
  registry.counter("http_requests_total", "Requests.", {{"route", "/sites"}, {"status", "200"}}).add(3);
  registry.counter("http_requests_total", "Requests.", {{"route", "/sites"}, {"status", "404"}}).add();
  registry.gauge("queue_depth", "Waiting work.").set(2.5);
  registry.gauge_callback("sites", "Sites\nand \\ more.", [] { return 100'000.0; });
  EXPECT_EQ(registry.render(),
            "# HELP http_requests_total Requests.\n"
            "# TYPE http_requests_total counter\n"
            "http_requests_total{route=\"/sites\",status=\"200\"} 3\n"
            "http_requests_total{route=\"/sites\",status=\"404\"} 1\n"
            "# HELP queue_depth Waiting work.\n"
            "# TYPE queue_depth gauge\n"
            "queue_depth 2.5\n"
            "# HELP sites Sites\\nand \\\\ more.\n"
            "# TYPE sites gauge\n"
            "sites 100000\n");
}

TEST(Metrics, HistogramIsCumulative) {
  Registry registry;
  Histogram& histogram = registry.histogram("latency_seconds", "Time.", {0.25, 1}, {{"op", "poll"}});
  for (const double value : {0.125, 0.25, 0.5, 8.0}) histogram.observe(value);
  EXPECT_EQ(registry.render(),
            "# HELP latency_seconds Time.\n"
            "# TYPE latency_seconds histogram\n"
            "latency_seconds_bucket{op=\"poll\",le=\"0.25\"} 2\n"
            "latency_seconds_bucket{op=\"poll\",le=\"1\"} 3\n"
            "latency_seconds_bucket{op=\"poll\",le=\"+Inf\"} 4\n"
            "latency_seconds_sum{op=\"poll\"} 8.875\n"
            "latency_seconds_count{op=\"poll\"} 4\n");
}

TEST(Metrics, EscapesLabelValues) {
  Registry registry;
  registry.counter("c", "C.", {{"l", "a\"b\\c\nd"}});
  EXPECT_NE(registry.render().find("c{l=\"a\\\"b\\\\c\\nd\"} 0\n"), std::string::npos);
}

TEST(Metrics, WritesSpecialNumbers) {
  Registry registry;
  Gauge& gauge = registry.gauge("g", "G.");
  gauge.set(std::numeric_limits<double>::infinity());
  EXPECT_NE(registry.render().find("g +Inf\n"), std::string::npos);
  gauge.set(std::numeric_limits<double>::quiet_NaN());
  EXPECT_NE(registry.render().find("g NaN\n"), std::string::npos);
  gauge.set(1e-7);
  gauge.add(0);
  EXPECT_NE(registry.render().find("g 1e-07\n"), std::string::npos);
}

TEST(Metrics, SameNameAndLabelsAreTheSameInstrument) {
  Registry registry;
  Counter& first = registry.counter("c", "C.", {{"l", "1"}});
  EXPECT_EQ(&first, &registry.counter("c", "C.", {{"l", "1"}}));
  EXPECT_NE(&first, &registry.counter("c", "C.", {{"l", "2"}}));
}

TEST(Metrics, RefusesMalformedRegistrations) {
  Registry registry;
  registry.counter("c", "C.");
  EXPECT_THROW(registry.gauge("c", "C."), std::invalid_argument);
  for (const char* name : {"", "1c", "a-b", "a b", "\u00e9"}) {
    EXPECT_THROW(registry.counter(name, "C."), std::invalid_argument) << name;
    EXPECT_THROW(registry.counter("d", "C.", {{name, "v"}}), std::invalid_argument) << name;
  }
  EXPECT_THROW(registry.histogram("h", "H.", {1, 1}), std::invalid_argument);
  EXPECT_THROW(registry.histogram("h", "H.", {2, 1}), std::invalid_argument);
  EXPECT_THROW(registry.histogram("h", "H.", {std::numeric_limits<double>::infinity()}), std::invalid_argument);
}

TEST(Metrics, CountsFromManyThreads) {
  Registry registry;
  Counter& counter = registry.counter("c", "C.");
  Histogram& histogram = registry.histogram("h", "H.", latency_bounds());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          counter.add();
          histogram.observe(1);
        }
        EXPECT_FALSE(registry.render().empty());
      });
    }
  }
  EXPECT_EQ(counter.value(), 4000u);
  EXPECT_EQ(histogram.sum(), 4000.0);
}

}  // namespace
}  // namespace openstrat::metrics
