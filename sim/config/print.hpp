// `print` in its forms: as-value arrays for scripts, tables, detail and terse lines for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/reader.hpp"

namespace openstrat::sim {

struct PrintStyle {
  bool as_value = false;
  bool detail = false;
  bool terse = false;
  bool value_list = false;
  bool show_ids = false;
  bool stats = false;
  std::size_t width = 0;   ///< columns of the terminal; 0: as many as a router takes without one
  std::vector<std::string> proplist;  ///< empty: everything
};
PrintStyle print_style(const CommandCall& call);

class Printer {
 public:
  Printer(const Config& config, const Facts& facts, const Menu& menu, const PrintStyle& style)
      : config_(config), facts_(facts), menu_(menu), style_(style), version_(config.view().version) {}

  /// A list menu gives rows of maps, even for one row; a singleton one map.
  Value as_value(const std::vector<FoundRow>& rows) const;
  std::vector<std::string> lines(const std::vector<FoundRow>& rows) const;

 private:
  using Pair = std::pair<std::string_view, std::string>;
  struct Shown {
    std::string number;   ///< ` 0`, or `*1F` with show-ids
    std::string flags;    ///< letters that hold, in the order of kFlags
    std::string comment;
    std::vector<Pair> pairs;
  };
  struct Column {
    std::string_view name;
    std::size_t width = 0;
    bool right = false;   ///< numbers stand on the right since 7.x
  };

  std::size_t line_width() const;
  bool is_numbered() const { return menu_.path != "/system/history"; }
  bool modern() const { return version_ >= Version{7, 0, 0}; }
  std::vector<NamedValue> values(const FoundRow& row) const;
  Shown show(const FoundRow& row, std::size_t number) const;
  std::string text(std::string_view property, const Value& value) const;

  std::vector<std::string> record_lines(const FoundRow& row) const;
  static std::vector<std::string> log_lines(const std::vector<Shown>& rows);
  std::vector<std::string> value_lists(const std::vector<Shown>& rows) const;
  std::vector<std::string> detail_lines(const std::vector<Shown>& rows) const;
  std::vector<std::string> table_lines(const std::vector<Shown>& rows) const;
  std::vector<Column> columns(const std::vector<Shown>& rows) const;
  std::string table_line(std::string head, const std::vector<Column>& columns, const Shown* row) const;
  /// `Flags: X - disabled, D - dynamic `: every flag that rows of the menu may have.
  std::string all_flags() const;
  /// `Flags: D - DYNAMIC; X - DISABLED`: those that are seen.
  std::string seen_flags(const std::vector<Shown>& rows) const;
  std::string padded_flags(const std::string& flags, const std::vector<Shown>& rows) const;

  const Config& config_;
  const Facts& facts_;
  const Menu& menu_;
  const PrintStyle& style_;
  const Version version_;
};

}  // namespace openstrat::sim
