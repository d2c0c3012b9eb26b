// add, set, get, find, print, remove, … over a router's configuration: what Host::run_command delegates here.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ros_menus/lookup.hpp"
#include "sim/config/config.hpp"
#include "sim/config/facts.hpp"
#include "sim/lang/host.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

/// Rows of the last `print`, by menu: what `0`, `1`, … mean from then on.
using PrintedRows = std::map<std::string, std::vector<RowId>, std::less<>>;

/// One per running script. Refers to all it is given; scripts of one session share what was printed.
class ConfigCommands {
 public:
  ConfigCommands(Config& config, const SchemaLookup& lookup, Facts& facts, ConfigEvents& events, std::shared_ptr<PrintedRows> printed = nullptr)
      : config_(config), lookup_(lookup), facts_(facts), events_(events), printed_(printed != nullptr ? std::move(printed) : std::make_shared<PrintedRows>()) {}

  /// Whether the store runs the command; the others are actions of the device.
  bool owns(const CommandCall& call) const;
  /// Throws ScriptError with the router's words.
  Value run(const CommandCall& call);

 private:
  /// The menu of a call: `shape` says what its rows look like, `path` where they are.
  struct Target {
    const Menu* shape;
    std::string_view path;
    bool opaque;  ///< the schema does not know the menu
  };

  Target target(const CommandCall& call) const;
  bool singleton(const Target& target) const { return target.shape->is_singleton(config_.view().version); }
  Verb verb(const CommandCall& call) const;

  Value add(const CommandCall& call, const Target& target);
  Value set(const CommandCall& call, const Target& target);
  Value unset(const CommandCall& call, const Target& target);
  Value reset(const CommandCall& call, const Target& target);
  Value get(const CommandCall& call, const Target& target);
  Value find(const CommandCall& call, const Target& target);
  Value print(const CommandCall& call, const Target& target);
  Value remove(const CommandCall& call, const Target& target);
  Value set_disabled(const CommandCall& call, const Target& target, bool disabled);
  Value comment(const CommandCall& call, const Target& target);
  Value move(const CommandCall& call, const Target& target);
  Value export_text(const CommandCall& call, const Target& target);

  /// Property of the target by name; nullptr where any name is taken.
  const ArgumentSpec* property(const Target& target, std::string_view menu, std::string_view name) const;
  std::string stored(const Target& target, const ArgumentSpec* property, const Value& value) const;
  void set_row(const CommandCall& call, const Target& target, const FoundRow& row);
  /// What depends on what was set.
  void complete_row(const FoundRow& row);
  void change(const Target& target, const FoundRow& row, std::string_view name, std::optional<std::string> value);
  Row new_row(const CommandCall& call, const Target& target) const;
  void refuse_taken_interface(std::string_view menu, const Row& row) const;

  /// Permissive views: what an export `set`s was there on its router, so it is made here. nullopt: not such a case.
  std::optional<RowId> foreign_row(const CommandCall& call, const Target& target);
  /// Rows named by ids, names, numbers, or arrays and lists of them. Throws if one of them does not exist.
  std::vector<FoundRow> rows_of(const Target& target, const Value& numbers) const;
  void rows_of_word(const Target& target, std::string_view word, std::vector<FoundRow>& rows) const;
  std::vector<FoundRow> rows_where(const CommandCall& call, const Target& target) const;
  const Value& required(const CommandCall& call, std::string_view argument) const;

  Config& config_;
  const SchemaLookup& lookup_;
  Facts& facts_;
  ConfigEvents& events_;
  std::shared_ptr<PrintedRows> printed_;
  /// The find that has just found nothing, for foreign_row(): its menu and what it looked for.
  struct Missed { std::string menu; std::vector<Field> fields; };
  std::optional<Missed> missed_;
};

}  // namespace openstrat::sim
