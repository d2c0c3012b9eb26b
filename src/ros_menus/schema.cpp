// Look-ups. Names are sorted, so everything a prefix may mean is one contiguous range.
#include "ros_menus/schema.hpp"

#include <algorithm>

#include "ros_menus/menu_text.hpp"

namespace openstrat::ros {
namespace {

bool shown(const Menu* menu, const TreeView& who) { return menu->visible(who); }
bool shown(const CommandSpec& command, const TreeView& who) {
  return command.versions.contains(who.version) && !command.package.hides(who);
}
bool shown(const ArgumentSpec& argument, const TreeView& who) {
  return !argument.read_only && argument.versions.contains(who.version) && !argument.package.hides(who);
}

std::string_view name_of(const Menu* menu) { return menu->name; }
std::string_view name_of(const CommandSpec& command) { return command.name; }
std::string_view name_of(const ArgumentSpec& argument) { return argument.name; }

const Menu* address_of(const Menu* menu) { return menu; }
template <class T>
const T* address_of(const T& item) { return &item; }

/// Adds what `word` may mean among `items` (sorted by name) to `match`; true when the name is exact.
template <class Items, class T>
bool match_sorted(const Items& items, std::string_view word, const TreeView& who, Match<T>& match) {
  auto at = std::lower_bound(items.begin(), items.end(), word,
                             [](const auto& item, std::string_view name) { return name_of(item) < name; });
  for (; at != items.end() && name_of(*at).starts_with(word); ++at) {
    if (!shown(*at, who)) continue;
    if (name_of(*at) == word) {
      match = Match<T>{address_of(*at)};
      return true;
    }
    match.ambiguous = match.ambiguous || match.item != nullptr;
    if (match.item == nullptr) match.item = address_of(*at);
  }
  return false;
}

template <class T>
Match<T> settled(Match<T> match) {
  return match.ambiguous ? Match<T>{nullptr, true} : match;
}

}  // namespace

Match<Menu> Menu::child(std::string_view word, const TreeView& who) const {
  Match<Menu> match;
  if (!word.empty()) match_sorted(children, word, who, match);
  return settled(match);
}

Match<CommandSpec> Menu::command(std::string_view word, const TreeView& who) const {
  Match<CommandSpec> match;
  if (!word.empty()) match_sorted(commands, word, who, match);
  return settled(match);
}

Match<ArgumentSpec> Menu::argument(const CommandSpec& command, std::string_view word, const TreeView& who) const {
  Match<ArgumentSpec> match;
  if (word.empty()) return match;
  for (const ArgumentSpec& argument : command.own) {
    if (!argument.name.starts_with(word) || !shown(argument, who)) continue;
    if (argument.name == word) return Match<ArgumentSpec>{&argument};
    match.ambiguous = match.ambiguous || match.item != nullptr;
    if (match.item == nullptr) match.item = &argument;
  }
  if (command.takes_properties) match_sorted(properties, word, who, match);
  return settled(match);
}

const ArgumentSpec* Menu::property(std::string_view name, const Version& version) const {
  auto at = std::lower_bound(properties.begin(), properties.end(), name,
                             [](const ArgumentSpec& item, std::string_view wanted) { return item.name < wanted; });
  for (; at != properties.end() && at->name == name; ++at) {
    if (at->versions.contains(version)) return &*at;
  }
  return nullptr;
}

const ArgumentSpec* Menu::name_property(const Version& version) const {
  for (const ArgumentSpec& property : properties) {
    if (property.is_name && property.versions.contains(version)) return &property;
  }
  return nullptr;
}

struct Schema::Storage {
  MenuText text;
};

Schema::Schema(std::span<const std::string_view> texts) : storage_(std::make_unique<Storage>()) {
  for (const std::string_view text : texts) storage_->text.read(text);
  storage_->text.finish();
  root_ = &storage_->text.menus.front();
  menus_.reserve(storage_->text.menus.size());
  for (const Menu& menu : storage_->text.menus) menus_.push_back(&menu);
}

Schema::~Schema() = default;

const Schema& Schema::instance() {
  static const Schema schema = [] {
    const std::string_view texts[] = {embedded_menus()};
    return Schema(texts);
  }();
  return schema;
}

const Menu* Schema::find(std::string_view path) const {
  const auto known = storage_->text.by_path.find(path);
  return known == storage_->text.by_path.end() ? nullptr : known->second;
}

}  // namespace openstrat::ros
