// A row as scripts see it: what was set, what the router adds, what the schema has as default.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/config/config.hpp"
#include "sim/config/facts.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {

/// Refers to its row: valid until the table changes.
class RowReader final : public RowView {
 public:
  /// `shown` is the menu that is asked (`/interface`), `found` says where the row lives; a null row is a record
  /// that is all default.
  RowReader(const Config& config, const Facts& facts, const Menu& shown, const FoundRow& found);

  Value get(std::string_view property) const override;
  /// Every property that has a value, `.id` first for rows of lists, then sorted.
  std::vector<NamedValue> all() const;

 private:
  Value read(const ArgumentSpec& property) const;
  bool is_list() const { return shown_.kind_in(config_.view().version) == MenuKind::list; }
  const Config& config_;
  const Facts& facts_;
  const Menu& shown_;
  const Menu* holder_;
  std::string_view path_;
  const Row* row_;
};

}  // namespace openstrat::sim
