#include "ros_menus/menu_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/log.hpp"

namespace openstrat::ros {
namespace {

constexpr std::pair<std::string_view, ArgType> kTypes[] = {
    {"any", ArgType::any},       {"str", ArgType::text},    {"num", ArgType::number},      {"bool", ArgType::boolean},
    {"ip", ArgType::ip},         {"hostnet", ArgType::prefix}, {"prefix", ArgType::prefix}, {"addr", ArgType::address},  {"time", ArgType::time},
    {"mac", ArgType::mac},       {"enum", ArgType::enumeration}, {"ref", ArgType::reference}, {"script", ArgType::script},
    {"code", ArgType::code},     {"flag", ArgType::flag},   {"numbers", ArgType::numbers}, {"where", ArgType::where},
};

constexpr std::pair<std::string_view, Verb> kVerbs[] = {
    {"add", Verb::add},         {"set", Verb::set},         {"get", Verb::get},       {"find", Verb::find},
    {"print", Verb::print},     {"remove", Verb::remove},   {"enable", Verb::enable}, {"disable", Verb::disable},
    {"comment", Verb::comment}, {"move", Verb::move},       {"unset", Verb::unset},   {"edit", Verb::edit},
    {"reset", Verb::reset},     {"export", Verb::exporting},
};

Verb verb_of(std::string_view name) {
  for (const auto& [word, verb] : kVerbs) {
    if (word == name) return verb;
  }
  return Verb::action;
}

/// The next word of `rest`; blanks inside `(…)` and `"…"` do not end it. Empty at the end.
std::string_view take_word(std::string_view& rest) {
  const std::size_t begin = rest.find_first_not_of(' ');
  if (begin == std::string_view::npos) return rest = {};
  rest.remove_prefix(begin);
  bool quoted = false;
  int depth = 0;
  std::size_t end = 0;
  for (; end < rest.size(); ++end) {
    const char c = rest[end];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ' ' && depth == 0) break;
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
  }
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

/// The first version that is later than every one that `last` covers (`7.16.999` → `7.17`).
Version after(const Version& last) {
  return last.minor == 999 ? Version{last.major + 1, 0, 0} : Version{last.major, last.minor + 1, 0};
}

/// Calls `use` for each part of `text` between separators.
template <class Use>
void for_each_part(std::string_view text, char separator, Use use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

template <class Items>
void sort_by_name(Items& items) {
  std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

bool overlap(const VersionRange& a, const VersionRange& b) { return a.first <= b.last && b.first <= a.last; }

/// A name that two of `items` (in order of their names) have in the same version: a beginning of it would mean neither. Empty if none.
template <class Items>
std::string_view declared_twice(const Items& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t next = i + 1; next < items.size() && items[next].name == items[i].name; ++next) {
      if (overlap(items[i].versions, items[next].versions)) return items[i].name;
    }
  }
  return {};
}

}  // namespace

MenuText::MenuText() {
  Menu& root = menus.emplace_back();
  root.path = "/";
  by_path.emplace(root.path, &root);
}

void MenuText::refuse(std::string_view why) const {
  log::error("the menu text is malformed", {{"why", why}, {"line", line_}});
  std::abort();
}

void MenuText::read(std::string_view text) {
  for_each_part(text, '\n', [this](std::string_view line) { read_line(line_ = line); });
}

void MenuText::read_line(std::string_view line) {
  if (line.empty() || line.front() == '#') return;
  if (line.front() == '/') return read_menu(line);
  if (line.front() == '%') {  // `%list get …`: the own arguments of a verb
    line.remove_prefix(1);
    VerbTemplate& verb = verb_templates_.emplace_back();
    verb.menus = take_word(line);
    read_command(line, verb.command);
    const Verb kind = verb.command.verb = verb_of(verb.command.name);
    verb.command.takes_properties = kind == Verb::add || kind == Verb::set || kind == Verb::reset;
    return;
  }
  if (line.front() == '&') return read_alias(line.substr(1));
  if (line.front() == '!') {
    menu_at(line.substr(line.find('/'))).export_rank = ordered_++;
    return;
  }
  if (current_ == nullptr) refuse("a property before the first menu");
  std::string_view rest = line;
  const std::string_view first = take_word(rest);
  if (first == ">") return read_command(rest, current_->commands.emplace_back());
  if (first == "=") return read_default_row(rest);
  if (first == "~") return read_package(rest);
  read_properties(line, current_->properties);
}

void MenuText::read_menu(std::string_view rest) {
  Menu& menu = menu_at(take_word(rest));
  current_ = &menu;
  const bool declared = !declared_.insert(&menu).second;
  const bool more = rest.substr(0, rest.find(' ', 1)) == " more";
  if (declared != more) refuse(declared ? "a menu is declared twice" : "more of a menu that is not declared");
  if (more) take_word(rest);
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    if (word == "dir") menu.kind = MenuKind::directory;
    else if (word == "list") menu.kind = MenuKind::list;
    else if (word.starts_with("list@")) { menu.kind = MenuKind::list; verb_versions_[&menu] = read_versions(word.substr(5)); }
    else if (word == "single") menu.kind = MenuKind::singleton;
    else if (word == "ordered") menu.ordered = true;
    else if (word == "comment") menu.has_comment = true;
    else if (word.starts_with("comment@")) { menu.has_comment = true; comment_versions_[&menu] = read_versions(word.substr(8)); }
    else if (word == "disabled") menu.has_disabled = true;
    else if (word == "generic") menu.generic = true;
    else if (word == "hardware") menu.hardware_only = true;
    else if (word.starts_with("hardware@")) { menu.hardware_only = true; menu.hardware_versions = read_versions(word.substr(9)); }
    else if (word == "noexport") menu.exported = false;
    else if (word == "aggregate") menu.aggregate = true;
    else if (word == "added-disabled") added_disabled_[&menu] = VersionRange{};
    else if (word.starts_with("added-disabled@")) added_disabled_[&menu] = read_versions(word.substr(15));
    else if (word.starts_with("single@")) menu.single_versions = read_versions(word.substr(7));
    else if (word.starts_with("explicit@")) menu.explicit_versions = read_versions(word.substr(9));
    else if (word.starts_with("interface=")) menu.interface_type = word.substr(10);
    else if (word == "select=name") menu.selector = Selector::name;
    else if (word == "select=default") menu.selector = Selector::default_flag;
    else if (word == "select=default-name") menu.selector = Selector::default_name;
    else if (word == "select=number") menu.selector = Selector::number;
    else if (word.starts_with("package=")) menu.package = read_package_mark(word.substr(8));
    else if (word.starts_with("verbs=")) verb_choice_[&menu] = word.substr(6);
    else if (word.front() == '@') menu.versions = read_versions(word.substr(1));
    else refuse("unknown word in a menu line");
  }
}

void MenuText::read_command(std::string_view rest, CommandSpec& command) {
  command.name = take_word(rest);
  if (const std::size_t at = command.name.find('@'); at != std::string_view::npos) {
    command.versions = read_versions(command.name.substr(at + 1));
    command.name = command.name.substr(0, at);
  }
  read_properties(rest, own_.emplace_back());
  command.own = own_.back();
}

void MenuText::read_default_row(std::string_view rest) {
  Menu::DefaultRow row;
  const std::size_t begin = rest.find_first_not_of(' ');
  if (begin == std::string_view::npos) refuse("an empty default row");
  rest.remove_prefix(begin);
  if (rest.front() == '@') {
    row.versions = read_versions(take_word(rest).substr(1));
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  }
  row.words = rest;
  current_->default_rows.push_back(row);
}

PackageMark MenuText::read_package_mark(std::string_view text) const {
  const std::size_t at = std::min(text.find('@'), text.size());
  const auto package = parse_package(text.substr(0, at));
  if (!package) refuse("unknown package");
  return {*package, at == text.size() ? VersionRange{} : read_versions(text.substr(at + 1))};
}

/// The last word of the second path is a command if no menu is called so.
void MenuText::read_alias(std::string_view rest) {
  const std::string_view path = take_word(rest);
  const std::string_view target = take_word(rest);
  const std::size_t slash = path.rfind('/');
  Menu::Alias alias{path.substr(slash + 1), read_versions(take_word(rest).substr(1)), nullptr, {}};
  if (const auto known = by_path.find(target); known != by_path.end()) {
    alias.menu = known->second;
  } else {
    alias.command = target.substr(target.rfind('/') + 1);
    alias.menu = &menu_at(target.substr(0, target.rfind('/')));
  }
  menu_at(slash == 0 ? std::string_view("/") : path.substr(0, slash)).aliases.push_back(alias);
}

void MenuText::read_package(std::string_view rest) {
  const PackageMark mark = read_package_mark(take_word(rest));
  package_words_.push_back({current_, mark, rest});
}

/// Menus of a package pass the mark on to those below; words name properties and commands of a menu of the main package.
void MenuText::mark_packages() {
  for (Menu& menu : menus) {  // parents come before children
    if (menu.package.package == Package::none && menu.parent != nullptr) menu.package = menu.parent->package;
  }
  for (auto& [menu, mark, words] : package_words_) {
    for (std::string_view word = take_word(words); !word.empty(); word = take_word(words)) {
      bool known = false;
      const auto mark_if_named = [&](auto& item) {
        if (item.name != word) return;
        item.package = mark;
        known = true;
      };
      std::for_each(menu->properties.begin(), menu->properties.end(), mark_if_named);
      std::for_each(menu->commands.begin(), menu->commands.end(), mark_if_named);
      if (!known) refuse(word);
    }
  }
}

void MenuText::read_properties(std::string_view rest, std::vector<ArgumentSpec>& into) {
  for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
    into.push_back(read_argument(word));
  }
}

ArgumentSpec MenuText::read_argument(std::string_view token) {
  ArgumentSpec argument;
  for (; !token.empty(); token.remove_prefix(1)) {
    const char mark = token.front();
    if (mark == '*') argument.required = true;
    else if (mark == '^') argument.is_name = true;
    else if (mark == '?') argument.secret = true;
    else if (mark == '-') argument.read_only = true;
    else if (mark == '+') argument.positional = true;
    else if (mark == '!') argument.negatable = true;
    else if (mark == '&') argument.keeps_default = true;
    else break;
  }
  const std::size_t name_end = std::min(token.find_first_of("@:="), token.size());
  argument.name = token.substr(0, name_end);
  token.remove_prefix(name_end);
  if (argument.name.empty()) refuse("an argument without a name");
  if (token.starts_with('@')) {
    const std::size_t end = std::min(token.find_first_of(":="), token.size());
    argument.versions = read_versions(token.substr(1, end - 1));
    token.remove_prefix(end);
  }
  if (token.starts_with(':')) {
    const std::size_t paren = token.find_first_of("(=");
    const std::size_t from = paren != std::string_view::npos && token[paren] == '(' ? token.find(')', paren) : 0;
    const std::size_t end = std::min(token.find('=', from), token.size());
    read_type(token.substr(1, end - 1), argument);
    token.remove_prefix(end);
  }
  if (token.starts_with('=')) {
    token.remove_prefix(1);
    if (token.size() >= 2 && token.front() == '"') token = token.substr(1, token.size() - 2);
    argument.default_value = token;
  }
  return argument;
}

void MenuText::read_type(std::string_view text, ArgumentSpec& argument) {
  if (text.ends_with("[!]")) {
    argument.is_list = argument.negatable_each = true;
    text.remove_suffix(3);
  } else if (text.ends_with("[]")) {
    argument.is_list = true;
    text.remove_suffix(2);
  }
  const std::size_t paren = std::min(text.find('('), text.size());
  const auto known = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const auto& type) { return type.first == text.substr(0, paren); });
  if (known == std::end(kTypes)) refuse("unknown type");
  argument.type = known->second;
  argument.host_network = known->first == "hostnet";
  if (paren == text.size()) return;
  if (!text.ends_with(')')) refuse("a type without its closing parenthesis");
  const std::string_view inner = text.substr(paren + 1, text.size() - paren - 2);
  if (argument.type == ArgType::number) {
    const std::size_t dots = inner.find("..");
    if (dots == std::string_view::npos) refuse("a number type needs (min..max)");
    std::from_chars(inner.data(), inner.data() + dots, argument.minimum);
    std::from_chars(inner.data() + dots + 2, inner.data() + inner.size(), argument.maximum);
    return;
  }
  for_each_part(inner, '|', [&](std::string_view part) {
    (part.starts_with('/') ? argument.references : argument.values).push_back(part);
  });
}

VersionRange MenuText::read_versions(std::string_view text) const {
  if (text == "6") return {Version{0, 0, 0}, Version{6, 999, 999}};
  VersionRange range;
  const std::size_t dash = text.find('-');
  if (const std::string_view first = text.substr(0, dash); !first.empty()) range.first = read_version(first, false);
  if (dash != std::string_view::npos && dash + 1 < text.size()) range.last = read_version(text.substr(dash + 1), true);
  return range;
}

Version MenuText::read_version(std::string_view text, bool last) const {
  int parts[3] = {0, last ? 999 : 0, last ? 999 : 0};
  int count = 0;
  for_each_part(text, '.', [&](std::string_view part) {
    if (count == 3 || std::from_chars(part.data(), part.data() + part.size(), parts[count++]).ec != std::errc{}) {
      refuse("not a version");
    }
  });
  return Version{parts[0], parts[1], parts[2]};
}

Menu& MenuText::menu_at(std::string_view path) {
  if (const auto known = by_path.find(path); known != by_path.end()) return *known->second;
  const std::size_t slash = path.rfind('/');
  Menu& parent = menu_at(slash == 0 ? std::string_view("/") : path.substr(0, slash));
  Menu& menu = menus.emplace_back();
  menu.path = path;
  menu.name = std::string_view(menu.path).substr(slash + 1);
  menu.parent = &parent;
  by_path.emplace(menu.path, &menu);
  parent.children.push_back(&menu);
  return menu;
}

void MenuText::add_verbs(Menu& menu) {
  const auto choice = verb_choice_.find(&menu);
  const std::string_view chosen = choice == verb_choice_.end() ? std::string_view() : choice->second;
  const auto limited = verb_versions_.find(&menu);
  const bool only_these = !chosen.empty() && chosen.front() != '-';
  std::optional<VersionRange> in_versions;
  const auto wanted = [&](std::string_view name) {
    bool listed = false;
    in_versions.reset();
    for_each_part(chosen, ',', [&](std::string_view part) {
      if (!only_these) part.remove_prefix(1);
      const std::size_t at = std::min(part.find('@'), part.size());
      if (part.substr(0, at) != name) return;
      listed = true;
      if (at < part.size()) in_versions = read_versions(part.substr(at + 1));
    });
    return only_these ? listed : !listed;
  };
  for (const VerbTemplate& verb : verb_templates_) {
    const bool sometimes_single = menu.single_versions.first <= menu.single_versions.last;
    const bool applies = verb.menus == "all" || (verb.menus == "list" && menu.kind == MenuKind::list) ||
                         (verb.menus == "single" && (menu.kind == MenuKind::singleton || sometimes_single)) ||
                         (verb.menus == "ordered" && menu.ordered) || (verb.menus == "comment" && menu.has_comment) ||
                         (verb.menus == "disabled" && menu.has_disabled);
    if (!applies || !wanted(verb.command.name)) continue;
    VersionRange versions = limited != verb_versions_.end() ? limited->second : verb.command.versions;
    if (in_versions) versions = *in_versions;
    if (sometimes_single && verb.menus == "single") versions = menu.single_versions;
    else if (sometimes_single && verb.menus != "all") versions.first = std::max(versions.first, after(menu.single_versions.last));
    // What the menu says itself counts, and then what is more particular, which stands above in the text.
    const bool replaced = std::any_of(menu.commands.begin(), menu.commands.end(), [&](const CommandSpec& command) {
      return command.name == verb.command.name && overlap(command.versions, versions);
    });
    if (replaced) continue;
    menu.commands.push_back(verb.command);
    menu.commands.back().versions = versions;
  }
}

void MenuText::add_common_properties(Menu& menu) {
  if (menu.has_comment) {
    const auto versions = comment_versions_.find(&menu);
    menu.properties.push_back(ArgumentSpec{.name = "comment", .type = ArgType::text, .default_value = ""});
    if (versions != comment_versions_.end()) menu.properties.back().versions = versions->second;
  }
  if (!menu.has_disabled) return;
  const auto add_disabled = [&](VersionRange versions, std::string_view by_default) {
    menu.properties.push_back(
        ArgumentSpec{.name = "disabled", .versions = versions, .type = ArgType::boolean, .default_value = by_default});
  };
  const auto added_disabled = added_disabled_.find(&menu);
  if (added_disabled == added_disabled_.end()) return add_disabled({}, "no");
  add_disabled(added_disabled->second, "yes");
  Version next = added_disabled->second.last;
  if (next.major < 999) add_disabled({Version{next.major + 1, 0, 0}, VersionRange{}.last}, "no");
}

void MenuText::check_once(const Menu& menu) const {
  const auto check = [&](std::string_view what, std::string_view name) {
    if (!name.empty()) refuse(fmt::format("the {} {} of {} is declared twice", what, name, menu.path));
  };
  check("property", declared_twice(menu.properties));
  check("command", declared_twice(menu.commands));
  for (const CommandSpec& command : menu.commands) {
    std::vector<ArgumentSpec> arguments(command.own.begin(), command.own.end());
    sort_by_name(arguments);
    check("argument", declared_twice(arguments));
  }
}

void MenuText::finish() {
  mark_packages();
  for (Menu& menu : menus) {
    menu.referenced = menu.referenced || !menu.interface_type.empty();
    for (const ArgumentSpec& property : menu.properties) {
      for (const std::string_view path : property.references) {
        const auto known = by_path.find(path);
        if (known == by_path.end()) refuse(path);
        known->second->referenced = true;
      }
    }
    add_common_properties(menu);
    for (std::size_t i = 0; i < menu.properties.size(); ++i) menu.properties[i].rank = static_cast<std::uint16_t>(i);
    add_verbs(menu);
    sort_by_name(menu.properties);
    sort_by_name(menu.commands);
    std::sort(menu.children.begin(), menu.children.end(),
              [](const Menu* a, const Menu* b) { return a->name < b->name; });
    check_once(menu);
  }
}

}  // namespace openstrat::ros
