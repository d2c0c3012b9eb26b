// A small menu tree for tests of the language and of what uses it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ros_language/menu_lookup.hpp"

namespace openstrat::ros::testing {

/// Menus from lines `/ip/address/add address interface disabled`. Marks behind an argument: `!` flag, `{` raw text,
/// `;` code, `*` may be unnamed; `where` takes the rest as a row test. Arguments are row properties too.
class TestMenus final : public MenuLookup {
 public:
  explicit TestMenus(std::string_view lines);
  ChildMatch child(DirId dir, std::string_view word) const override;
  DirId parent(DirId dir) const override { return dirs_[static_cast<std::size_t>(dir)].parent; }
  std::string_view path(DirId dir) const override { return dirs_[static_cast<std::size_t>(dir)].path; }
  ArgumentMatch argument(CommandId command, std::string_view word) const override;
  ArgumentMatch unnamed(CommandId command, std::size_t index) const override;
  ArgumentMatch property(DirId dir, std::string_view word) const override;

 private:
  struct Entry {
    std::string name;
    ArgumentKind kind = ArgumentKind::value;
    bool unnamed = false;
  };
  struct CommandEntry {
    std::string name;
    std::vector<Entry> arguments;
    bool takes_where = false;
  };
  struct Dir {
    std::string path;
    DirId parent = DirId::root;
    std::map<std::string, DirId, std::less<>> dirs;
    std::map<std::string, CommandId, std::less<>> commands;
    std::vector<Entry> properties;
  };
  DirId make_dir(std::string_view path);
  std::vector<Dir> dirs_;
  std::vector<CommandEntry> commands_;
};

/// A few menus of a router: addresses, firewall, interfaces, scheduler, scripts, fetch, …
const TestMenus& router_menus();

}  // namespace openstrat::ros::testing
