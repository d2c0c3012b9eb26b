// Counters, gauges and histograms in the Prometheus text format. Registered once at start-up with fixed labels;
// counting is one relaxed atomic operation, without locks or look-ups.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openstrat::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double step) { value_.fetch_add(step, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

class Histogram {
 public:
  explicit Histogram(std::vector<double> upper_bounds);  ///< ascending, without infinity
  void observe(double value);
  const std::vector<double>& upper_bounds() const { return upper_bounds_; }
  /// Observations in each bucket, not cumulative; one more than bounds, the last is what lies above them.
  std::vector<std::uint64_t> bucket_counts() const;
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::vector<double> upper_bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
  std::atomic<double> sum_{0};
};

/// Seconds, from half a millisecond to ten seconds.
std::vector<double> latency_bounds();

/// Owns the instruments; references stay valid as long as it lives. Asking again for the same name and labels gives the
/// same instrument. A malformed name, or one name for two kinds, throws std::invalid_argument. Thread-safe.
class Registry {
 public:
  Registry();
  ~Registry();
  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> upper_bounds,
                       Labels labels = {});
  /// Asked at every render(), which may be on any thread and must not come back to the registry.
  void gauge_callback(std::string_view name, std::string_view help, std::function<double()> read, Labels labels = {});

  /// Content type `text/plain; version=0.0.4`.
  std::string render() const;

 private:
  enum class Kind { counter, gauge, histogram };
  struct Series;
  struct Family;
  Series& series(Kind kind, std::string_view name, std::string_view help, Labels&& labels);

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Family>, std::less<>> families_;
};

}  // namespace openstrat::metrics
