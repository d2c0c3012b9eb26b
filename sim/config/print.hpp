// `print` in its forms: as-value arrays for scripts, tables, detail and terse lines for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/print_table.hpp"
#include "sim/config/reader.hpp"

namespace openstrat::sim {

struct PrintStyle {
  bool as_value = false;
  bool detail = false;
  bool terse = false;
  bool value_list = false;
  bool show_ids = false;
  std::size_t width = 0;              ///< columns of the terminal; 0: endless
  bool stats = false;         ///< of firewall rules: what they counted, not what they say
  std::vector<std::string> proplist;  ///< empty: everything
};
PrintStyle print_style(const CommandCall& call);

class Printer {
 public:
  Printer(const Config& config, const Facts& facts, const Menu& menu, const PrintStyle& style)
      : config_(config), facts_(facts), menu_(menu), style_(style) {}

  /// A list menu gives rows of maps, even for one row; a singleton one map.
  Value as_value(const std::vector<FoundRow>& rows) const;
  std::vector<std::string> lines(const std::vector<FoundRow>& rows) const;

 private:
  using Pair = std::pair<std::string_view, std::string>;

  std::vector<NamedValue> values(const FoundRow& row) const;
  PrintedRow show(const FoundRow& row, std::size_t number) const;
  std::vector<std::string> record_lines(const FoundRow& row) const;
  std::vector<std::string> terse_lines(const std::vector<PrintedRow>& rows) const;
  std::vector<std::string> log_lines(const std::vector<PrintedRow>& rows) const;
  std::vector<std::string_view> chosen_columns(const std::vector<PrintedRow>& rows) const;
  std::string text(std::string_view property, const Value& value) const;
  std::string quoted(std::string_view property, std::string text) const;

  const Config& config_;
  const Facts& facts_;
  const Menu& menu_;
  const PrintStyle& style_;
};

}  // namespace openstrat::sim
