#include "scripts/hazards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "scripts/tree_walk.hpp"

namespace openstrat::scripts {
namespace {

using ros::Argument;
using ros::Command;
using ros::Expr;
using ros::ExprKind;

constexpr std::size_t kMostHazards = 200;

struct Fatal { std::string_view menu; std::string_view name; std::string_view message; bool may_be_explained = false; };
constexpr Fatal kFatal[] = {
    {"/system", "reset-configuration", "erases the configuration: the router is gone until somebody adopts it again"},
    {"/system", "shutdown", "switches the router off: it stays off until somebody is there"},
    {"/system", "reboot", "reboots the router; say why in a comment on this line or the one above and this warning goes", true},
    {"/system/backup", "load", "replaces the configuration and reboots: the router is as it was when that backup was made"},
    {"/system/package/update", "install", "installs another RouterOS version and reboots"},
    {"/system/package", "downgrade", "installs an older RouterOS version and reboots"},
    {"/disk", "format-drive", "erases a disk"},
    {"/disk", "format", "erases a disk"},
};

/// Rows that come again by themselves: removing all of them is everyday work.
constexpr std::string_view kTransient[] = {"/ip/firewall/connection", "/ip/arp", "/ip/neighbor", "/ip/dhcp-server/lease", "/ip/hotspot/active", "/ip/hotspot/cookie",
                                           "/ip/hotspot/host", "/ppp/active", "/system/script/job", "/system/script/environment", "/log", "/file", "/ip/dns/cache",
                                           "/ip/ipsec/active-peers", "/ip/ipsec/installed-sa"};

/// What a rule of the input chain must look at, or it meets the management of the router, too.
constexpr std::string_view kMatchers[] = {"src-address", "src-address-list", "dst-address", "dst-address-list", "dst-port", "src-port", "protocol", "in-interface",
                                          "in-interface-list", "connection-state", "layer7-protocol", "src-mac-address", "connection-mark", "packet-mark", "limit"};

const Argument* argument(const Command& command, std::string_view name) {
  const auto found = std::ranges::find_if(command.arguments, [&](const Argument& a) { return a.name == name && !a.unset; });
  return found == command.arguments.end() ? nullptr : &*found;
}

/// The text of a literal; empty for what is only known when it runs.
std::string literal_text(const Argument* argument) {
  if (argument == nullptr || argument->value == nullptr || argument->value->kind != ExprKind::literal) return {};
  return argument->value->value->to_text();
}

bool says_yes(const Argument* argument) {
  const std::string text = literal_text(argument);
  return text == "yes" || text == "true";
}

/// `[find]`, which finds every row.
bool is_bare_find(const Expr* expr) {
  if (expr == nullptr || expr->kind != ExprKind::command || expr->block->statements.size() != 1) return false;
  const Command* find = expr->block->statements[0].command;
  return find != nullptr && find->builtin == ros::Builtin::none && find->name == "find" && find->where == nullptr && find->arguments.empty();
}

class Finder {
 public:
  Finder(const ros::Script& script, std::string_view brand_prefix) : source_(script.source()), brand_(text::lower(brand_prefix)) {}

  void look_at(const Command& command, ros::Range range, ros::Range whole) {
    if (found.size() >= kMostHazards) return;
    for (const Fatal& fatal : kFatal) {
      if (fatal.menu != command.menu || fatal.name != command.name) continue;
      if (!fatal.may_be_explained || !is_explained(range.offset)) add(range, std::string(fatal.message));
      return;
    }
    const bool removes = command.name == "remove";
    const bool disables = command.name == "disable" || (command.name == "set" && says_yes(argument(command, "disabled")));
    if (removes || disables) row_verb(command, range, whole, removes);
    if (command.menu == "/ip/firewall/filter" && command.name == "add") input_rule(command, range);
  }

  std::vector<Hazard> found;

 private:
  void add(ros::Range range, std::string message) { found.push_back({range, std::move(message)}); }

  void row_verb(const Command& command, ros::Range range, ros::Range whole, bool removes) {
    const std::string_view verb = removes ? "removes" : "disables";
    const std::string statement = text::lower(source_.substr(whole.offset, whole.length));
    if (!brand_.empty() && (statement.find('"' + brand_ + '-') != std::string::npos || statement.find('=' + brand_ + '-') != std::string::npos ||
                            statement.find(' ' + brand_ + '-') != std::string::npos || statement.find('"' + brand_ + ':') != std::string::npos)) {
      add(range, fmt::format("{} what the platform itself keeps on the router: it may lose contact", verb));
      return;
    }
    const Argument* rows = argument(command, "numbers");
    if (rows == nullptr || !is_bare_find(rows->value) || std::ranges::find(kTransient, command.menu) != std::end(kTransient)) return;
    if (command.menu == "/system/scheduler") add(range, fmt::format("{} every scheduler, the platform's own as well: the router no longer reports", verb));
    else if (command.menu == "/user") add(range, fmt::format("{} every user, the platform's own as well: nobody can sign in any more", verb));
    else if (command.menu == "/interface" || command.menu == "/interface/ethernet") add(range, fmt::format("{} every interface: the router is cut off", verb));
    else if (command.menu == "/ip/service") add(range, fmt::format("{} every service: the router can no longer be managed", verb));
    else add(range, fmt::format("{} every row of {}: find has no where", verb, command.menu));
  }

  void input_rule(const Command& command, ros::Range range) {
    const std::string action = literal_text(argument(command, "action"));
    if (literal_text(argument(command, "chain")) != "input" || (action != "drop" && action != "reject" && action != "tarpit")) return;
    if (says_yes(argument(command, "disabled"))) return;
    const bool matches_something = std::ranges::any_of(kMatchers, [&](std::string_view name) { return argument(command, name) != nullptr; });
    if (!matches_something) add(range, fmt::format("{}s everything that is sent to the router and that no rule above accepts, its management too", action));
  }

  /// A comment on the line or alone on the line above.
  bool is_explained(ros::Offset offset) const {
    const auto end = std::min(source_.find('\n', offset), source_.size());
    if (source_.substr(offset, end - offset).find('#') != std::string_view::npos) return true;
    const auto line = source_.rfind('\n', offset);
    if (line == std::string_view::npos || line == 0) return false;
    const auto above = source_.rfind('\n', line - 1);
    const std::string_view text = source_.substr(above == std::string_view::npos ? 0 : above + 1, line - (above == std::string_view::npos ? 0 : above + 1));
    return text::trim(text).starts_with('#');
  }

  const std::string_view source_;
  const std::string brand_;
};

}  // namespace

std::vector<Hazard> find_hazards(const ros::Script& script, std::string_view brand_prefix) {
  Finder finder(script, brand_prefix);
  walk_commands(script.body(), [&](const Command& command, ros::Offset offset) {
    const std::string_view rest = script.source().substr(offset);
    const auto line = static_cast<ros::Offset>(std::min(rest.find_first_of("\n;"), rest.size()));
    const auto shown = static_cast<ros::Offset>(text::trim(rest.substr(0, line)).size());
    finder.look_at(command, {offset, shown}, {offset, line});
  });
  return std::move(finder.found);
}

}  // namespace openstrat::scripts
