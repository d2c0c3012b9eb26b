// The scripting commands as a table: names, arguments and the version each appeared in.
#pragma once

#include <span>
#include <string_view>

#include "ros_language/ast.hpp"
#include "ros_language/menu_lookup.hpp"
#include "ros_language/personality.hpp"

namespace openstrat::ros {

/// Shapes of arguments that only scripting commands have.
enum class LanguageKind : std::uint8_t {
  value,
  code,
  raw_text,
  flag,
  variable,  ///< the name of a variable, which it declares
  target,    ///< `:set`: a declared variable or an element of one
};

struct LanguageArgument {
  std::string_view name;
  LanguageKind kind = LanguageKind::value;
  bool unnamed = false;  ///< may be given without its name, in this order
  ValueForm form = ValueForm::plain;
};

struct LanguageCommand {
  std::string_view menu;  ///< `/`, `/log`, `/environment`
  std::string_view name;
  Builtin builtin = Builtin::none;
  Version since;
  std::span<const LanguageArgument> arguments;
};

std::span<const LanguageCommand> language_commands();

/// The menu tree as the parser sees it: the schema of the version with the scripting commands on top.
class LanguageMenus {
 public:
  /// `schema` may be null: scripting commands only.
  LanguageMenus(const MenuLookup* schema, Version version) : schema_(schema), version_(version) {}

  struct Found {
    MatchKind kind = MatchKind::none;
    bool is_dir = false;
    DirId dir = DirId::none;
    CommandInfo command;
    DirId home = DirId::none;                   ///< of a command that is only another name of one elsewhere
    const LanguageCommand* language = nullptr;  ///< set if the language owns the command
  };
  Found child(DirId dir, std::string_view word) const;
  DirId parent(DirId dir) const;
  std::string_view path(DirId dir) const;
  const MenuLookup* schema() const { return schema_; }

 private:
  Found language_child(DirId dir, std::string_view word) const;
  const MenuLookup* schema_;
  Version version_;
};

}  // namespace openstrat::ros
