#include "ros_language/testing.hpp"

#include <span>

#include "base/text.hpp"

namespace openstrat::ros::testing {
namespace {

constexpr std::string_view kRouter = R"(
/ip/address/add address interface disabled comment netmask
/ip/address/set numbers* address interface disabled comment
/ip/address/print detail! as-value! count-only! terse! where
/ip/address/find where
/ip/address/get number* value-name*
/ip/address/remove numbers*
/ip/route/add dst-address gateway distance comment blackhole!
/ip/route/remove numbers*
/ip/route/find where
/ip/route/print where
/ip/firewall/address-list/add list address timeout comment disabled
/ip/firewall/address-list/remove numbers*
/ip/firewall/address-list/find where
/ip/firewall/address-list/print as-value! count-only! where
/ip/firewall/filter/add chain action comment disabled place-before src-address
/ip/firewall/filter/set numbers* chain action comment disabled
/ip/firewall/filter/find where
/ip/firewall/service-port/print where
/interface/print detail! as-value! count-only! where
/interface/find where
/interface/get number* value-name*
/interface/monitor-traffic interface* once! as-value! do;
/interface/list/member/add list interface comment
/interface/list/add name comment
/system/identity/get value-name*
/system/identity/set name
/system/resource/get value-name*
/system/scheduler/add name interval start-time start-date policy on-event{ comment disabled
/system/scheduler/set numbers* name interval on-event{ disabled comment
/system/scheduler/remove numbers*
/system/scheduler/find where
/system/scheduler/get number* value-name*
/system/script/add name source{ policy comment
/system/script/set numbers* name source{ port
/system/script/run number*
/system/script/job/find where
/tool/fetch url* http-method http-header-field http-data output as-value! dst-path keep-result upload mode address port user password src-path check-certificate
/tool/netwatch/add host interval up-script{ down-script{ comment
/file/remove numbers*
/file/find where
/file/get number* value-name*
/import file-name* verbose
/export file* compact! hide-sensitive! show-sensitive! where
/ping address* count
/beep frequency length
)";

/// Properties that rows have but no command takes.
constexpr std::string_view kRowFields = "dynamic invalid .id name running type size status";

template <class Map>
int count_prefix(const Map& map, std::string_view word, typename Map::const_iterator& last) {
  int count = 0;
  for (auto entry = map.lower_bound(word); entry != map.end() && entry->first.starts_with(word); ++entry) {
    last = entry;
    ++count;
  }
  return count;
}

}  // namespace

TestMenus::TestMenus(std::string_view lines) {
  dirs_.push_back({"/", DirId::root, {}, {}, {}});
  for (const std::string_view line : text::split(lines, '\n')) {
    if (line.empty()) continue;
    const auto words = text::split(line, ' ');
    const auto slash = words[0].rfind('/');
    const DirId dir = make_dir(words[0].substr(0, slash));
    CommandEntry command{std::string(words[0].substr(slash + 1)), {}, false};
    for (std::string_view word : std::span(words).subspan(1)) {
      Entry entry;
      const char mark = word.back();
      if (mark == '!') entry.kind = ArgumentKind::flag;
      if (mark == '{') entry.kind = ArgumentKind::raw_text;
      if (mark == ';') entry.kind = ArgumentKind::code;
      entry.unnamed = mark == '*';
      if (std::string_view("!{;*").find(mark) != std::string_view::npos) word.remove_suffix(1);
      if (word == "where") {
        entry.kind = ArgumentKind::where;
        command.takes_where = true;
      }
      entry.name = word;
      command.arguments.push_back(entry);
      auto& properties = dirs_[static_cast<std::size_t>(dir)].properties;
      if (entry.kind != ArgumentKind::where) properties.push_back(entry);
    }
    const CommandId id{static_cast<std::uint32_t>(commands_.size())};
    dirs_[static_cast<std::size_t>(dir)].commands.emplace(command.name, id);
    commands_.push_back(std::move(command));
  }
}

DirId TestMenus::make_dir(std::string_view path) {
  if (path.empty()) return DirId::root;
  const auto slash = path.rfind('/');
  const DirId above = make_dir(path.substr(0, slash));
  const std::string_view name = path.substr(slash + 1);
  auto& siblings = dirs_[static_cast<std::size_t>(above)].dirs;
  if (const auto known = siblings.find(name); known != siblings.end()) return known->second;
  const DirId id{static_cast<std::uint32_t>(dirs_.size())};
  siblings.emplace(name, id);
  dirs_.push_back({std::string(path), above, {}, {}, {}});
  return id;
}

ChildMatch TestMenus::child(DirId dir, std::string_view word) const {
  const Dir& here = dirs_[static_cast<std::size_t>(dir)];
  ChildMatch out;
  auto last_dir = here.dirs.end();
  auto last_command = here.commands.end();
  const auto take_dir = [&] { out.dir = last_dir->second; out.dir_name = last_dir->first; };
  const auto take_command = [&] {
    const CommandEntry& entry = commands_[static_cast<std::size_t>(last_command->second)];
    out.command = {last_command->second, entry.name, entry.takes_where};
  };
  if (last_dir = here.dirs.find(word); last_dir != here.dirs.end()) {
    out.kind = MatchKind::found;
    out.exact = true;
    take_dir();
    return out;
  }
  if (last_command = here.commands.find(word); last_command != here.commands.end()) {
    out.kind = MatchKind::found;
    out.exact = true;
    take_command();
    return out;
  }
  const int dirs = count_prefix(here.dirs, word, last_dir);
  const int commands = count_prefix(here.commands, word, last_command);
  if (dirs + commands > 1) out.kind = MatchKind::ambiguous;
  if (dirs + commands != 1) return out;
  out.kind = MatchKind::found;
  if (dirs == 1) take_dir();
  else take_command();
  return out;
}

ArgumentMatch TestMenus::argument(CommandId command, std::string_view word) const {
  ArgumentMatch out;
  for (const Entry& entry : commands_[static_cast<std::size_t>(command)].arguments) {
    if (!entry.name.starts_with(word)) continue;
    const bool exact = entry.name.size() == word.size();
    if (out.kind == MatchKind::found && !exact) return {MatchKind::ambiguous, {}};
    out = {MatchKind::found, {entry.name, entry.kind}};
    if (exact) return out;
  }
  return out;
}

ArgumentMatch TestMenus::unnamed(CommandId command, std::size_t index) const {
  for (const Entry& entry : commands_[static_cast<std::size_t>(command)].arguments) {
    if (entry.unnamed && index-- == 0) return {MatchKind::found, {entry.name, entry.kind}};
  }
  return {};
}

ArgumentMatch TestMenus::property(DirId dir, std::string_view word) const {
  for (const Entry& entry : dirs_[static_cast<std::size_t>(dir)].properties) {
    if (entry.name == word) return {MatchKind::found, {entry.name, ArgumentKind::value}};
  }
  for (const std::string_view name : text::split(kRowFields, ' ')) {
    if (name == word) return {MatchKind::found, {name, ArgumentKind::value}};
  }
  return {};
}

const TestMenus& router_menus() {
  static const TestMenus menus(kRouter);
  return menus;
}

}  // namespace openstrat::ros::testing
