// What the parser asks about the menu tree of a RouterOS version. ros_menus answers; the language never sees rows.
#pragma once

#include <cstdint>
#include <string_view>

namespace openstrat::ros {

enum class DirId : std::uint32_t { root = 0, none = 0xffffffff };
enum class CommandId : std::uint32_t { none = 0xffffffff };

/// How the parser reads the value of an argument.
enum class ArgumentKind : std::uint8_t {
  value,     ///< an ordinary value: word, "string", $variable, (expression), [command]
  code,      ///< a `{…}` is a code block (`do=`, `on-error=`, `command=`)
  raw_text,  ///< a `{…}` is text, kept byte for byte (`source=`, `on-event=`, `up-script=`)
  flag,      ///< given without `=` (`detail`, `as-value`, `once`)
  where,     ///< takes the rest of the statement as a row expression (`where`)
};

/// What a router makes of a bare word that is given as a value; it shows in the structural print only.
enum class ValueForm : std::uint8_t {
  plain,           ///< what it looks like: `1d` is a time, `yes` is true, `a,b` a list
  text,            ///< as written
  choice,          ///< one of some words: `no` is one of them
  time,            ///< `2` is two seconds
  negatable,       ///< whether it starts with `!`, then the list
  negatable_each,  ///< the same of each element of the list
  host_network,    ///< address and length apart
};

struct ArgumentInfo {
  std::string_view name;  ///< canonical; lives as long as the lookup
  ArgumentKind kind = ArgumentKind::value;
  ValueForm form = ValueForm::plain;
};

struct CommandInfo {
  CommandId id = CommandId::none;
  std::string_view name;          ///< canonical; lives as long as the lookup
  bool takes_where = false;       ///< `find`, `print`, `export`: bare `name=x` terms are row tests as well
};

enum class MatchKind : std::uint8_t { none, ambiguous, found };

struct ChildMatch {
  MatchKind kind = MatchKind::none;
  bool exact = false;             ///< the word is the whole name
  DirId dir = DirId::none;        ///< set if the child is a directory
  CommandInfo command;            ///< else its command
  std::string_view name() const { return dir == DirId::none ? command.name : dir_name; }
  std::string_view dir_name;
  DirId home = DirId::none;       ///< of a command: where it really is, if not where it was looked for
};

struct ArgumentMatch {
  MatchKind kind = MatchKind::none;
  ArgumentInfo info;
};

/// Immutable and safe to share between threads and scripts. Words may be abbreviated to an unambiguous prefix;
/// an exact name always wins.
class MenuLookup {
 public:
  virtual ~MenuLookup() = default;

  /// Child directory or command of `dir` called `word`.
  virtual ChildMatch child(DirId dir, std::string_view word) const = 0;
  /// Parent of `dir`; the root is its own parent.
  virtual DirId parent(DirId dir) const = 0;
  /// Canonical path: `/` for the root, else `/ip/address`. Lives as long as the lookup.
  virtual std::string_view path(DirId dir) const = 0;

  /// Argument of a command that the name or prefix `word` means.
  virtual ArgumentMatch argument(CommandId command, std::string_view word) const = 0;
  /// The `index`-th argument that may be given without its name (`set [numbers]`, `get number value-name`);
  /// kind none if there is no such.
  virtual ArgumentMatch unnamed(CommandId command, std::size_t index) const = 0;
  /// Property of the rows of `dir` that `word` means, for `where`; kind none if rows have no such property.
  virtual ArgumentMatch property(DirId dir, std::string_view word) const = 0;
};

}  // namespace openstrat::ros
