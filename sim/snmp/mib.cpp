#include "sim/snmp/mib.hpp"

#include <algorithm>

#include "base/net.hpp"
#include "sim/config/reader.hpp"

namespace openstrat::sim::snmp {

std::span<const MibTable> mib_tables() {
  static const std::vector<MibTable> tables = [] {
    std::vector<MibTable> all = standard_tables();
    for (MibTable& table : vendor_tables()) all.push_back(std::move(table));
    std::sort(all.begin(), all.end(), [](const MibTable& a, const MibTable& b) { return a.entry < b.entry; });
    return all;
  }();
  return tables;
}

MibView::MibView(Router& router) : router_(router), rows_(mib_tables().size()) {}

const std::vector<MibRow>& MibView::rows(std::size_t table) {
  std::optional<std::vector<MibRow>>& known = rows_[table];
  if (!known) {
    known = mib_tables()[table].rows(router_);
    const auto by_index = [](const MibRow& a, const MibRow& b) { return a.index < b.index; };
    std::stable_sort(known->begin(), known->end(), by_index);
    // The same address twice, or the like: SNMP can show one only.
    known->erase(std::unique(known->begin(), known->end(), [](const MibRow& a, const MibRow& b) { return a.index == b.index; }), known->end());
  }
  return *known;
}

Datum MibView::get(const Oid& name) {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const MibTable& table = mib_tables()[i];
    if (!starts_with(name, table.entry) || name.size() == table.entry.size()) continue;
    const std::uint32_t column = name[table.entry.size()];
    if (!std::binary_search(table.columns.begin(), table.columns.end(), column)) continue;
    const Oid index(name.begin() + static_cast<std::ptrdiff_t>(table.entry.size() + 1), name.end());
    const std::vector<MibRow>& list = rows(i);
    const auto row = std::lower_bound(list.begin(), list.end(), index, [](const MibRow& a, const Oid& b) { return a.index < b; });
    if (row == list.end() || row->index != index) return Datum::marker(kNoSuchInstance);
    return table.cell(router_, *row, column).value_or(Datum::marker(kNoSuchInstance));
  }
  return Datum::marker(kNoSuchObject);
}

std::optional<Variable> MibView::next(const Oid& after, bool counters64) {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (auto found = next_in(i, after, counters64)) return found;
  }
  return std::nullopt;
}

std::optional<Variable> MibView::next_in(std::size_t index, const Oid& after, bool counters64) {
  const MibTable& table = mib_tables()[index];
  std::uint32_t least_column = 0;
  Oid after_index;
  bool inside = false;
  if (starts_with(after, table.entry)) {
    if (after.size() > table.entry.size()) {
      least_column = after[table.entry.size()];
      after_index.assign(after.begin() + static_cast<std::ptrdiff_t>(table.entry.size() + 1), after.end());
      inside = !after_index.empty();
    }
  } else if (after > table.entry) {
    return std::nullopt;
  }
  for (auto column = std::lower_bound(table.columns.begin(), table.columns.end(), least_column); column != table.columns.end(); ++column) {
    const bool begun = inside && *column == least_column;
    if (auto found = next_in_column(index, *column, begun ? &after_index : nullptr, counters64)) return found;
  }
  return std::nullopt;
}

std::optional<Variable> MibView::next_in_column(std::size_t index, std::uint32_t column, const Oid* after_index, bool counters64) {
  const MibTable& table = mib_tables()[index];
  const std::vector<MibRow>& list = rows(index);
  auto row = list.begin();
  if (after_index != nullptr) row = std::upper_bound(list.begin(), list.end(), *after_index, [](const Oid& a, const MibRow& b) { return a < b.index; });
  for (; row != list.end(); ++row) {
    auto value = table.cell(router_, *row, column);
    if (!value || (!counters64 && value->tag == kCounter64)) continue;
    Variable found{joined(table.entry, {column}), std::move(*value)};
    found.name.insert(found.name.end(), row->index.begin(), row->index.end());
    return found;
  }
  return std::nullopt;
}

std::vector<MibRow> scalar_row(Router&) { return {MibRow{.index = {0}}}; }

RowValues::RowValues(Router& router, std::string_view menu, const FoundRow& row) : router_(router), menu_(router.config().schema().find(menu)), row_(row) {}

std::string RowValues::text(std::string_view property) const {
  if (menu_ == nullptr) return {};
  const Value value = RowReader(router_.config(), router_.facts(), *menu_, row_).get(property);
  if (!value.is(Type::array)) return value.is_empty() ? std::string() : value.to_text();
  std::string list;
  for (const Value& item : value.as_array().items()) list.append(list.empty() ? "" : ",").append(item.to_text());
  return list;
}

std::optional<std::int64_t> RowValues::number(std::string_view property) const {
  if (menu_ == nullptr) return std::nullopt;
  const Value value = RowReader(router_.config(), router_.facts(), *menu_, row_).get(property);
  if (value.is(Type::num)) return value.as_num();
  if (value.is(Type::time)) return value.as_time_ns() / 1'000'000'000;
  const auto parsed = value.is(Type::str) ? parse_num(value.as_str()) : std::nullopt;
  return parsed ? std::optional(parsed->as_num()) : std::nullopt;
}

bool RowValues::flag(std::string_view property) const {
  const std::string value = text(property);
  return value == "true" || value == "yes";
}

RowId interface_id(const Router& router, std::string_view name) {
  const FoundRow found = router.config().find_named("/interface", name);
  return found ? found.row->id : 0;
}

std::string mac_bytes(std::string_view text) {
  const auto mac = MacAddress::parse(text);
  return mac ? std::string(mac->bytes.begin(), mac->bytes.end()) : std::string();
}

}  // namespace openstrat::sim::snmp
