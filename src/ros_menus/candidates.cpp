#include "ros_menus/candidates.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace openstrat::ros {
namespace {

class Collector {
 public:
  Collector(const SchemaLookup& menus, const Diagnosis& found, Candidates& out)
      : menus_(menus), found_(found), language_(&menus, menus.view().version), out_(out), typed_(out.typed) {}

  void add(const Place& place) {
    switch (place.kind) {
      case Place::Kind::command: return commands(place);
      case Place::Kind::argument: return arguments(place);
      case Place::Kind::value: return values(place);
      case Place::Kind::property: return fields(place.dir, Candidate::Kind::field);
      case Place::Kind::field_value: return field_values(place);
      case Place::Kind::variable: return variables(place);
    }
  }

 private:
  bool visible(const VersionRange& versions) const { return versions.contains(menus_.view().version); }

  void offer(Candidate candidate) {
    if (std::string_view(candidate.name).starts_with(typed_)) out_.items.push_back(std::move(candidate));
  }

  void commands(const Place& place) {
    commands_of(place.dir, 0);
    // Scripting commands are found from every menu; behind a path they are not meant.
    if (!place.rooted && place.dir != DirId::root) language_commands("/", 1);
  }
  void commands_of(DirId dir, int rank) {
    language_commands(language_.path(dir), rank);
    const Menu* menu = menus_.menu(dir);
    if (menu == nullptr) return;
    for (const Menu* child : menu->children) {
      if (!child->visible(menus_.view()) || child->name.starts_with('~')) continue;
      offer({.kind = Candidate::Kind::menu, .name = std::string(child->name), .rank = rank, .menu = child});
    }
    for (const CommandSpec& command : menu->commands) {
      if (visible(command.versions)) offer({.name = std::string(command.name), .rank = rank, .menu = menu, .command = &command});
    }
  }
  void language_commands(std::string_view menu, int rank) {
    for (const LanguageCommand& command : ros::language_commands()) {
      if (command.menu == menu && command.since <= menus_.view().version) offer({.name = std::string(command.name), .rank = rank, .language = &command});
    }
  }

  void arguments(const Place& place) {
    const auto is_given = [&](std::string_view name) { return std::ranges::find(place.given, name) != place.given.end(); };
    if (place.language != nullptr) {
      for (const LanguageArgument& argument : place.language->arguments) {
        if (argument.name.empty() || argument.unnamed || is_given(argument.name)) continue;
        offer({.kind = Candidate::Kind::argument, .name = std::string(argument.name), .takes_value = argument.kind != LanguageKind::flag, .language_argument = &argument});
      }
      return;
    }
    const CommandSpec* command = menus_.command(place.command);
    if (command == nullptr) return;
    const auto offer_argument = [&](const ArgumentSpec& argument) {
      if (argument.read_only || !visible(argument.versions) || is_given(argument.name)) return;
      const bool required = argument.required && command->verb == Verb::add;
      const bool bare = argument.type == ArgType::flag || argument.type == ArgType::where;
      offer({.kind = Candidate::Kind::argument, .name = std::string(argument.name), .rank = required ? 0 : argument.positional ? 3 : 1,
             .takes_value = !bare, .required = required, .argument = &argument});
    };
    for (const ArgumentSpec& argument : command->own) offer_argument(argument);
    const Menu* menu = menus_.menu(place.dir);
    if (!command->takes_properties || menu == nullptr) return;
    for (const ArgumentSpec& property : menu->properties) offer_argument(property);
  }

  void values(const Place& place) {
    if (place.argument == "value-name" || place.argument == "proplist") return fields(place.dir, Candidate::Kind::field_name);
    const CommandSpec* command = menus_.command(place.command);
    const Menu* menu = menus_.menu(place.dir);
    if (command == nullptr || menu == nullptr) return;
    if (const ArgumentSpec* argument = menu->argument(*command, place.argument, menus_.view()).item) values_of(*argument);
  }
  void values_of(const ArgumentSpec& argument) {
    if (argument.negatable && typed_.starts_with('!')) typed_.remove_prefix(1);
    out_.values_of.push_back(&argument);
    const auto word = [&](std::string_view value) { offer({.kind = Candidate::Kind::value, .name = std::string(value), .argument = &argument}); };
    if (argument.type == ArgType::boolean) {
      word("yes");
      word("no");
    }
    for (const std::string_view value : argument.values) word(value);
  }
  void fields(DirId dir, Candidate::Kind kind) {
    const Menu* menu = menus_.menu(dir);
    if (menu == nullptr) return;
    for (const ArgumentSpec& property : menu->properties) {
      if (visible(property.versions)) offer({.kind = kind, .name = std::string(property.name), .rank = 1, .argument = &property});
    }
  }
  void field_values(const Place& place) {
    const Menu* menu = menus_.menu(place.dir);
    const ArgumentSpec* property = menu == nullptr ? nullptr : menu->property(place.argument, menus_.view().version);
    if (property != nullptr) values_of(*property);
  }
  void variables(const Place& place) {
    for (const std::string& name : found_.notes.in_sight) offer({.kind = Candidate::Kind::variable, .name = name, .sigil = place.sigil});
  }

  const SchemaLookup& menus_;
  const Diagnosis& found_;
  const LanguageMenus language_;
  Candidates& out_;
  std::string_view typed_;
};

void sort_and_unite(std::vector<Candidate>& items) {
  std::ranges::stable_sort(items, [](const Candidate& a, const Candidate& b) { return std::tie(a.rank, a.name) < std::tie(b.rank, b.name); });
  // A field that is an argument as well (`print … dynamic`) is the same word to whoever writes it.
  const auto seen_as = [](Candidate::Kind kind) {
    return kind == Candidate::Kind::field ? Candidate::Kind::argument : kind == Candidate::Kind::field_name ? Candidate::Kind::value : kind;
  };
  std::set<std::pair<std::string, Candidate::Kind>> seen;
  std::erase_if(items, [&](const Candidate& candidate) { return !seen.emplace(candidate.name, seen_as(candidate.kind)).second; });
}

}  // namespace

Candidates candidates(const SchemaLookup& menus, const Diagnosis& found, std::string_view text) {
  Candidates out;
  out.from = static_cast<Offset>(text.size());
  if (found.notes.places.empty()) return out;
  out.found = true;
  // The word that is being written begins here: of several readings the one that starts last.
  Offset from = 0;
  for (const Place& place : found.notes.places) from = std::max(from, place.from);
  const std::string_view word = text.substr(from);
  const auto comma = word.rfind(',');
  const std::size_t element = comma == std::string_view::npos ? 0 : comma + 1;
  out.typed = word.substr(element);
  out.from = from + static_cast<Offset>(element);
  Collector collector(menus, found, out);
  for (const Place& place : found.notes.places) {
    if (place.from == from) collector.add(place);
  }
  if (out.typed.starts_with('!')) {
    ++out.from;
    out.typed.erase(0, 1);
  }
  sort_and_unite(out.items);
  return out;
}

}  // namespace openstrat::ros
