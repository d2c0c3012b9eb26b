// The configuration of one router: tables by menu. Copies share tables until one of them writes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ros_menus/schema.hpp"
#include "sim/config/conversion.hpp"
#include "sim/config/table.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

class RowJournal;
struct RowEdit;

/// A row and the menu that really holds it (`/interface` shows the rows of many menus).
struct FoundRow {
  std::string_view menu;
  const Row* row = nullptr;
  explicit operator bool() const { return row != nullptr; }
};

/// Not thread-safe; different routers may be used on different threads although they share tables.
class Config final : public References {
 public:
  explicit Config(const TreeView& view, const Schema& schema = Schema::instance());

  const TreeView& view() const { return view_; }
  const Schema& schema() const { return *schema_; }
  /// The same router before anybody changed it: an export names what differs from it.
  const std::shared_ptr<const Config>& factory() const { return factory_; }
  void set_factory(std::shared_ptr<const Config> factory) { factory_ = std::move(factory); }

  /// nullptr: nothing was ever written there.
  const Table* table(std::string_view menu) const;
  /// For writing. Rows and keys of the menu are then this router's own.
  Table& edit(std::string_view menu);
  /// Paths of every table, sorted.
  std::vector<std::string_view> menus() const;

  /// The rows that a menu shows, in order.
  std::vector<FoundRow> rows(std::string_view menu) const;
  FoundRow find(std::string_view menu, RowId id) const;
  /// By the property that names rows; exact.
  FoundRow find_named(std::string_view menu, std::string_view name) const;
  /// The record of a singleton; nullptr when all of it is default.
  const Row* record(std::string_view menu) const;

  /// Inserts before `position` (npos: at the end) and gives the row its id, unless it has one.
  RowId insert(std::string_view menu, Row row, std::size_t position = static_cast<std::size_t>(-1));
  /// Removes rows; what refers to them by name refers to their id from then on.
  void remove(std::string_view menu, std::vector<RowId> ids);
  /// Sets or (nullopt) unsets one property; a new name is passed on to every row that refers to the old one.
  void assign(std::string_view menu, RowId id, std::string_view property, std::optional<std::string> value);

  /// Moves rows before another one, or to the end (0).
  void move(std::string_view menu, const std::vector<RowId>& ids, RowId before);

  /// From now on what happens to rows is written there (nullptr: nowhere); answers where it was written before.
  RowJournal* record_into(RowJournal* journal) { return std::exchange(journal_, journal); }

  /// A row made by the router itself; `fields` as stored text.
  RowId add_dynamic(std::string_view menu, std::vector<std::pair<std::string_view, std::string>> fields);

  /// The rows of a menu as they were kept elsewhere, ids included; what it had is gone.
  void restore(std::string_view menu, std::vector<Row> rows);
  /// Forgets every row of a menu, the factory's too.
  void clear(std::string_view menu);

  std::vector<std::string> names_like(std::string_view menu, std::string_view word) const override;

  /// Bytes that only this router holds.
  std::size_t own_bytes() const;

 private:
  struct Entry {
    std::string_view menu;
    std::shared_ptr<Table> table;
  };

  const Menu* menu(std::string_view path) const { return schema_->find(path); }
  std::string_view name_property(std::string_view menu) const;
  RowId next_id(std::string_view menu, Table& table);
  void rename_references(std::string_view menu, std::string_view old_name, const std::string& new_name);
  void record(std::string_view menu, const Row& row, RowEdit edit);

  TreeView view_;
  const Schema* schema_;
  std::vector<Entry> tables_;  ///< sorted by menu
  RowId next_interface_id_ = 1;
  std::shared_ptr<const Config> factory_;
  RowJournal* journal_ = nullptr;
};

}  // namespace openstrat::sim
