// What one command did to rows, so that it can be taken back and done again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/facts.hpp"
#include "sim/config/table.hpp"

namespace openstrat::sim {

class Config;

/// One step. Rows that the router makes itself, and menus that show what is going on, leave none.
struct RowEdit {
  enum class Kind : std::uint8_t { added, removed, assigned, moved };
  Kind kind = Kind::assigned;
  std::string_view menu;
  RowId id = 0;
  std::size_t from = 0;  ///< position before a move; of a row that was removed
  std::size_t to = 0;    ///< position after a move; of a row whose adding was taken back
  std::string_view property;
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::unique_ptr<Row> row;  ///< that is not there: as it was
};

/// Filled by a Config that records into it. To be undone, and redone, in turns, when the rows are as they were after it.
class RowJournal {
 public:
  using Told = std::function<void(std::string_view menu, RowId row, Change change)>;

  void add(RowEdit edit) { edits_.push_back(std::move(edit)); }
  const std::vector<RowEdit>& edits() const { return edits_; }
  std::size_t bytes() const;
  /// `told` is called once for each row, when all of them are right.
  void undo(Config& config, const Told& told);
  void redo(Config& config, const Told& told);

 private:
  std::vector<RowEdit> edits_;
};

/// Whether rows of a menu are configuration; the others show what is going on.
bool is_configuration(const Config& config, std::string_view menu);

}  // namespace openstrat::sim
