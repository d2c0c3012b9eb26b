#include "base/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>

namespace openstrat::metrics {
namespace {

bool is_name(std::string_view name, bool colon_allowed) {
  const auto allowed = [colon_allowed](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c == ':' && colon_allowed);
  };
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') && std::ranges::all_of(name, allowed);
}

std::string escaped(std::string_view text, bool quotes) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || (quotes && c == '"')) out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

/// `a="1",b="2"`, the part between the braces.
std::string label_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!is_name(name, false)) throw std::invalid_argument("metrics: malformed label name: " + name);
    if (!out.empty()) out += ',';
    out += fmt::format("{}=\"{}\"", name, escaped(value, true));
  }
  return out;
}

void append_sample(std::string& out, std::string_view name, std::string_view labels, std::string_view value) {
  out += name;
  if (!labels.empty()) fmt::format_to(std::back_inserter(out), "{{{}}}", labels);
  fmt::format_to(std::back_inserter(out), " {}\n", value);
}

void append_histogram(std::string& out, const std::string& name, const std::string& labels,
                      const Histogram& histogram) {
  const std::string separator = labels.empty() ? "" : ",";
  const auto counts = histogram.bucket_counts();
  const auto& bounds = histogram.upper_bounds();
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    const std::string bound = i < bounds.size() ? number(bounds[i]) : "+Inf";
    append_sample(out, name + "_bucket", fmt::format("{}{}le=\"{}\"", labels, separator, bound), std::to_string(total));
  }
  append_sample(out, name + "_sum", labels, number(histogram.sum()));
  append_sample(out, name + "_count", labels, std::to_string(total));
}

}  // namespace

Histogram::Histogram(std::vector<double> upper_bounds)
    : upper_bounds_(std::move(upper_bounds)), counts_(new std::atomic<std::uint64_t>[upper_bounds_.size() + 1]()) {
  // less_equal as the order makes equal neighbours count as unsorted.
  const bool finite = std::ranges::all_of(upper_bounds_, [](double bound) { return std::isfinite(bound); });
  if (!finite || !std::ranges::is_sorted(upper_bounds_, std::ranges::less_equal{})) {
    throw std::invalid_argument("metrics: histogram bounds must be finite and ascending");
  }
}

void Histogram::observe(double value) {
  const auto bucket = std::ranges::lower_bound(upper_bounds_, value) - upper_bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::bucket_counts() const {
  std::vector<std::uint64_t> counts(upper_bounds_.size() + 1);
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = counts_[i].load(std::memory_order_relaxed);
  return counts;
}

std::vector<double> latency_bounds() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

struct Registry::Series {
  std::string labels;
  Counter counter;
  Gauge gauge;
  std::function<double()> read;
  std::unique_ptr<Histogram> histogram;
};

struct Registry::Family {
  Kind kind;
  std::string help;
  std::vector<std::unique_ptr<Series>> series{};
};

Registry::Registry() = default;
Registry::~Registry() = default;

Registry::Series& Registry::series(Kind kind, std::string_view name, std::string_view help, Labels&& labels) {
  if (!is_name(name, true)) throw std::invalid_argument("metrics: malformed name: " + std::string(name));
  std::string text = label_text(labels);
  auto found = families_.find(name);
  if (found == families_.end()) {
    found = families_.emplace(name, std::make_unique<Family>(kind, std::string(help))).first;
  }
  Family& family = *found->second;
  if (family.kind != kind) throw std::invalid_argument("metrics: two kinds of " + std::string(name));
  for (const auto& known : family.series) {
    if (known->labels == text) return *known;
  }
  family.series.push_back(std::make_unique<Series>());
  family.series.back()->labels = std::move(text);
  return *family.series.back();
}

Counter& Registry::counter(std::string_view name, std::string_view help, Labels labels) {
  const std::scoped_lock lock(mutex_);
  return series(Kind::counter, name, help, std::move(labels)).counter;
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, Labels labels) {
  const std::scoped_lock lock(mutex_);
  return series(Kind::gauge, name, help, std::move(labels)).gauge;
}

Histogram& Registry::histogram(std::string_view name, std::string_view help, std::vector<double> upper_bounds,
                               Labels labels) {
  auto created = std::make_unique<Histogram>(std::move(upper_bounds));
  const std::scoped_lock lock(mutex_);
  Series& entry = series(Kind::histogram, name, help, std::move(labels));
  if (!entry.histogram) entry.histogram = std::move(created);
  return *entry.histogram;
}

void Registry::gauge_callback(std::string_view name, std::string_view help, std::function<double()> read,
                              Labels labels) {
  const std::scoped_lock lock(mutex_);
  series(Kind::gauge, name, help, std::move(labels)).read = std::move(read);
}

std::string Registry::render() const {
  const std::scoped_lock lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    const std::string_view kind = family->kind == Kind::counter ? "counter"
                                  : family->kind == Kind::gauge ? "gauge"
                                                                : "histogram";
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, escaped(family->help, false), name,
                   kind);
    for (const auto& entry : family->series) {
      switch (family->kind) {
        case Kind::counter: append_sample(out, name, entry->labels, std::to_string(entry->counter.value())); break;
        case Kind::gauge:
          append_sample(out, name, entry->labels, number(entry->read ? entry->read() : entry->gauge.value()));
          break;
        case Kind::histogram: append_histogram(out, name, entry->labels, *entry->histogram); break;
      }
    }
  }
  return out;
}

}  // namespace openstrat::metrics
