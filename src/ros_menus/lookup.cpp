#include "ros_menus/lookup.hpp"

#include <map>
#include <tuple>

namespace openstrat::ros {
namespace {

/// A hostile text could invent names without end; beyond this they are unknown even to a permissive view.
constexpr std::size_t kMaxOpaqueNames = 20'000;

ArgumentKind kind_of(ArgType type) {
  switch (type) {
    case ArgType::code: return ArgumentKind::code;
    case ArgType::script: return ArgumentKind::raw_text;
    case ArgType::flag: return ArgumentKind::flag;
    case ArgType::where: return ArgumentKind::where;
    default: return ArgumentKind::value;
  }
}

ValueForm form_of(const ArgumentSpec& argument) {
  if (argument.negatable_each) return ValueForm::negatable_each;
  if (argument.negatable) return ValueForm::negatable;
  if (argument.host_network) return ValueForm::host_network;
  switch (argument.type) {
    case ArgType::text: return argument.is_list ? ValueForm::plain : ValueForm::text;
    case ArgType::time: return ValueForm::time;
    case ArgType::enumeration: return ValueForm::choice;
    default: return ValueForm::plain;
  }
}

ArgumentMatch found(const ArgumentSpec& argument) {
  return {MatchKind::found, {argument.name, kind_of(argument.type), form_of(argument)}};
}

/// Words that can only be menus or commands of ours; an opaque menu may not be called so.
bool may_be_opaque(std::string_view word) {
  for (const char c : word) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!fits) return false;
  }
  return !word.empty() && word.size() <= 64;
}

constexpr std::string_view kOpaquePath = "/~opaque";

}  // namespace

const Menu& opaque_shape(const Schema& schema) { return *schema.find(kOpaquePath); }

SchemaLookup::SchemaLookup(const TreeView& view, const Schema& schema) : schema_(schema), view_(view) {
  const auto menus = schema.menus();
  first_command_.reserve(menus.size());
  for (std::uint32_t i = 0; i < menus.size(); ++i) {
    index_.emplace(menus[i], i);
    first_command_.push_back(static_cast<std::uint32_t>(commands_.size()));
    for (const CommandSpec& command : menus[i]->commands) commands_.emplace_back(menus[i], &command);
  }
}

const SchemaLookup& SchemaLookup::of(const TreeView& view) {
  using Key = std::tuple<Version, bool, bool, PackageSet>;
  static std::mutex mutex;
  static std::map<Key, SchemaLookup> known;
  const std::lock_guard lock(mutex);
  return known.try_emplace(Key{view.version, view.chr, view.permissive, view.packages}, view).first->second;
}

const Menu* SchemaLookup::menu(DirId dir) const {
  const auto index = static_cast<std::size_t>(dir);
  return index < schema_.menus().size() ? schema_.menus()[index] : nullptr;
}

const CommandSpec* SchemaLookup::command(CommandId id) const {
  const auto index = static_cast<std::size_t>(id);
  return index < commands_.size() ? commands_[index].second : nullptr;
}

const Menu& SchemaLookup::shape(DirId dir) const {
  const Menu* known = menu(dir);
  return known != nullptr ? *known : opaque_shape(schema_);
}

CommandInfo SchemaLookup::info(const Menu& menu, const CommandSpec& command) const {
  const auto position = static_cast<std::uint32_t>(&command - menu.commands.data());
  const bool takes_where =
      command.verb == Verb::find || command.verb == Verb::print ||
      (command.verb == Verb::exporting && view_.version >= Version{7, 13, 0});
  return {static_cast<CommandId>(first_command_[index_.at(&menu)] + position), command.name, takes_where};
}

ChildMatch SchemaLookup::child(DirId dir, std::string_view word) const {
  const Menu& here = shape(dir);
  const Match<Menu> submenu = menu(dir) != nullptr ? here.child(word, view_) : Match<Menu>{};
  const Match<CommandSpec> command = here.command(word, view_);
  const bool exact_menu = submenu && submenu.item->name == word;
  const bool exact_command = command && command.item->name == word;
  if (exact_menu || (submenu && !exact_command && !command && !command.ambiguous)) {
    return {MatchKind::found, exact_menu, static_cast<DirId>(index_.at(submenu.item)), {}, submenu.item->name};
  }
  if (exact_command || (command && !submenu && !submenu.ambiguous)) {
    ChildMatch match{MatchKind::found, exact_command};
    match.command = info(here, *command.item);
    return match;
  }
  if (submenu || command || submenu.ambiguous || command.ambiguous) {
    return {MatchKind::ambiguous};
  }
  if (const ChildMatch other = alias(here, word); other.kind == MatchKind::found || !view_.permissive) return other;
  // `/mpls set …`: a singleton in one version may be a directory in the tree that we have.
  const Menu& shape = opaque_shape(schema_);
  const Match<CommandSpec> verb = here.kind_in(view_.version) == MenuKind::directory && dir != DirId::root ? shape.command(word, view_) : Match<CommandSpec>{};
  if (!verb || verb.item->name != word) return opaque_child(dir, word);
  ChildMatch match{MatchKind::found, true};
  match.command = info(shape, *verb.item);
  return match;
}

ChildMatch SchemaLookup::alias(const Menu& menu, std::string_view word) const {
  for (const Menu::Alias& alias : menu.aliases) {
    if (alias.name != word || !alias.versions.contains(view_.version) || !alias.menu->visible(view_)) continue;
    const auto dir = static_cast<DirId>(index_.at(alias.menu));
    if (alias.command.empty()) return {MatchKind::found, true, dir, {}, alias.menu->name};
    const Match<CommandSpec> command = alias.menu->command(alias.command, view_);
    if (!command) continue;
    ChildMatch match{MatchKind::found, true};
    match.command = info(*alias.menu, *command.item);
    match.home = dir;
    return match;
  }
  return {};
}

ChildMatch SchemaLookup::opaque_child(DirId dir, std::string_view word) const {
  const Match<CommandSpec> scripting = schema_.root().command(word, view_);
  if (!may_be_opaque(word) || (scripting && scripting.item->name == word)) return {};
  std::string path(dir == DirId::root ? std::string_view() : this->path(dir));
  path.append("/").append(word);
  const std::lock_guard lock(opaque_mutex_);
  auto known = opaque_by_path_.find(path);
  if (known == opaque_by_path_.end()) {
    if (opaque_.size() >= kMaxOpaqueNames || path.size() > 256) return {};
    const auto id = static_cast<DirId>(schema_.menus().size() + opaque_.size());
    const OpaqueMenu& added = opaque_.emplace_back(std::move(path), dir);
    known = opaque_by_path_.emplace(added.path, id).first;
  }
  return {MatchKind::found, true, known->second, {}, known->first.substr(known->first.size() - word.size())};
}

DirId SchemaLookup::parent(DirId dir) const {
  if (const Menu* known = menu(dir)) {
    return known->parent == nullptr ? DirId::root : static_cast<DirId>(index_.at(known->parent));
  }
  const std::lock_guard lock(opaque_mutex_);
  return opaque_.at(static_cast<std::size_t>(dir) - schema_.menus().size()).parent;
}

std::string_view SchemaLookup::path(DirId dir) const {
  if (const Menu* known = menu(dir)) return known->path;
  const std::lock_guard lock(opaque_mutex_);
  return opaque_.at(static_cast<std::size_t>(dir) - schema_.menus().size()).path;
}

ArgumentMatch SchemaLookup::opaque_argument(std::string_view word) const {
  const std::lock_guard lock(opaque_mutex_);
  auto known = opaque_names_.find(std::string(word));
  if (known == opaque_names_.end()) {
    if (opaque_names_.size() >= kMaxOpaqueNames || word.empty() || word.size() > 128) return {};
    known = opaque_names_.emplace(word, std::string_view()).first;
    known->second = known->first;
  }
  return {MatchKind::found, {known->second, ArgumentKind::value}};
}

ArgumentMatch SchemaLookup::argument(CommandId id, std::string_view word) const {
  if (static_cast<std::size_t>(id) >= commands_.size()) return {};
  const auto& [menu, command] = commands_[static_cast<std::size_t>(id)];
  const Match<ArgumentSpec> match = menu->argument(*command, word, view_);
  // Abbreviations are for people; a permissive view reads exports, where an unknown name must stay what it is.
  const bool exact = match && match.item->name == word;
  if (match && (exact || !view_.permissive)) return found(*match.item);
  // Nobody has recorded the tree of 6.x: of a menu that we know by name only, any argument may exist.
  const bool unrecorded = menu->generic && view_.version.major < 7 && !match;
  if ((view_.permissive || unrecorded) && command->takes_properties) return opaque_argument(word);
  if (match) return found(*match.item);
  return {match.ambiguous ? MatchKind::ambiguous : MatchKind::none};
}

ArgumentMatch SchemaLookup::unnamed(CommandId id, std::size_t index) const {
  if (static_cast<std::size_t>(id) >= commands_.size()) return {};
  for (const ArgumentSpec& argument : commands_[static_cast<std::size_t>(id)].second->own) {
    if (argument.positional && argument.versions.contains(view_.version) && index-- == 0) return found(argument);
  }
  return {};
}

ArgumentMatch SchemaLookup::property(DirId dir, std::string_view word) const {
  if (word == ".id") return {MatchKind::found, {".id", ArgumentKind::value}};
  const Menu* known = menu(dir);
  if (known != nullptr) {
    if (const ArgumentSpec* property = known->property(word, view_.version)) return found(*property);
  }
  return view_.permissive && (known == nullptr || known->generic) ? opaque_argument(word) : ArgumentMatch{};
}

}  // namespace openstrat::ros
