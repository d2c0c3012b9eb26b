// What the configuration asks of the rest of the router, and what it tells it. The device runtime implements both.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "ros_language/value.hpp"
#include "sim/config/table.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

/// Values that nobody configured and that move by themselves: uptime, free memory, whether an interface runs.
class Facts {
 public:
  virtual ~Facts() = default;
  /// A read-only property of a row (0: of a singleton); nullopt if the router has no such value.
  virtual std::optional<Value> fact(std::string_view menu, RowId row, std::string_view property) const = 0;
  /// The router's wall clock, in its own time zone.
  virtual Timestamp now() const = 0;
  /// Who runs the command: owner of schedulers and scripts.
  virtual std::string user() const { return "admin"; }
  /// A new private key of WireGuard in base64, for the interface of that name; empty: none can be made.
  virtual std::string new_key(std::string_view) const { return {}; }
  /// Whether that person may see passwords and keys.
  virtual bool shows_secrets() const { return true; }
};

enum class Change { added, changed, removed, moved };

/// Called after a command has changed something, and for what a command prints.
class ConfigEvents {
 public:
  virtual ~ConfigEvents() = default;
  virtual void row_changed(std::string_view menu, RowId row, Change change) = 0;
  virtual void print(std::string_view line) = 0;
  /// Columns that tables may take; 0: as many as they like.
  virtual std::size_t line_width() const { return 0; }
  /// `print file=`; the name has its suffix already.
  virtual void save_file(std::string_view name, std::string contents, bool append) = 0;
  /// `export file=`: routers write it in the background, so it may appear after the command has ended.
  virtual void save_export(std::string_view name, std::string contents) { save_file(name, std::move(contents), false); }
};

}  // namespace openstrat::sim
