#include "scripts/unknown_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "ros_language/language.hpp"

namespace openstrat::scripts {
namespace {

using ros::ArgumentSpec;
using ros::CommandSpec;
using ros::Menu;
using ros::Version;
using ros::VersionRange;

constexpr Version kSeven{7, 0, 0};
constexpr int kOpenEnd = 999;
constexpr std::size_t kMostNames = 4;
constexpr std::size_t kLongestName = 64;  ///< what is longer is no misspelt name, and comparing it would take long

/// The same thing under another path in the other major version.
struct Move { std::string_view six; std::string_view seven; };
constexpr Move kMoves[] = {
    {"/ip/route/rule", "/routing/rule"},
    {"/ip/route/vrf", "/ip/vrf"},
    {"/routing/bgp/peer", "/routing/bgp/connection"},
    {"/routing/bgp/network", "/routing/bgp/connection (output.network=)"},
    {"/routing/filter", "/routing/filter/rule"},
    {"/routing/prefix-lists", "/routing/filter/rule"},
    {"/routing/ospf/interface", "/routing/ospf/interface-template"},
    {"/routing/ospf/network", "/routing/ospf/interface-template (networks=)"},
    {"/routing/ospf/nbma-neighbor", "/routing/ospf/static-neighbor"},
    {"/routing/ospf-v3", "/routing/ospf (instance with version=3)"},
    {"/routing/rip/interface", "/routing/rip/interface-template"},
    {"/routing/pim", "/routing/pimsm"},
    {"/tool/user-manager", "/user-manager"},
};

/// Arguments that changed their name or place; `command` is menu and verb.
struct Renamed { std::string_view menu; std::string_view word; std::string_view advice; };
constexpr Renamed kRenamed[] = {
    {"/ip/route", "type", "on RouterOS 7 it is the flag blackhole (without a value)"},
    {"/ip/route", "routing-mark", "on RouterOS 7 it is routing-table=, and the table must exist (/routing/table add name=… fib)"},
    {"/routing/bgp/connection", "address-families", "since RouterOS 7.19 it is afi="},
    {"/routing/bgp/connection", "afi", "before RouterOS 7.19 it is address-families="},
    {"/routing/bgp/connection", "router-id", "since RouterOS 7.20 it belongs to /routing/bgp/instance"},
    {"/system/logging/action", "bsd-syslog", "since RouterOS 7.18 it is remote-log-format="},
    {"/export", "show-sensitive", "RouterOS 6 shows secrets unless hide-sensitive is given"},
};

std::string moved_to(std::string_view path, bool is_seven) {
  for (const Move& move : kMoves) {
    const std::string_view here = is_seven ? move.six : move.seven.substr(0, move.seven.find(' '));
    const std::string_view there = is_seven ? move.seven : move.six;
    if (path == here || (path.starts_with(here) && path[here.size()] == '/'))
      return fmt::format("on RouterOS {} {} is {}", is_seven ? 7 : 6, here, there);
  }
  return {};
}

/// Where the range lies from a version that is not in it.
std::string lies(const VersionRange& range, const Version& version) {
  if (version < range.first) return fmt::format("from RouterOS {} on", range.first.to_string());
  Version last = range.last;
  if (last.patch >= kOpenEnd) last.patch = 0;
  if (last.minor >= kOpenEnd) return fmt::format("on RouterOS {} only", last.major);
  return fmt::format("until RouterOS {}", last.to_string());
}

class Explanation {
 public:
  Explanation(const ros::SchemaLookup& menus, std::string_view word) : menus_(menus), word_(word) {}

  void consider(std::string_view name, const VersionRange& versions) {
    const bool here = versions.contains(menus_.view().version);
    if (name == word_ && !here && !elsewhere_) elsewhere_ = lies(versions, menus_.view().version);
    if (!here) return;
    known_.push_back(name);
    if (name.starts_with(word_)) begun_.push_back(name);
  }
  std::optional<std::string> result(bool ambiguous) {
    if (elsewhere_) return elsewhere_;
    if (ambiguous && !begun_.empty()) {
      std::ranges::sort(begun_);
      begun_.erase(std::ranges::unique(begun_).begin(), begun_.end());
      if (begun_.size() > kMostNames) begun_.resize(kMostNames);
      return fmt::format("the beginning of {}", fmt::join(begun_, ", "));
    }
    if (const auto near = text::closest(word_, known_)) return fmt::format("did you mean {}?", *near);
    return {};
  }

 private:
  const ros::SchemaLookup& menus_;
  std::string_view word_;
  std::optional<std::string> elsewhere_;
  std::vector<std::string_view> known_, begun_;
};

void consider_language(Explanation& out, std::string_view menu) {
  for (const ros::LanguageCommand& command : ros::language_commands())
    if (command.menu == menu) out.consider(command.name, VersionRange{command.since, {kOpenEnd, kOpenEnd, kOpenEnd}});
}

std::optional<std::string> explain_name(const ros::UnknownWord& unknown, std::string_view word, const ros::SchemaLookup& menus) {
  const std::string_view dir = ros::LanguageMenus(&menus, menus.view().version).path(unknown.dir);
  const bool is_seven = menus.view().version >= kSeven;
  const std::string path = (dir == "/" ? std::string() : std::string(dir)) + "/" + std::string(word);
  if (std::string moved = moved_to(path, is_seven); !moved.empty()) return moved;
  Explanation out(menus, word);
  if (const Menu* menu = menus.menu(unknown.dir)) {
    for (const Menu* child : menu->children) {
      if (!child->name.starts_with('~')) out.consider(child->name, child->versions);
    }
    for (const CommandSpec& command : menu->commands) out.consider(command.name, command.versions);
  }
  consider_language(out, dir);
  if (dir != "/") consider_language(out, "/");
  return out.result(unknown.ambiguous);
}

std::optional<std::string> explain_parameter(const ros::UnknownWord& unknown, std::string_view word, const ros::SchemaLookup& menus) {
  if (!unknown.ambiguous) {
    const std::string_view dir = ros::LanguageMenus(&menus, menus.view().version).path(unknown.dir);
    for (const Renamed& renamed : kRenamed)
      if (renamed.word == word && (renamed.menu == dir || (renamed.menu == "/export" && dir == "/"))) return std::string(renamed.advice);
  }
  Explanation out(menus, word);
  const CommandSpec* command = menus.command(unknown.command);
  if (command == nullptr) {
    for (const ros::LanguageCommand& own : ros::language_commands()) {
      const ros::LanguageMenus::Found found = ros::LanguageMenus(&menus, menus.view().version).child(unknown.dir, own.name);
      if (found.language != &own || found.command.id != unknown.command) continue;
      for (const ros::LanguageArgument& argument : own.arguments)
        if (!argument.name.empty()) out.consider(argument.name, VersionRange{});
    }
    return out.result(unknown.ambiguous);
  }
  for (const ArgumentSpec& argument : command->own) out.consider(argument.name, argument.versions);
  const Menu* menu = menus.menu(unknown.dir);
  if (command->takes_properties && menu != nullptr) {
    for (const ArgumentSpec& property : menu->properties)
      if (!property.read_only) out.consider(property.name, property.versions);
  }
  return out.result(unknown.ambiguous);
}

}  // namespace

std::optional<std::string> explain(const ros::UnknownWord& unknown, std::string_view word, const ros::SchemaLookup& menus) {
  if (word.size() > kLongestName) return {};
  return unknown.command == ros::CommandId::none ? explain_name(unknown, word, menus) : explain_parameter(unknown, word, menus);
}

}  // namespace openstrat::scripts
