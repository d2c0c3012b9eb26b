// What may be written where a text ends, by name and with what the tree knows of it: for consoles and editors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ros_language/diagnose.hpp"
#include "ros_language/language.hpp"
#include "ros_menus/lookup.hpp"

namespace openstrat::ros {

struct Candidate {
  enum class Kind {
    menu, command, argument, value, variable,
    field,       ///< of rows, in a condition
    field_name,  ///< as a value: `get x name`, `proplist=`
  };

  Kind kind = Kind::command;
  std::string name;
  int rank = 0;               ///< lower ones are likelier
  bool takes_value = false;   ///< argument: `=` follows
  bool required = false;      ///< argument: `add` refuses without it
  bool sigil = true;          ///< variable: `$` stands there already
  // What it is, where the tree or the language knows; all live as long as the schema.
  const Menu* menu = nullptr;                      ///< the menu itself, or the one whose command this is
  const CommandSpec* command = nullptr;
  const LanguageCommand* language = nullptr;
  const ArgumentSpec* argument = nullptr;          ///< also of a value: what it is a value of
  const LanguageArgument* language_argument = nullptr;
};

struct Candidates {
  bool found = false;                  ///< something may stand there at all
  Offset from = 0;                     ///< where the word starts that they would replace
  std::string typed;                   ///< what stands there: all names start with it
  std::vector<Candidate> items;        ///< likelier ones first, then by name; none twice
  std::vector<const ArgumentSpec*> values_of;  ///< arguments whose value is being written: rows of their references fit as well
};

/// `found` is what complete() said of the text, which is all of `text`.
Candidates candidates(const SchemaLookup& menus, const Diagnosis& found, std::string_view text);

}  // namespace openstrat::ros
