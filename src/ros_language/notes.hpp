// What a parse notices beside the tree: more errors than the first, unknown words, doubtful variables, and what may
// stand at the end of the text. For editors; a router keeps none of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ros_language/ast.hpp"
#include "ros_language/menu_lookup.hpp"

namespace openstrat::ros {

struct LanguageCommand;

/// A piece of the source.
struct Range {
  Offset offset = 0;
  Offset length = 0;
};

struct NotedError {
  std::string message;
  Range range;
};

/// A word that the menu tree of this version does not have.
struct UnknownWord {
  Range range;
  DirId dir = DirId::root;              ///< where it was looked for
  CommandId command = CommandId::none;  ///< set: it is no parameter of this command; else no menu or command of `dir`
  bool ambiguous = false;               ///< the beginning of several names
};

struct NotedVariable {
  enum class Doubt {
    undeclared,   ///< read, but nothing before declares it
    shadowed,     ///< `$name` in `where`, where rows have a field of that name: compares the field with itself
  };
  Doubt doubt = Doubt::undeclared;
  Range range;
  std::string_view name;
};

/// Something that may stand where the text ends.
struct Place {
  enum class Kind {
    command,    ///< a menu or command of `dir`
    argument,   ///< a name of an argument of the command
    value,      ///< a value of `argument` of the command
    property,   ///< a field of the rows of `dir`, in `where`
    field_value,  ///< what the field `argument` is compared with
    variable,   ///< a variable in sight
  };
  Kind kind = Kind::command;
  Offset from = 0;                      ///< where the word that is being written starts
  DirId dir = DirId::root;
  bool rooted = false;                  ///< command: after `/`, `:` or a menu, so that scripting commands are not meant (`:`: only they)
  bool sigil = true;                    ///< variable: `$` stands before it already
  CommandId command = CommandId::none;
  const LanguageCommand* language = nullptr;
  std::string_view argument = {};
  std::vector<std::string_view> given = {};  ///< argument: what the command has already
};

struct ParseNotes {
  std::size_t most_errors = 1;
  bool wants_places = false;

  std::vector<NotedError> errors;       ///< the first is the router's
  std::optional<Offset> stopped_at;     ///< of a `}` too many: a router reads no further and says nothing
  std::vector<UnknownWord> unknown;
  std::vector<NotedVariable> variables;
  std::vector<Place> places;
  std::vector<std::string> in_sight;    ///< variables, at the end of the text
};

}  // namespace openstrat::ros
