// /console/inspect: the router describes its own menu tree.
#include <algorithm>

#include "base/text.hpp"
#include "sim/device/action.hpp"

namespace openstrat::sim {
namespace {

/// Where a path (`ip,address,add`) leads: a menu, or one of its commands.
struct Node {
  const Menu* menu;
  const CommandSpec* command = nullptr;
};

std::string text_of(const CommandCall& call, std::string_view name) {
  const CallArgument* given = call.find(name);
  std::string text = given == nullptr ? std::string() : given->value.to_text();
  std::replace(text.begin(), text.end(), ';', ',');  // an array of words does as well
  return text;
}

std::optional<Node> find_node(const Menu& root, std::string_view path, const TreeView& view) {
  Node node{&root};
  for (const std::string_view word : text::split(path, ',')) {
    if (word.empty()) continue;
    if (node.command != nullptr) return std::nullopt;
    const Match<Menu> child = node.menu->child(word, view);
    const Match<CommandSpec> command = node.menu->command(word, view);
    if (child && child.item->name == word) node.menu = child.item;
    else if (command && command.item->name == word) node.command = command.item;
    else return std::nullopt;
  }
  return node;
}

class Inspection {
 public:
  void add(std::string_view type, std::string_view name, std::string_view kind) {
    Array row;
    row.set("type", Value::str(type));
    row.set("name", Value::str(name));
    row.set("node-type", Value::str(kind));
    rows_.push(Value::array(std::move(row)));
  }

  void children(const Node& node, const TreeView& view) {
    if (node.command != nullptr) {
      add("self", node.command->name, "cmd");
      for (const std::string_view name : arguments(node, view)) add("child", name, "arg");
      return;
    }
    add("self", node.menu->name, kind_of(*node.menu));
    for (const Menu* child : node.menu->children) {
      if (child->visible(view)) add("child", child->name, kind_of(*child));
    }
    for (const CommandSpec& command : node.menu->commands) {
      if (command.versions.contains(view.version)) add("child", command.name, "cmd");
    }
  }

  Value take() { return Value::array(std::move(rows_)); }

 private:
  static std::string_view kind_of(const Menu& menu) { return menu.kind == MenuKind::directory ? "dir" : "path"; }

  static std::vector<std::string_view> arguments(const Node& node, const TreeView& view) {
    std::vector<std::string_view> names;
    for (const ArgumentSpec& argument : node.command->own) {
      if (argument.versions.contains(view.version)) names.push_back(argument.name);
    }
    if (node.command->takes_properties) {
      for (const ArgumentSpec& property : node.menu->properties) {
        if (property.versions.contains(view.version) && !property.read_only) names.push_back(property.name);
      }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  Array rows_;
};

}  // namespace

/// `request=child` only: what completion and highlighting answer is for people at a terminal.
Value Job::inspect(const CommandCall& call) {
  if (text_of(call, "request") != "child") return Value::array(Array());
  const TreeView& view = router_.config().view();
  const auto node = find_node(router_.config().schema().root(), text_of(call, "path"), view);
  Inspection inspection;
  if (node) inspection.children(*node, view);
  return inspection.take();
}

}  // namespace openstrat::sim
