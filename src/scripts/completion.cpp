#include "scripts/completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "ros_language/diagnose.hpp"
#include "ros_language/language.hpp"
#include "ros_menus/lookup.hpp"
#include "scripts/positions.hpp"

namespace openstrat::scripts {
namespace {

using ros::ArgType;
using ros::ArgumentSpec;
using ros::CommandSpec;
using ros::Menu;
using ros::Place;

constexpr std::size_t kMostItems = 200;
constexpr std::size_t kShownValues = 6;

bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

/// A variable's name as it is written after `$`.
std::string variable_text(std::string_view name) {
  const bool is_plain = std::ranges::all_of(name, [](char c) { return is_name_char(c) && c != '-' && c != '_'; });
  return is_plain ? std::string(name) : fmt::format("\"{}\"", name);
}

std::string_view type_text(const ArgumentSpec& argument) {
  switch (argument.type) {
    case ArgType::any: case ArgType::text: return "text";
    case ArgType::number: return "number";
    case ArgType::boolean: return "yes or no";
    case ArgType::ip: return "address";
    case ArgType::prefix: return "address/length";
    case ArgType::address: return "address, prefix, range or DNS name";
    case ArgType::time: return "time";
    case ArgType::mac: return "MAC address";
    case ArgType::enumeration: return "one of";
    case ArgType::reference: return "name";
    case ArgType::script: return "script";
    case ArgType::code: return "{ commands }";
    case ArgType::flag: return "flag";
    case ArgType::numbers: return "rows: ids, names or [find …]";
    case ArgType::where: return "condition";
  }
  return {};
}

std::string detail_of(const ArgumentSpec& argument, bool may_be_required) {
  std::string out(may_be_required && argument.required ? "required · " : "");
  if (argument.type == ArgType::enumeration) {
    const std::size_t shown = std::min(argument.values.size(), kShownValues);
    out += fmt::format("{}", fmt::join(argument.values.begin(), argument.values.begin() + static_cast<std::ptrdiff_t>(shown), " | "));
    if (shown < argument.values.size()) out += " | …";
  } else {
    out += type_text(argument);
    if (argument.type == ArgType::reference && !argument.references.empty()) out += fmt::format(" of {}", fmt::join(argument.references, ", "));
  }
  if (argument.is_list) out += ", several with commas";
  if (argument.default_value && !argument.default_value->empty() && !argument.secret) out += fmt::format(" · default {}", *argument.default_value);
  return out;
}

class Completer {
 public:
  Completer(const ros::SchemaLookup& menus, const ros::Diagnosis& found) : menus_(menus), found_(found), language_(&menus, menus.view().version) {}

  /// Fills `items` for every place that starts at `from`; `typed` is what stands there already.
  void collect(ros::Offset from, std::string_view typed) {
    typed_ = typed;
    for (const Place& place : found_.notes.places) {
      if (place.from != from) continue;
      switch (place.kind) {
        case Place::Kind::command: commands(place); break;
        case Place::Kind::argument: arguments(place); break;
        case Place::Kind::value: values(place); break;
        case Place::Kind::property: properties(place); break;
        case Place::Kind::field_value: field_values(place); break;
        case Place::Kind::variable: variables(place); break;
      }
    }
  }
  /// Likelier ones first: what is required, then in the order of names.
  std::vector<CompletionItem> taken() {
    std::ranges::stable_sort(ranked_, [](const Ranked& a, const Ranked& b) { return std::tie(a.rank, a.item.label) < std::tie(b.rank, b.item.label); });
    std::vector<CompletionItem> out;
    std::set<std::pair<std::string_view, CompletionKind>> seen;
    for (const Ranked& ranked : ranked_) {
      if (out.size() == kMostItems) break;
      if (seen.emplace(ranked.item.label, ranked.item.kind).second) out.push_back(ranked.item);
    }
    return out;
  }

 private:
  struct Ranked { int rank; CompletionItem item; };

  bool visible(const ros::VersionRange& versions) const { return versions.contains(menus_.view().version); }
  void offer(int rank, std::string_view label, CompletionKind kind, std::string detail, std::string apply) {
    if (!label.starts_with(typed_)) return;
    ranked_.push_back({rank, {std::string(label), kind, std::move(detail), std::move(apply)}});
  }

  void commands(const Place& place) {
    commands_of(place.dir, 0);
    // Scripting commands are found from every menu; behind a path they are not meant.
    if (!place.rooted && place.dir != ros::DirId::root) language_commands("/", 1);
  }
  void commands_of(ros::DirId dir, int rank) {
    language_commands(language_.path(dir), rank);
    const Menu* menu = menus_.menu(dir);
    if (menu == nullptr) return;
    for (const Menu* child : menu->children) {
      if (child->visible(menus_.view()) && !child->name.starts_with('~')) offer(rank, child->name, CompletionKind::menu, child->path, std::string(child->name));
    }
    for (const CommandSpec& command : menu->commands) {
      if (visible(command.versions)) offer(rank, command.name, CompletionKind::command, signature(*menu, command), std::string(command.name));
    }
  }
  void language_commands(std::string_view menu, int rank) {
    for (const ros::LanguageCommand& command : ros::language_commands()) {
      if (command.menu != menu || menus_.view().version < command.since) continue;
      std::string detail;
      for (const ros::LanguageArgument& argument : command.arguments) {
        if (argument.name.empty()) continue;
        if (!detail.empty()) detail += ' ';
        detail += argument.unnamed ? std::string(argument.name) : std::string(argument.name) + "=";
      }
      offer(rank, command.name, CompletionKind::command, std::move(detail), std::string(command.name));
    }
  }
  /// What a command wants: its required and positional arguments.
  std::string signature(const Menu& menu, const CommandSpec& command) const {
    std::string out;
    for (const ArgumentSpec& argument : command.own) {
      if (visible(argument.versions) && argument.positional) out += (out.empty() ? "" : " ") + std::string(argument.name);
    }
    if (command.verb == ros::Verb::add) {
      for (const ArgumentSpec& property : menu.properties)
        if (property.required && visible(property.versions)) out += (out.empty() ? "" : " ") + std::string(property.name) + "=";
    }
    return out;
  }

  void arguments(const Place& place) {
    const auto is_given = [&](std::string_view name) { return std::ranges::find(place.given, name) != place.given.end(); };
    if (place.language != nullptr) {
      for (const ros::LanguageArgument& argument : place.language->arguments) {
        if (argument.name.empty() || argument.unnamed || is_given(argument.name)) continue;
        const bool is_flag = argument.kind == ros::LanguageKind::flag;
        offer(0, argument.name, CompletionKind::argument, is_flag ? "flag" : argument.kind == ros::LanguageKind::code ? "{ commands }" : "",
              std::string(argument.name) + (is_flag ? "" : "="));
      }
      return;
    }
    const CommandSpec* command = menus_.command(place.command);
    if (command == nullptr) return;
    const auto offer_argument = [&](const ArgumentSpec& argument) {
      if (argument.read_only || !visible(argument.versions) || is_given(argument.name)) return;
      const bool is_required = argument.required && command->verb == ros::Verb::add;
      const bool is_bare = argument.type == ArgType::flag || argument.type == ArgType::where;
      offer(is_required ? 0 : argument.positional ? 3 : 1, argument.name, CompletionKind::argument, detail_of(argument, is_required), std::string(argument.name) + (is_bare ? "" : "="));
    };
    for (const ArgumentSpec& argument : command->own) offer_argument(argument);
    const Menu* menu = menus_.menu(place.dir);
    if (command->takes_properties && menu != nullptr) {
      for (const ArgumentSpec& property : menu->properties) offer_argument(property);
    }
  }

  const ArgumentSpec* argument_of(const Place& place) const {
    const CommandSpec* command = menus_.command(place.command);
    const Menu* menu = menus_.menu(place.dir);
    if (command == nullptr || menu == nullptr) return nullptr;
    return menu->argument(*command, place.argument, menus_.view()).item;
  }
  void values(const Place& place) {
    if (place.argument == "value-name" || place.argument == "proplist") return fields(place.dir, CompletionKind::value);
    if (const ArgumentSpec* argument = argument_of(place)) values_of(*argument);
  }
  void values_of(const ArgumentSpec& argument) {
    if (argument.negatable && typed_.starts_with('!')) typed_.remove_prefix(1);
    if (argument.type == ArgType::boolean) {
      for (const std::string_view word : {"yes", "no"}) offer(0, word, CompletionKind::value, {}, std::string(word));
    }
    for (const std::string_view word : argument.values) offer(0, word, CompletionKind::value, {}, std::string(word));
  }
  void fields(ros::DirId dir, CompletionKind kind) {
    const Menu* menu = menus_.menu(dir);
    if (menu == nullptr) return;
    for (const ArgumentSpec& property : menu->properties) {
      if (visible(property.versions)) offer(1, property.name, kind, detail_of(property, false), std::string(property.name));
    }
  }
  void properties(const Place& place) { fields(place.dir, CompletionKind::argument); }
  void field_values(const Place& place) {
    const Menu* menu = menus_.menu(place.dir);
    const ArgumentSpec* property = menu == nullptr ? nullptr : menu->property(place.argument, menus_.view().version);
    if (property != nullptr) values_of(*property);
  }
  void variables(const Place& place) {
    for (const std::string& name : found_.notes.in_sight) offer(0, name, CompletionKind::variable, {}, (place.sigil ? "" : "$") + variable_text(name));
  }

  const ros::SchemaLookup& menus_;
  const ros::Diagnosis& found_;
  const ros::LanguageMenus language_;
  std::string_view typed_;
  std::vector<Ranked> ranked_;
};

/// The word that is being written begins here: of several readings the one that starts last.
ros::Offset start_of_word(const ros::Diagnosis& found) {
  ros::Offset from = 0;
  for (const Place& place : found.notes.places) from = std::max(from, place.from);
  return from;
}

}  // namespace

Completion complete_script(const std::string& script, std::uint32_t cursor, const ros::Version& version) {
  Positions positions(script);
  const std::uint32_t at = positions.bytes(cursor);
  const ros::SchemaLookup menus({.version = version});
  ros::ParseOptions options;
  options.personality = ros::Personality(version);
  options.menus = &menus;
  const ros::Diagnosis found = ros::complete(script.substr(0, at), options);

  Completion out{.from = positions.units(at), .to = positions.units(at), .items = {}};
  if (found.notes.places.empty()) return out;
  ros::Offset from = start_of_word(found);
  std::string_view typed = std::string_view(script).substr(from, at - from);
  Completer completer(menus, found);
  const auto comma = typed.rfind(',');
  const std::size_t element = comma == std::string_view::npos ? 0 : comma + 1;
  completer.collect(from, typed.substr(element));
  from += static_cast<ros::Offset>(element);
  if (typed.substr(element).starts_with('!')) ++from;

  std::uint32_t end = at;
  while (end < script.size() && is_name_char(script[end])) ++end;
  out.from = positions.units(from);
  out.to = positions.units(end);
  out.items = completer.taken();
  return out;
}

}  // namespace openstrat::scripts
