#include "sim/config/print.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/config/export_text.hpp"

namespace openstrat::sim {
namespace {

struct Flag {
  std::string_view property;
  char letter;
};
constexpr Flag kFlags[] = {{"disabled", 'X'}, {"invalid", 'I'}, {"dynamic", 'D'}, {"running", 'R'}, {"active", 'A'},
                           {"slave", 'S'},    {"static", 'S'},  {"connect", 'C'}, {"default", '*'}, {"radius", 'R'}};

bool is_flag(std::string_view property) {
  return std::any_of(std::begin(kFlags), std::end(kFlags), [&](const Flag& flag) { return flag.property == property; });
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

}  // namespace

PrintStyle print_style(const CommandCall& call) {
  PrintStyle style;
  style.as_value = call.has("as-value");
  style.detail = call.has("detail");
  style.terse = call.has("terse");
  style.value_list = call.has("value-list");
  style.show_ids = call.has("show-ids");
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
  if (style_.proplist.empty()) return reader.all();
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
  std::string out = value.to_text();
  if (value.is(Type::array)) std::replace(out.begin(), out.end(), ';', ',');
  const ArgumentSpec* known = menu_.property(property, config_.view().version);
  const bool quoted = known != nullptr && (known->type == ArgType::text || known->type == ArgType::script) && !style_.value_list;
  return quoted && (style_.detail || style_.terse) && needs_quotes(out) ? '"' + out + '"' : out;
}

Printer::Shown Printer::show(const FoundRow& row, std::size_t number) const {
  Shown shown;
  shown.number = style_.show_ids ? format_id(row.row->id) : fmt::format("{:>2}", number);
  const RowReader reader(config_, facts_, menu_, row);
  for (const Flag& flag : kFlags) {
    const Value value = reader.get(flag.property);
    if (value.is(Type::boolean) && value.as_bool() && shown.flags.find(flag.letter) == std::string::npos) shown.flags += flag.letter;
  }
  for (const NamedValue& value : values(row)) {
    if (value.name == ".id" || is_flag(value.name)) continue;
    std::string written = text(value.name, value.value);
    if (value.name == "comment" && !style_.terse) shown.comment = value.value.to_text();
    else shown.pairs.emplace_back(value.name, std::move(written));
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

std::vector<std::string> Printer::table_lines(const std::vector<Shown>& rows) const {
  std::vector<std::string_view> columns;
  for (const Shown& row : rows) {
    for (const Pair& pair : row.pairs) {
      if (columns.size() < 8 && std::find(columns.begin(), columns.end(), pair.first) == columns.end()) columns.push_back(pair.first);
    }
  }
  std::vector<std::size_t> widths;
  for (const std::string_view column : columns) {
    std::size_t width = column.size();
    for (const Shown& row : rows) {
      for (const Pair& pair : row.pairs) {
        if (pair.first == column) width = std::max(width, std::min<std::size_t>(pair.second.size(), 40));
      }
    }
    widths.push_back(width);
  }
  const auto line = [&](std::string head, const auto& cell) {
    for (std::size_t i = 0; i < columns.size(); ++i) head += fmt::format(" {:<{}.{}}", cell(columns[i]), widths[i], widths[i]);
    head.erase(head.find_last_not_of(' ') + 1);
    return head;
  };
  std::vector<std::string> lines{line(" #    ", upper)};
  for (const Shown& row : rows) {
    if (!row.comment.empty()) lines.push_back(" ;;; " + row.comment);
    lines.push_back(line(fmt::format("{} {:<3}", row.number, row.flags), [&](std::string_view column) {
      const auto at = std::find_if(row.pairs.begin(), row.pairs.end(), [&](const Pair& pair) { return pair.first == column; });
      return at == row.pairs.end() ? std::string() : at->second;
    }));
  }
  return lines;
}

std::vector<std::string> Printer::lines(const std::vector<FoundRow>& rows) const {
  if (menu_.is_singleton(config_.view().version)) return record_lines(rows.front());
  std::vector<Shown> shown;
  for (const FoundRow& row : rows) shown.push_back(show(row, shown.size()));
  std::vector<std::string> lines;
  if (style_.value_list) {
    for (const FoundRow& row : rows) {
      for (std::string& line : record_lines(row)) lines.push_back(std::move(line));
    }
    return lines;
  }
  if (!style_.terse) lines.push_back("Flags: X - disabled, I - invalid, D - dynamic, R - running, A - active, S - slave");
  if (!style_.terse && !style_.detail) {
    for (std::string& line : table_lines(shown)) lines.push_back(std::move(line));
    return lines;
  }
  for (const Shown& row : shown) {
    std::string line = fmt::format("{} {:<2}", row.number, row.flags);
    if (!row.comment.empty()) line += " ;;; " + row.comment;
    for (const Pair& pair : row.pairs) line += fmt::format(" {}={}", pair.first, pair.second);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace openstrat::sim
