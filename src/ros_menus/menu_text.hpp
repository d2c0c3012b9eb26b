// The reader of the menu text format; its grammar is described at the top of menus.txt.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ros_menus/schema.hpp"

namespace openstrat::ros {

/// Menus under construction, by path. Strings of the text are referred to, so it must outlive the menus.
class MenuText {
 public:
  MenuText();
  /// Aborts on a malformed line: the text is part of the program, its tests read all of it.
  void read(std::string_view text);
  /// Gives menus their verbs, links parents, sorts names. Call once, last.
  void finish();

  std::deque<Menu> menus;                                 ///< the root first, then as declared
  std::unordered_map<std::string_view, Menu*> by_path;

 private:
  struct VerbTemplate {
    std::string_view menus;  ///< `list`, `single`, `ordered`, `comment`, `disabled`
    CommandSpec command;
  };

  void read_line(std::string_view line);
  void read_menu(std::string_view rest);
  void read_command(std::string_view rest, CommandSpec& command);
  void read_default_row(std::string_view rest);
  void read_alias(std::string_view rest);
  void read_package(std::string_view rest);
  PackageMark read_package_mark(std::string_view text) const;
  void mark_packages();
  void read_properties(std::string_view rest, std::vector<ArgumentSpec>& into);
  ArgumentSpec read_argument(std::string_view token);
  void read_type(std::string_view text, ArgumentSpec& argument);
  VersionRange read_versions(std::string_view text) const;
  Version read_version(std::string_view text, bool last) const;
  void add_common_properties(Menu& menu);
  void add_verbs(Menu& menu);
  void check_once(const Menu& menu) const;
  Menu& menu_at(std::string_view path);
  [[noreturn]] void refuse(std::string_view why) const;

  std::vector<VerbTemplate> verb_templates_;
  std::deque<std::vector<ArgumentSpec>> own_;  ///< what CommandSpec::own refers to
  std::unordered_set<const Menu*> declared_;  ///< with a line of their own; menus above them come by themselves
  std::unordered_map<const Menu*, std::string_view> verb_choice_;  ///< `-add,-remove` or `get,find,print`
  struct PackageWords { Menu* menu; PackageMark mark; std::string_view words; };
  std::vector<PackageWords> package_words_;  ///< `~ package name …`
  std::unordered_map<const Menu*, VersionRange> verb_versions_;
  std::unordered_map<const Menu*, VersionRange> comment_versions_;
  std::unordered_map<const Menu*, VersionRange> added_disabled_;
  std::uint16_t ordered_ = 0;
  Menu* current_ = nullptr;
  std::string_view line_;
};

/// The texts of menus/, which are part of the program.
std::string_view embedded_menus();

}  // namespace openstrat::ros
