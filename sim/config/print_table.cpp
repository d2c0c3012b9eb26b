#include "sim/config/print_table.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace openstrat::sim {
namespace {

constexpr Version kV7{7, 0, 0};
constexpr std::size_t kMostColumns = 8;
constexpr std::size_t kTooManyForTable = 20;   ///< properties of a menu beyond which a table says too little
constexpr std::size_t kNarrowest = 20;

/// In the order of 6.x. From 7.0 on flags of one group share a place, groups stand side by side.
struct Flag {
  std::string_view property;
  char letter;
  char letter7;
  int group;
  std::string_view word;
};
constexpr Flag kFlags[] = {
    {"disabled", 'X', 'X', 1, "disabled"}, {"invalid", 'I', 'I', 1, "invalid"},    {"inactive", 'I', 'I', 1, "inactive"}, {"dynamic", 'D', 'D', 0, "dynamic"},
    {"running", 'R', 'R', 1, "running"},   {"active", 'A', 'A', 1, "active"},      {"slave", 'S', 'S', 2, "slave"},       {"static", 'S', 's', 3, "static"},
    {"connect", 'C', 'c', 3, "connect"},   {"default", '*', '*', 4, "default"},    {"radius", 'R', 'R', 4, "radius"}};
constexpr int kGroups = 5;

struct Columns {
  std::string_view menu;
  std::string_view names;  ///< of whatever version; those that rows do not have are left out
};
constexpr Columns kColumns[] = {
    {"/interface", "name type actual-mtu l2mtu max-l2mtu mac-address"},
    {"/interface/ethernet", "name mtu mac-address arp switch"},
    {"/interface/bridge/port", "interface bridge hw pvid priority path-cost horizon"},
    {"/interface/list", "name include exclude"},
    {"/interface/list/member", "list interface"},
    {"/interface/vlan", "name mtu arp vlan-id interface"},
    {"/ip/address", "address network interface"},
    {"/ip/arp", "address mac-address interface status"},
    {"/ip/dhcp-client", "interface use-peer-dns add-default-route status address"},
    {"/ip/dhcp-server", "name interface relay address-pool lease-time add-arp"},
    {"/ip/dhcp-server/lease", "address mac-address client-id host-name server status expires-after"},
    {"/ip/dhcp-server/network", "address gateway dns-server wins-server domain"},
    {"/ip/dns/static", "name type address cname ttl"},
    {"/ip/firewall/address-list", "list address creation-time timeout"},
    {"/ip/neighbor", "interface address mac-address identity version board"},
    {"/ip/pool", "name ranges"},
    {"/ip/route", "dst-address pref-src gateway routing-table distance"},
    {"/ip/service", "name port address certificate vrf max-sessions"},
    {"/file", "name type size creation-time last-modified"},
    {"/log", "time topics message"},
    {"/system/logging", "topics action prefix"},
    {"/system/package", "name version scheduled build-time size"},
    {"/system/scheduler", "name start-date start-time interval on-event run-count"},
    {"/system/script/environment", "user name value"},
    {"/system/script/job", "type owner started script"},
    {"/user", "name group address last-logged-in"},
    {"/user/active", "when name address via"},
    {"/user/group", "name policy skin"},
    {"/user/ssh-keys", "user bits key-type key-owner"},
};

const Flag* find_flag(std::string_view property) {
  const auto found = std::ranges::find(kFlags, property, &Flag::property);
  return found == std::end(kFlags) ? nullptr : found;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

const PrintedRow::Cell* find_cell(const PrintedRow& row, std::string_view property) {
  const auto found = std::ranges::find(row.cells, property, &PrintedRow::Cell::property);
  return found == row.cells.end() ? nullptr : &*found;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += ' ';
    else if (c != '\r') out += c;
  }
  return out;
}

std::string cut(const std::string& text, std::size_t width) {
  if (text.size() <= width) return text;
  return width <= 3 ? text.substr(0, width) : text.substr(0, width - 3) + "...";
}

bool menu_has(const Menu& menu, const Flag& flag, const Version& version) {
  if (flag.property == "disabled" && menu.has_disabled) return true;
  return menu.property(flag.property, version) != nullptr;
}

/// `Flags: X - disabled, I - invalid, D - dynamic`: all that the menu has, or (tables of 7.x) those that some row shows.
std::string flags_line(const TablePlan& plan, const std::vector<PrintedRow>& rows, bool only_used) {
  const bool v7 = plan.version >= kV7;
  std::string out;
  int last_group = -1;
  const auto add = [&](const Flag& flag) {
    const bool used = std::ranges::any_of(rows, [&](const PrintedRow& row) { return std::ranges::find(row.flags, flag.property) != row.flags.end(); });
    if (only_used ? !used : !used && !menu_has(plan.menu, flag, plan.version)) return;
    if (!out.empty()) out += v7 && flag.group != last_group ? "; " : ", ";
    last_group = flag.group;
    out += fmt::format("{} - {}", v7 ? flag.letter7 : flag.letter, only_used ? upper(flag.word) : std::string(flag.word));
  };
  if (!v7) {
    for (const Flag& flag : kFlags) add(flag);
  }
  for (int group = 0; v7 && group < kGroups; ++group) {
    for (const Flag& flag : kFlags) {
      if (flag.group == group) add(flag);
    }
  }
  return out.empty() ? out : "Flags: " + out;
}

/// Which groups have a letter in some row.
std::vector<int> used_groups(const std::vector<PrintedRow>& rows) {
  std::vector<int> groups;
  for (int group = 0; group < kGroups; ++group) {
    const bool used = std::ranges::any_of(rows, [&](const PrintedRow& row) {
      return std::ranges::any_of(row.flags, [&](std::string_view property) { return find_flag(property)->group == group; });
    });
    if (used) groups.push_back(group);
  }
  return groups;
}

/// Number and flags before each row, all equally wide.
std::vector<std::string> heads(const TablePlan& plan, const std::vector<PrintedRow>& rows, std::string& empty) {
  const bool v7 = plan.version >= kV7;
  std::size_t number_width = v7 ? 1 : 2, flag_width = v7 ? 0 : 1;
  const std::vector<int> groups = used_groups(rows);
  std::vector<std::string> letters;
  for (const PrintedRow& row : rows) {
    number_width = std::max(number_width, row.number.size());
    std::string text = v7 ? std::string(groups.size(), ' ') : flag_letters(row.flags);
    for (const std::string_view property : row.flags) {
      const Flag& flag = *find_flag(property);
      if (v7) text[static_cast<std::size_t>(std::ranges::find(groups, flag.group) - groups.begin())] = flag.letter7;
    }
    flag_width = std::max(flag_width, text.size());
    letters.push_back(std::move(text));
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(fmt::format("{:>{}} {:<{}} ", rows[i].number, number_width, letters[i], flag_width));
  empty = fmt::format("{:>{}} {:<{}} ", "#", number_width, "", flag_width);
  return out;
}

std::string without_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

struct Column {
  std::string_view property;
  std::size_t width = 0;
  bool number = true;
};

std::vector<Column> measure(const TablePlan& plan, const std::vector<PrintedRow>& rows, std::size_t room) {
  std::vector<Column> columns;
  for (const std::string_view property : plan.columns) {
    Column column{.property = property, .width = property.size()};
    for (const PrintedRow& row : rows) {
      const PrintedRow::Cell* cell = find_cell(row, property);
      if (cell == nullptr) continue;
      column.width = std::max(column.width, one_line(cell->text).size());
      column.number = column.number && cell->number;
    }
    columns.push_back(column);
  }
  if (plan.width == 0) return columns;
  // What does not fit is left out from the right; what is long itself is cut.
  std::size_t used = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t left = room > used ? room - used : 0;
    if (columns[i].width > left && i > 0 && left < kNarrowest) {
      columns.resize(i);
      break;
    }
    columns[i].width = std::min(columns[i].width, std::max(left, columns[i].property.size()));
    used += columns[i].width + 2;
  }
  return columns;
}

}  // namespace

bool is_flag(std::string_view property) { return find_flag(property) != nullptr; }

std::string flag_letters(const std::vector<std::string_view>& flags) {
  std::string out;
  for (const Flag& flag : kFlags) {
    const bool set = std::ranges::find(flags, flag.property) != flags.end();
    if (set && out.find(flag.letter) == std::string::npos) out += flag.letter;
  }
  return out;
}

std::vector<std::string_view> table_columns(const Menu& menu, const Version& version, const std::vector<PrintedRow>& rows) {
  const auto shown = [&](std::string_view property) { return std::ranges::any_of(rows, [&](const PrintedRow& row) { return find_cell(row, property) != nullptr; }); };
  std::vector<std::string_view> columns;
  if (const auto known = std::ranges::find(kColumns, menu.path, &Columns::menu); known != std::end(kColumns)) {
    for (std::string_view rest = known->names; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (shown(rest.substr(0, end))) columns.push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return columns;
  }
  if (menu.properties.size() > kTooManyForTable) return columns;
  std::vector<const ArgumentSpec*> properties;
  for (const ArgumentSpec& property : menu.properties) {
    if (property.versions.contains(version) && !is_flag(property.name) && property.name != "comment" && shown(property.name)) properties.push_back(&property);
  }
  std::ranges::stable_sort(properties, {}, [](const ArgumentSpec* property) { return std::pair(!property->is_name, property->rank); });
  for (const ArgumentSpec* property : properties) {
    if (columns.size() < kMostColumns) columns.push_back(property->name);
  }
  // Of menus that nobody has described, whatever their rows have.
  for (const PrintedRow& row : rows) {
    for (const PrintedRow::Cell& cell : row.cells) {
      if (columns.size() < kMostColumns && properties.empty() && std::ranges::find(columns, cell.property) == columns.end()) columns.push_back(cell.property);
    }
  }
  return columns;
}

std::vector<std::string> table_lines(const TablePlan& plan, const std::vector<PrintedRow>& rows) {
  const bool v7 = plan.version >= kV7;
  std::string empty;
  const std::vector<std::string> head = heads(plan, rows, empty);
  const std::vector<Column> columns = measure(plan, rows, plan.width > empty.size() ? plan.width - empty.size() : kNarrowest);
  std::vector<std::string> lines;
  if (const std::string flags = flags_line(plan, rows, v7); !flags.empty()) lines.push_back(flags);
  if (rows.empty() && v7) return lines;
  const auto line = [&](std::string start, const auto& text_of) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) start += "  ";
      const std::string text = cut(text_of(columns[i].property), columns[i].width);
      start += columns[i].number ? fmt::format("{:>{}}", text, columns[i].width) : fmt::format("{:<{}}", text, columns[i].width);
    }
    return without_blanks(std::move(start));
  };
  if (v7 && !columns.empty()) {
    std::string names;
    for (const Column& column : columns) names.append(names.empty() ? "" : ", ").append(upper(column.property));
    lines.push_back("Columns: " + names);
  }
  lines.push_back(line(empty, upper));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::string start = head[i];
    if (!rows[i].comment.empty()) {
      lines.push_back((v7 ? ";;; " : start + ";;; ") + one_line(rows[i].comment));
      if (!v7) start.assign(start.size(), ' ');
    }
    lines.push_back(line(std::move(start), [&](std::string_view property) {
      const PrintedRow::Cell* cell = find_cell(rows[i], property);
      return cell == nullptr ? std::string() : one_line(cell->text);
    }));
  }
  return lines;
}

std::vector<std::string> detail_lines(const TablePlan& plan, const std::vector<PrintedRow>& rows) {
  std::vector<std::string> lines;
  if (const std::string flags = flags_line(plan, rows, false); !flags.empty()) lines.push_back(flags);
  std::string empty;
  const std::vector<std::string> head = heads(plan, rows, empty);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string indent(empty.size() + 2, ' ');
    std::string line = " " + head[i] + " ";
    if (!rows[i].comment.empty()) {
      lines.push_back(line + ";;; " + one_line(rows[i].comment));
      line = indent;
    }
    std::size_t words = 0;
    for (const PrintedRow::Cell& cell : rows[i].cells) {
      const std::string word = fmt::format("{}={}", cell.property, cell.text);
      if (plan.width > 0 && words > 0 && line.size() + word.size() > plan.width - 1) {
        lines.push_back(without_blanks(std::move(line)));
        line = indent;
        words = 0;
      }
      line += word + " ";
      ++words;
    }
    lines.push_back(without_blanks(std::move(line)));
    if (i + 1 < rows.size()) lines.emplace_back();
  }
  return lines;
}

std::string binary_size(double bytes) {
  static constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{:.0f}", bytes);
  std::size_t unit = 0;
  bytes /= 1024;
  for (; bytes >= 1024 && unit + 1 < std::size(kUnits); ++unit) bytes /= 1024;
  return fmt::format("{:.1f}{}", bytes, kUnits[unit]);
}

}  // namespace openstrat::sim
