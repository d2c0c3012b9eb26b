#include "sim/rest/inspect.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "base/text.hpp"
#include "ros_language/diagnose.hpp"
#include "ros_language/language.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

using ros::ArgType;
using ros::ArgumentSpec;
using ros::CommandSpec;
using ros::Menu;
using ros::Place;

constexpr std::size_t kLongestInput = 32'767;
constexpr std::size_t kStackForParsing = 32 << 10;  ///< this runs on the stack of a job

/// A place in the tree: a menu, one of its commands, one of the command's arguments.
struct Node {
  const Menu* menu = nullptr;
  DirId dir = DirId::root;
  const CommandSpec* command = nullptr;
  const ArgumentSpec* argument = nullptr;
};

class Inspector {
 public:
  explicit Inspector(const Router& router) : router_(router), lookup_(router.lookup()) {}

  std::vector<ApiRow> children(std::string_view path) const {
    const auto node = find(path);
    if (!node) return {};
    std::vector<ApiRow> rows{child_row(*node)};
    for (const auto& [name, kind] : members(*node)) rows.push_back(member_row(name, kind, "child"));
    return rows;
  }

  std::vector<ApiRow> syntax(std::string_view path) const {
    const auto node = find(path);
    if (!node) return {};
    if (node->argument != nullptr) return {syntax_row(node->argument->name, "definition", type_text(*node->argument), false, false)};
    std::vector<ApiRow> rows{syntax_row("", "collection", "", false, true)};
    for (const auto& [name, kind] : members(*node)) rows.push_back(syntax_row(name, "explanation", "", true, false));
    return rows;
  }

  std::vector<ApiRow> completion(std::string_view path, const std::string& input) {
    const auto node = find(path);
    if (!node || node->command != nullptr) return {};
    ros::ParseOptions options{.personality = router_.session().personality, .menus = &lookup_, .context = node->dir, .stack_bytes = kStackForParsing};
    const ros::Diagnosis found = ros::complete(input, options);
    if (found.notes.places.empty()) return {};
    from_ = 0;
    for (const Place& place : found.notes.places) from_ = std::max(from_, place.from);
    typed_ = std::string_view(input).substr(from_);
    for (const Place& place : found.notes.places) {
      if (place.from == from_) complete(place, found.notes);
    }
    std::vector<ApiRow> rows;
    for (const auto& [text, style] : candidates_) rows.push_back(completion_row(text, style));
    return rows;
  }

 private:
  using Members = std::map<std::string_view, std::string_view>;  ///< name → `dir`, `cmd`, `arg`

  bool visible(const ros::VersionRange& versions) const { return versions.contains(router_.version()); }

  std::optional<Node> find(std::string_view path) const {
    Node node{lookup_.menu(DirId::root)};
    for (const std::string_view word : text::split(path, ',')) {
      if (text::trim(word).empty()) continue;
      if (node.argument != nullptr) return std::nullopt;
      if (node.command != nullptr) {
        node.argument = argument(node, word);
        if (node.argument == nullptr) return std::nullopt;
        continue;
      }
      const ros::ChildMatch match = lookup_.child(node.dir, word);
      if (match.kind != ros::MatchKind::found || !match.exact) return std::nullopt;
      if (match.dir == DirId::none) {
        node.command = lookup_.command(match.command.id);
      } else {
        node.dir = match.dir;
        node.menu = lookup_.menu(match.dir);
      }
      if (node.menu == nullptr) return std::nullopt;  // of a permissive router: nobody knows what is in there
    }
    return node;
  }

  const ArgumentSpec* argument(const Node& node, std::string_view name) const {
    const ArgumentSpec* found = node.menu->argument(*node.command, name, lookup_.view()).item;
    return found != nullptr && found->name == name ? found : nullptr;
  }

  Members members(const Node& node) const {
    Members out;
    if (node.argument != nullptr) return out;
    if (node.command != nullptr) {
      for (const ArgumentSpec& item : node.command->own) {
        if (visible(item.versions)) out.emplace(item.name, "arg");
      }
      if (!node.command->takes_properties) return out;
      for (const ArgumentSpec& item : node.menu->properties) {
        if (visible(item.versions) && !item.read_only) out.emplace(item.name, "arg");
      }
      return out;
    }
    for (const CommandSpec& item : node.menu->commands) {
      if (visible(item.versions)) out.emplace(item.name, "cmd");
    }
    for (const Menu* item : node.menu->children) {
      if (item->visible(lookup_.view()) && !item->name.starts_with('~')) out.insert_or_assign(item->name, menu_kind(*item));
    }
    return out;
  }

  /// Routers call these few `path`; why, only they know.
  static std::string_view menu_kind(const Menu& menu) {
    static const std::set<std::string_view> kPaths = {"/file", "/interface", "/ip", "/ipv6", "/system", "/tool", "/user"};
    return kPaths.contains(menu.path) ? "path" : "dir";
  }

  static ApiRow member_row(std::string_view name, std::string_view kind, std::string_view type) {
    return {{"name", std::string(name)}, {"node-type", std::string(kind)}, {"type", std::string(type)}};
  }
  static ApiRow child_row(const Node& node) {
    if (node.argument != nullptr) return member_row(node.argument->name, "arg", "self");
    if (node.command != nullptr) return member_row(node.command->name, "cmd", "self");
    return member_row(node.menu->name, menu_kind(*node.menu), "self");
  }
  static ApiRow syntax_row(std::string_view symbol, std::string_view kind, std::string_view text, bool nested, bool nonorm) {
    return {{"nested", nested ? "1" : "0"}, {"nonorm", nonorm ? "true" : "false"}, {"symbol", std::string(symbol)},
            {"symbol-type", std::string(kind)}, {"text", std::string(text)}, {"type", "syntax"}};
  }

  /// The router's own notation, where the type says enough; enumerations are told by completions only.
  static std::string type_text(const ArgumentSpec& argument) {
    switch (argument.type) {
      case ArgType::text: return "string value";
      case ArgType::number:
        return argument.minimum < 0 || argument.maximum > 0xffffffff ? "" : fmt::format("{}..{}", argument.minimum, argument.maximum);
      case ArgType::ip: return "A.B.C.D    (IP address)";
      case ArgType::prefix: return "A.B.C.D/M    (IP prefix)";
      case ArgType::time: return "time interval";
      case ArgType::mac: return "AB[:|-|.]CD[:|-|.]EF[:|-|.]GH[:|-|.]IJ[:|-|.]KL    (MAC address)";
      case ArgType::script: return "script";
      default: return {};
    }
  }

  ApiRow completion_row(const std::string& text, std::string_view style) const {
    return {{"completion", text}, {"offset", std::to_string(from_)}, {"preference", "96"}, {"show", "true"},
            {"style", std::string(style)}, {"text", ""}, {"type", "completion"}};
  }

  void offer(std::string_view text, std::string_view style) {
    if (text.starts_with(typed_)) candidates_.emplace(text, style);
  }
  void complete(const Place& place, const ros::ParseNotes& notes) {
    const Menu* menu = lookup_.menu(place.dir);
    const CommandSpec* command = lookup_.command(place.command);
    switch (place.kind) {
      case Place::Kind::command:
        if (menu != nullptr) offer_members({menu, place.dir});
        if (!place.rooted && place.dir != DirId::root) offer_scripting();
        return;
      case Place::Kind::argument:
        if (menu == nullptr || command == nullptr) return;
        for (const auto& [name, kind] : members({menu, place.dir, command})) {
          if (std::find(place.given.begin(), place.given.end(), name) == place.given.end()) offer(name, kind);
        }
        return;
      case Place::Kind::value:
        if (menu != nullptr && command != nullptr) offer_values(menu->argument(*command, place.argument, lookup_.view()).item);
        return;
      case Place::Kind::property:
        if (menu == nullptr) return;
        for (const ArgumentSpec& property : menu->properties) {
          if (visible(property.versions)) offer(property.name, "variable-local");
        }
        return;
      case Place::Kind::field_value:
        if (menu != nullptr) offer_values(menu->property(place.argument, router_.version()));
        return;
      case Place::Kind::variable:
        for (const std::string& name : notes.in_sight) offer(name, "variable-local");
        return;
    }
  }
  void offer_members(const Node& node) {
    for (const auto& [name, kind] : members(node)) offer(name, kind == "cmd" ? "cmd" : "dir");
  }
  void offer_scripting() {
    for (const ros::LanguageCommand& command : ros::language_commands()) {
      if (command.menu == "/" && command.since <= router_.version()) offer(command.name, "cmd");
    }
  }
  /// Words of the schema, and the names that the router really has.
  void offer_values(const ArgumentSpec* argument) {
    if (argument == nullptr) return;
    if (argument->type == ArgType::boolean) {
      offer("no", "none");
      offer("yes", "none");
    }
    for (const std::string_view word : argument->values) offer(word, "none");
    for (const std::string_view menu : argument->references) {
      const Menu* referred = router_.config().schema().find(menu);
      const ArgumentSpec* name = referred == nullptr ? nullptr : referred->name_property(router_.version());
      if (name == nullptr) continue;
      for (const FoundRow& found : router_.config().rows(menu)) {
        if (const std::string* text = found.row->find(name->name)) offer(*text, "none");
      }
    }
  }

  const Router& router_;
  const SchemaLookup& lookup_;
  std::string_view typed_;
  ros::Offset from_ = 0;
  std::map<std::string, std::string_view> candidates_;  ///< text → style
};

}  // namespace

std::vector<ApiRow> inspect_console(const Router& router, const InspectRequest& asked) {
  if (asked.input.size() > kLongestInput) throw ScriptError("failure: input is too long");
  if (asked.request == "child") return Inspector(router).children(asked.path);
  if (asked.request == "syntax") return Inspector(router).syntax(asked.path);
  if (asked.request == "completion") return Inspector(router).completion(asked.path, asked.input);
  if (asked.request == "highlight") throw ScriptError("failure: highlighting is not simulated");
  throw ScriptError("input does not match any value of request");
}

}  // namespace openstrat::sim
