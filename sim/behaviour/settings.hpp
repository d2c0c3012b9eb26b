// A row with its defaults filled in: what the router acts upon.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "sim/config/config.hpp"

namespace openstrat::sim {

/// Refers to the row and the schema: valid until the table changes.
class Settings {
 public:
  Settings(const Config& config, std::string_view menu, const Row* row);
  Settings(const Config& config, const FoundRow& found) : Settings(config, found.menu, found.row) {}
  /// The record of a singleton; all default when nobody wrote it.
  static Settings record(const Config& config, std::string_view menu) { return {config, menu, config.record(menu)}; }

  /// What was set, else the default, else empty.
  std::string_view get(std::string_view property) const;
  bool yes(std::string_view property) const { return get(property) == "yes"; }
  bool enabled() const { return !yes("disabled"); }
  std::int64_t number(std::string_view property, std::int64_t fallback) const;
  Duration time(std::string_view property, Duration fallback) const;
  RowId id() const { return row_ == nullptr ? 0 : row_->id; }
  bool dynamic() const { return row_ != nullptr && row_->dynamic; }
  const Row* row() const { return row_; }

 private:
  const Menu* menu_;
  const Version& version_;
  const Row* row_;
};

/// `10s`, `00:01:00`, `5` (seconds).
std::optional<Duration> parse_duration(std::string_view text);
/// `5`, `5-9`.
struct NumberRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool contains(std::int64_t number) const { return first <= number && number <= last; }
  static std::optional<NumberRange> parse(std::string_view text);
};
/// Whether `number` is in a list of ranges (`80,443,1000-2000`); nullopt: it is not such a list.
std::optional<bool> in_ranges(std::string_view list, std::int64_t number);
/// `*` and `?` as in file names, without regard to case.
bool matches_wildcard(std::string_view pattern, std::string_view text);

}  // namespace openstrat::sim
