#include "sim/config/print.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "sim/config/export_text.hpp"
#include "sim/config/print_columns.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kLineWidth = 80;
constexpr std::size_t kMaxColumn = 60;      ///< longer texts are cut in tables
constexpr std::size_t kUnlistedColumns = 8;

struct Flag {
  std::string_view property;
  char letter;
  int column;  ///< flags that exclude each other share one, since 7.x
  std::string_view menu = {};  ///< empty: of every menu that has the property
};
constexpr Flag kFlags[] = {{"disabled", 'X', 1}, {"invalid", 'I', 1},  {"inactive", 'I', 1}, {"dynamic", 'D', 0}, {"running", 'R', 1},
                           {"active", 'A', 1},   {"slave", 'S', 2},    {"static", 's', 2},  {"connect", 'c', 2},  {"default", '*', 0},
                           {"radius", 'R', 1},   {"complete", 'C', 1}, {"dhcp", 'd', 2},    {"undoable", 'U', 1}, {"redoable", 'R', 1}, {"floating-undo", 'F', 1},
                           {"private-key", 'K', 0, "/certificate"}, {"authority", 'A', 1, "/certificate"}, {"issued", 'I', 2, "/certificate"},
                           {"revoked", 'R', 3, "/certificate"},     {"expired", 'E', 4, "/certificate"},   {"trusted", 'T', 5, "/certificate"}};
constexpr int kFlagColumns = 6;

/// Certificates use the letters of others, and have a column for each.
bool belongs(const Flag& flag, std::string_view menu) { return flag.menu.empty() ? menu != "/certificate" : flag.menu == menu; }

bool is_flag(std::string_view property, std::string_view menu) {
  return std::any_of(std::begin(kFlags), std::end(kFlags), [&](const Flag& flag) { return flag.property == property && belongs(flag, menu); });
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

/// `94.2MiB`, as people see sizes; scripts get bytes.
std::string size_text(std::int64_t bytes) {
  constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < std::size(kUnits); ++unit) amount /= 1024;
  return unit == 0 ? fmt::format("{}", bytes) : fmt::format("{:.1f}{}", amount, kUnits[unit]);
}

bool is_size(std::string_view property) {
  return property == "size" || property.ends_with("-memory") || property.ends_with("-hdd-space");
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
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
  if (call.has("brief")) style.detail = style.terse = style.value_list = false;
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
  if (!style_.proplist.empty()) {
    std::vector<NamedValue> chosen;
    for (const std::string& name : style_.proplist) {
      Value value = reader.get(name);
      if (!value.is(Type::nothing)) chosen.push_back({name, std::move(value)});
    }
    return chosen;
  }
  std::vector<NamedValue> all = reader.all();
  if (menu_.path == "/file") std::erase_if(all, [](const NamedValue& value) { return value.name == "contents"; });
  return all;
}

std::size_t Printer::line_width() const { return style_.width > 0 ? style_.width : kLineWidth; }

Value Printer::as_value(const std::vector<FoundRow>& rows) const {
  const auto map = [&](const FoundRow& row) {
    Array record;
    for (NamedValue& value : values(row)) record.set(value.name, std::move(value.value));
    return Value::array(std::move(record));
  };
  if (menu_.is_singleton(version_)) return map(rows.front());
  Array all;
  for (const FoundRow& row : rows) all.push(map(row));
  return Value::array(std::move(all));
}

std::string Printer::text(std::string_view property, const Value& value) const {
  if (value.is(Type::boolean)) return value.as_bool() ? "yes" : "no";
  if (value.is(Type::time)) return format_time_short(value.as_time_ns());
  if (value.is(Type::num) && is_size(property)) return size_text(value.as_num());
  std::string out = value.to_text();
  if (value.is(Type::array)) std::replace(out.begin(), out.end(), ';', ',');
  const ArgumentSpec* known = menu_.property(property, version_);
  const bool quoted = known != nullptr && (known->type == ArgType::text || known->type == ArgType::script) && !style_.value_list;
  return quoted && (style_.detail || style_.terse) && needs_quotes(out) ? '"' + out + '"' : out;
}

Printer::Shown Printer::show(const FoundRow& row, std::size_t number) const {
  Shown shown;
  if (is_numbered()) shown.number = style_.show_ids ? format_id(row.row->id) : fmt::format("{:>2}", number);
  const RowReader reader(config_, facts_, menu_, row);
  for (const Flag& flag : kFlags) {
    if (!belongs(flag, menu_.path)) continue;
    const Value value = reader.get(flag.property);
    if (value.is(Type::boolean) && value.as_bool() && shown.flags.find(flag.letter) == std::string::npos) shown.flags += flag.letter;
  }
  for (const NamedValue& value : values(row)) {
    if (value.name == ".id" || is_flag(value.name, menu_.path)) continue;
    if (value.name == "comment" && !style_.terse) shown.comment = value.value.to_text();
    else shown.pairs.emplace_back(value.name, text(value.name, value.value));
  }
  if (!style_.proplist.empty()) return shown;
  std::stable_sort(shown.pairs.begin(), shown.pairs.end(), [&](const Pair& a, const Pair& b) {  // as the menu declares them, the comment first
    const auto rank = [&](std::string_view name) {
      const ArgumentSpec* known = menu_.property(name, version_);
      return name == "comment" ? -1 : known == nullptr ? 0xFFFF : static_cast<int>(known->rank);
    };
    return rank(a.first) < rank(b.first);
  });
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

std::vector<std::string> Printer::value_lists(const std::vector<Shown>& rows) const {
  std::vector<std::string> lines;
  std::size_t width = 0;
  for (const Shown& row : rows) {
    for (const Pair& pair : row.pairs) width = std::max(width, pair.first.size());
  }
  for (const Shown& row : rows) {
    for (const Pair& pair : row.pairs) lines.push_back(fmt::format("  {:>{}}: {}", pair.first, width, pair.second));
  }
  return lines;
}

std::string Printer::all_flags() const {
  std::string out;
  for (const Flag& flag : kFlags) {
    const bool has = belongs(flag, menu_.path) && (menu_.property(flag.property, version_) != nullptr || (flag.property == "dynamic" && menu_.kind == MenuKind::list));
    if (has) out += fmt::format("{}{} - {}", out.empty() ? "Flags: " : ", ", flag.letter, flag.property);
  }
  return out.empty() ? out : out + " ";
}

std::string Printer::seen_flags(const std::vector<Shown>& rows) const {
  std::string out;
  int column = -1;
  for (int wanted = 0; wanted < kFlagColumns; ++wanted) {
    for (const Flag& flag : kFlags) {
      const bool seen = flag.column == wanted && std::any_of(rows.begin(), rows.end(), [&](const Shown& row) {
        return row.flags.find(flag.letter) != std::string::npos;
      });
      const bool has = belongs(flag, menu_.path) && (menu_.property(flag.property, version_) != nullptr || flag.property == "dynamic");
      if (!seen || !has) continue;
      out += out.empty() ? "Flags: " : column == wanted ? ", " : "; ";
      out += fmt::format("{} - {}", flag.letter, upper(flag.property));
      column = wanted;
    }
  }
  return out;
}

/// One letter for each column of flags that some row uses.
std::string Printer::padded_flags(const std::string& flags, const std::vector<Shown>& rows) const {
  std::string out;
  for (int wanted = 0; wanted < kFlagColumns; ++wanted) {
    char letter = ' ';
    bool used = false;
    for (const Flag& flag : kFlags) {
      if (flag.column != wanted || !belongs(flag, menu_.path)) continue;
      used = used || std::any_of(rows.begin(), rows.end(), [&](const Shown& row) { return row.flags.find(flag.letter) != std::string::npos; });
      if (letter == ' ' && flags.find(flag.letter) != std::string::npos) letter = flag.letter;
    }
    if (used) out += letter;
  }
  return out;
}

std::vector<std::string> Printer::detail_lines(const std::vector<Shown>& rows) const {
  std::vector<std::string> lines;
  if (std::string flags = all_flags(); !flags.empty()) lines.push_back(std::move(flags));
  std::size_t width = 1;
  for (const Shown& row : rows) width = std::max(width, row.flags.size());
  for (const Shown& row : rows) {
    std::string line = fmt::format("{} {:<{}} ", row.number, row.flags, width);
    const std::string indent(line.size(), ' ');
    if (!row.comment.empty()) {
      lines.push_back(line + ";;; " + row.comment);
      line = indent;
    }
    for (const Pair& pair : row.pairs) {
      const std::string written = fmt::format("{}={} ", pair.first, pair.second);
      if (line.size() > indent.size() && line.size() + written.size() > line_width()) {
        lines.push_back(line);
        line = indent;
      }
      line += written;
    }
    lines.push_back(line);
    lines.emplace_back();
  }
  return lines;
}

std::vector<Printer::Column> Printer::columns(const std::vector<Shown>& rows) const {
  std::vector<Column> columns;
  const auto add = [&](std::string_view name) {
    if (std::none_of(columns.begin(), columns.end(), [&](const Column& column) { return column.name == name; })) columns.push_back({name, name.size(), false});
  };
  const auto listed = style_.proplist.empty() ? listed_columns(menu_.path, version_, style_.stats) : std::span<const std::string_view>();
  for (const std::string_view name : listed) {
    const auto has = [&](const Shown& row) { return std::any_of(row.pairs.begin(), row.pairs.end(), [&](const Pair& pair) { return pair.first == name; }); };
    if (!modern() || std::any_of(rows.begin(), rows.end(), has)) add(name);
  }
  for (const Shown& row : rows) {
    if (!listed.empty()) break;
    for (const Pair& pair : row.pairs) {
      if (columns.size() < kUnlistedColumns || !style_.proplist.empty()) add(pair.first);
    }
  }
  for (Column& column : columns) {
    bool numbers = modern();
    for (const Shown& row : rows) {
      for (const Pair& pair : row.pairs) {
        if (pair.first != column.name) continue;
        column.width = std::max(column.width, std::min(pair.second.size(), kMaxColumn));
        numbers = numbers && (pair.second.empty() || is_number(pair.second));
      }
    }
    column.right = numbers && column.name != "address";
  }
  return columns;
}

std::string Printer::table_line(std::string head, const std::vector<Column>& columns, const Shown* row) const {
  const std::string_view gap = modern() ? "  " : " ";
  bool first = true;
  for (const Column& column : columns) {
    std::string cell;
    if (row == nullptr) {
      cell = upper(column.name);
    } else {
      const auto at = std::find_if(row->pairs.begin(), row->pairs.end(), [&](const Pair& pair) { return pair.first == column.name; });
      if (at != row->pairs.end()) cell = at->second.substr(0, at->second.find_first_of("\r\n"));
    }
    if (cell.size() > column.width) cell = cell.substr(0, column.width - 3) + "...";
    if (!std::exchange(first, false)) head += gap;
    head += column.right ? fmt::format("{:>{}}", cell, column.width) : fmt::format("{:<{}}", cell, column.width);
  }
  head.erase(head.find_last_not_of(' ') + 1);
  return head;
}

std::vector<std::string> Printer::table_lines(const std::vector<Shown>& rows) const {
  const std::vector<Column> shown = columns(rows);
  std::vector<std::string> lines;
  if (modern()) {
    if (rows.empty()) return lines;
    if (std::string flags = seen_flags(rows); !flags.empty()) lines.push_back(std::move(flags));
    std::string named = "Columns: ";
    for (const Column& column : shown) named += (column.name == shown.front().name ? "" : ", ") + upper(column.name);
    lines.push_back(std::move(named));
  } else if (std::string flags = all_flags(); !flags.empty()) {
    lines.push_back(std::move(flags));
  }
  std::size_t numbers = 1;
  for (const Shown& row : rows) numbers = std::max(numbers, style_.show_ids ? row.number.size() : row.number.size() - row.number.find_first_not_of(' '));
  const auto head = [&](std::string_view number, const std::string& flags) {
    const std::string own = modern() ? padded_flags(flags, rows) : fmt::format("{:<1}", flags);
    if (!is_numbered()) return own.empty() ? own : own + " ";
    const std::size_t width = modern() ? numbers : std::max<std::size_t>(numbers, 2);
    const std::string_view bare = number.substr(std::min(number.find_first_not_of(' '), number.size()));
    return fmt::format("{:>{}} {}{}", bare, width, own, own.empty() ? "" : " ");
  };
  const std::string blank = head("", "");
  lines.push_back(table_line(!is_numbered() ? blank : modern() ? "#" + blank.substr(1) : " #" + blank.substr(2), shown, nullptr));
  for (const Shown& row : rows) {
    std::string start = head(row.number, row.flags);
    if (!row.comment.empty()) lines.push_back(modern() ? ";;; " + row.comment : start + ";;; " + row.comment);
    if (!row.comment.empty() && !modern()) start = std::string(start.size(), ' ');
    lines.push_back(table_line(std::move(start), shown, &row));
  }
  return lines;
}

/// The log has neither numbers nor a head.
std::vector<std::string> Printer::log_lines(const std::vector<Shown>& rows) {
  std::vector<std::string> lines;
  for (const Shown& row : rows) {
    std::string line;
    for (const std::string_view property : {"time", "topics", "message"}) {
      const auto pair = std::find_if(row.pairs.begin(), row.pairs.end(), [&](const Pair& one) { return one.first == property; });
      if (pair != row.pairs.end()) line.append(" ").append(pair->second);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> Printer::lines(const std::vector<FoundRow>& rows) const {
  if (menu_.is_singleton(version_)) return record_lines(rows.front());
  std::vector<Shown> shown;
  for (const FoundRow& row : rows) shown.push_back(show(row, shown.size()));
  if (style_.value_list) return value_lists(shown);
  if (style_.detail) return detail_lines(shown);
  if (!style_.terse) return menu_.path == "/log" ? log_lines(shown) : table_lines(shown);
  std::vector<std::string> lines;
  for (const Shown& row : shown) {
    std::string line = fmt::format("{} {:<2}", row.number, row.flags);
    for (const Pair& pair : row.pairs) line += fmt::format(" {}={}", pair.first, pair.second);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace openstrat::sim
