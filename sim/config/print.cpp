#include "sim/config/print.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "sim/config/export_text.hpp"

namespace openstrat::sim {
namespace {

/// Numbers of bytes, which people read in larger units.
bool is_size(std::string_view menu, std::string_view property) {
  if (menu == "/file") return property == "size";
  return menu == "/system/resource" && (property.ends_with("-memory") || property.ends_with("-hdd-space"));
}

}  // namespace

PrintStyle print_style(const CommandCall& call) {
  PrintStyle style;
  style.as_value = call.has("as-value");
  style.detail = call.has("detail");
  style.terse = call.has("terse");
  style.value_list = call.has("value-list");
  style.show_ids = call.has("show-ids");
  style.stats = call.has("stats") || call.has("stats-detail");
  if (const CallArgument* list = call.find("proplist")) {
    std::string text = list->value.to_text();
    std::replace(text.begin(), text.end(), ';', ',');
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      if (end > 0) style.proplist.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return style;
}

std::vector<NamedValue> Printer::values(const FoundRow& row) const {
  const RowReader reader(config_, facts_, menu_, row);
  if (style_.proplist.empty()) {
    std::vector<NamedValue> all = reader.all();
    const Version& version = config_.view().version;
    const bool counts = menu_.property("chain", version) != nullptr && menu_.property("packets", version) != nullptr;
    if (!counts || style_.as_value) return all;
    std::erase_if(all, [&](const NamedValue& value) {
      const bool counter = value.name == "bytes" || value.name == "packets";
      const bool names_rule = value.name == "chain" || value.name == "action" || value.name == "comment" || value.name == ".id";
      return style_.stats ? !counter && !names_rule : counter;
    });
    return all;
  }
  std::vector<NamedValue> chosen;
  for (const std::string& name : style_.proplist) {
    Value value = reader.get(name);
    if (!value.is(Type::nothing)) chosen.push_back({name, std::move(value)});
  }
  return chosen;
}

Value Printer::as_value(const std::vector<FoundRow>& rows) const {
  const auto map = [&](const FoundRow& row) {
    Array record;
    for (NamedValue& value : values(row)) record.set(value.name, std::move(value.value));
    return Value::array(std::move(record));
  };
  if (menu_.is_singleton(config_.view().version)) return map(rows.front());
  Array all;
  for (const FoundRow& row : rows) all.push(map(row));
  return Value::array(std::move(all));
}

std::string Printer::text(std::string_view property, const Value& value) const {
  if (value.is(Type::boolean)) return value.as_bool() ? "yes" : "no";
  if (value.is(Type::time)) return format_time_short(value.as_time_ns());
  if (value.is(Type::num) && is_size(menu_.path, property) && !style_.terse) return binary_size(static_cast<double>(value.as_num()));
  std::string out = value.to_text();
  if (value.is(Type::array)) std::replace(out.begin(), out.end(), ';', ',');
  return out;
}

/// In details, names and texts have quotes.
std::string Printer::quoted(std::string_view property, std::string text) const {
  const ArgumentSpec* known = menu_.property(property, config_.view().version);
  const bool is_text = known != nullptr && (known->type == ArgType::text || known->type == ArgType::script);
  const bool is_name = known != nullptr && known->is_name && !style_.terse;
  return is_name || (is_text && needs_quotes(text)) ? '"' + text + '"' : text;
}

PrintedRow Printer::show(const FoundRow& row, std::size_t number) const {
  PrintedRow shown;
  shown.number = style_.show_ids ? format_id(row.row->id) : std::to_string(number);
  const RowReader reader(config_, facts_, menu_, row);
  for (const NamedValue& value : reader.all()) {
    if (is_flag(value.name) && value.value.is(Type::boolean) && value.value.as_bool()) shown.flags.push_back(value.name);
  }
  if (const Value disabled = reader.get("disabled"); disabled.is(Type::boolean) && disabled.as_bool() && std::ranges::find(shown.flags, "disabled") == shown.flags.end()) {
    shown.flags.push_back("disabled");
  }
  for (const NamedValue& value : values(row)) {
    if (value.name == ".id" || is_flag(value.name)) continue;
    if (value.name == "comment" && !style_.terse) shown.comment = value.value.to_text();
    else shown.cells.push_back({value.name, text(value.name, value.value), value.value.is(Type::num)});
  }
  return shown;
}

std::vector<std::string> Printer::record_lines(const FoundRow& row) const {
  std::vector<Pair> pairs;
  std::size_t width = 0;
  for (const NamedValue& value : values(row)) {
    if (value.name == ".id") continue;
    pairs.emplace_back(value.name, text(value.name, value.value));
    width = std::max(width, value.name.size());
  }
  std::vector<std::string> lines;
  for (const auto& [name, written] : pairs) lines.push_back(fmt::format("  {:>{}}: {}", name, width, written));
  return lines;
}

std::vector<std::string> Printer::terse_lines(const std::vector<PrintedRow>& rows) const {
  std::vector<std::string> lines;
  for (const PrintedRow& row : rows) {
    std::string line = fmt::format("{:>2} {:<2}", row.number, flag_letters(row.flags));
    for (const PrintedRow::Cell& cell : row.cells) line += fmt::format(" {}={}", cell.property, quoted(cell.property, cell.text));
    lines.push_back(std::move(line));
  }
  return lines;
}

/// The log has neither numbers nor a head.
std::vector<std::string> Printer::log_lines(const std::vector<PrintedRow>& rows) const {
  std::vector<std::string> lines;
  for (const PrintedRow& row : rows) {
    std::string line;
    for (const std::string_view property : {"time", "topics", "message"}) {
      const auto cell = std::ranges::find(row.cells, property, &PrintedRow::Cell::property);
      if (cell != row.cells.end()) line.append(" ").append(cell->text);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> Printer::lines(const std::vector<FoundRow>& rows) const {
  if (menu_.is_singleton(config_.view().version)) return record_lines(rows.front());
  if (style_.value_list) {
    std::vector<std::string> lines;
    for (const FoundRow& row : rows) std::ranges::move(record_lines(row), std::back_inserter(lines));
    return lines;
  }
  std::vector<PrintedRow> shown;
  for (const FoundRow& row : rows) shown.push_back(show(row, shown.size()));
  if (style_.terse) return terse_lines(shown);
  TablePlan plan{.menu = menu_, .version = config_.view().version, .width = style_.width, .columns = {}};
  if (menu_.path == "/log" && !style_.detail) return log_lines(shown);
  if (!style_.detail) plan.columns = chosen_columns(shown);
  if (!plan.columns.empty() || (rows.empty() && !style_.detail)) return table_lines(plan, shown);
  for (PrintedRow& row : shown) {
    for (PrintedRow::Cell& cell : row.cells) cell.text = quoted(cell.property, std::move(cell.text));
  }
  return detail_lines(plan, shown);
}

/// Those that were asked for, in that order, or the usual ones.
std::vector<std::string_view> Printer::chosen_columns(const std::vector<PrintedRow>& rows) const {
  if (style_.proplist.empty()) return table_columns(menu_, config_.view().version, rows);
  std::vector<std::string_view> columns;
  for (const std::string& name : style_.proplist) {
    if (name != "comment" && name != ".id" && !is_flag(name)) columns.emplace_back(name);
  }
  return columns;
}

}  // namespace openstrat::sim
