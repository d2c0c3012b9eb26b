// Rows of one menu of one router: what somebody set, as canonical text. Defaults are in the schema, not here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace openstrat::sim {

/// `*1F`. Unique per menu (interfaces: among all interfaces), never reused. 0: the row of a singleton.
using RowId = std::uint64_t;

struct Field {
  std::string_view name;  ///< of the schema, or interned for good
  std::string value;
};

/// How an export named a row that we do not know the router to have (`[ find default-name=wlan7 ]`). No property.
inline constexpr std::string_view kSelectorField = ".selector";

struct Row {
  RowId id = 0;
  bool dynamic = false;  ///< made by the router: not exported, cannot be changed
  bool builtin = false;  ///< there from the start: exported as `set`, and only what differs
  std::vector<Field> fields;  ///< sorted by name

  const std::string* find(std::string_view name) const;
  void set(std::string_view name, std::string value);
  bool unset(std::string_view name);
};

class Table {
 public:
  const std::vector<Row>& rows() const { return rows_; }
  const Row* find(RowId id) const;
  Row* find(RowId id);
  /// Position of a row, or size() if there is none.
  std::size_t index_of(RowId id) const;
  /// Before the row at `position`, or at the end.
  Row& insert(Row row, std::size_t position);
  /// Removes every row of `ids` (sorted) in one pass.
  void remove(const std::vector<RowId>& ids);
  /// Moves rows (in the given order) before the row `before`, or to the end when 0.
  void move(const std::vector<RowId>& ids, RowId before);

  RowId next_id = 1;

  /// Rows by a key that must be unique (a name, a list and its address); kept by whoever changes the key.
  const RowId* find_key(std::string_view key) const;
  void add_key(std::string_view key, RowId id) { keys_.emplace(std::string(key), id); }
  void remove_key(std::string_view key) { keys_.erase(std::string(key)); }

  /// Bytes that this table holds, for the memory budget of a router.
  std::size_t memory_bytes() const;

 private:
  std::vector<Row> rows_;
  std::unordered_map<std::string, RowId> keys_;
  bool sorted_ = true;  ///< ids ascend, as long as nobody moved a row
};

/// A name that lives as long as the program; for properties that the schema does not know.
std::string_view intern_name(std::string_view name);

}  // namespace openstrat::sim
