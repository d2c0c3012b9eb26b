// Which RouterOS a router pretends to be; every difference of the language between versions is asked for here.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace openstrat::ros {

struct Version {
  int major = 7;
  int minor = 24;
  int patch = 0;
  auto operator<=>(const Version&) const = default;
  static std::optional<Version> parse(std::string_view text);  ///< `7`, `7.20`, `6.49.17`
  std::string to_string() const;
};

/// What differs inside the language itself. What differs in menus is in the menu tree of the version.
enum class Feature {
  late_errors,            ///< 7.20: unknown commands fail when they are reached
  late_parameters,        ///< 7.23: unknown parameters too; before, they refuse the text
  catchable_import,       ///< 7.16: a syntax error of an imported file can be caught
  iso_dates,              ///< 7.10
  error_text_in_log,      ///< 7: the log names the reason of a failed script
  break_continue,         ///< 7.22
};

struct Personality {
  Version version;
  /// What `:parse` of wrong text does: raise an error, or give the diagnostic as a string. Devices differ in reports.
  bool parse_raises = true;

  Personality() = default;
  explicit Personality(Version v) : version(v) {}
  bool has(Feature feature) const;
  bool late_errors() const { return has(Feature::late_errors); }
  bool operator==(const Personality&) const = default;
};

}  // namespace openstrat::ros
