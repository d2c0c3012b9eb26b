// The parsed form of a script. Nodes live in the Script's arena, never change and may be shared by any number of runs.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>

#include "ros_language/menu_lookup.hpp"
#include "ros_language/value.hpp"

namespace openstrat::ros {

struct Block;
struct Expr;

/// Byte offset into the script's source; Script::where() turns it into line and column.
using Offset = std::uint32_t;

struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;  ///< bytes, from 1
  bool operator==(const LineColumn&) const = default;
};

enum class Operator : std::uint8_t {
  join, logical_or, logical_and, in, less, greater, equal, less_equal, greater_equal, not_equal, match, concat,
  shift_left, shift_right, bit_or, bit_xor, bit_and, add, subtract, multiply, divide, modulo, apply, element,
  logical_not, negate, bit_not, defer, any,
  juxtapose,  ///< two expressions side by side; in `where` it means "and"
};
std::string_view operator_text(Operator op);

enum class ExprKind : std::uint8_t {
  literal,     ///< value
  variable,    ///< $text
  property,    ///< text names a field of the row that `where` looks at
  operation,   ///< op over operands, n-ary where the language is
  array,       ///< `{…}` in an expression: elements
  command,     ///< `[…]`: the block's value
  code,        ///< `{…}` where code is expected: block
};

struct ArrayElement {
  const Expr* key = nullptr;  ///< null for an unkeyed element
  const Expr* value = nullptr;
};

struct Expr {
  ExprKind kind = ExprKind::literal;
  Operator op = Operator::join;
  bool bare = false;           ///< of a literal: a word without quotes
  ValueForm form = ValueForm::plain;  ///< of a bare literal
  Offset offset = 0;
  std::string_view text;
  const Value* value = nullptr;
  std::span<const Expr* const> operands;
  std::span<const ArrayElement> elements;
  const Block* block = nullptr;
};

/// One argument of a command, its name resolved to the canonical one.
struct Argument {
  std::string_view name;  ///< empty: unnamed and the command has no such place (calls of functions)
  const Expr* value = nullptr;  ///< null: flag
  Offset offset = 0;
  bool unset = false;     ///< `!name`
};

/// Scripting commands that the interpreter runs itself; everything else goes to the Host.
enum class Builtin : std::uint8_t {
  none, put, log, error, return_, delay, if_, for_, foreach, while_, do_, parse, execute, len, pick, find, typeof_,
  tostr, tonum, tobool, toip, toip6, toarray, totime, toid, time, resolve, local, global, set, nothing, onerror, retry,
  serialize, deserialize, convert, rndnum, rndstr, range, timestamp, tonsec, tolf, tocrlf, break_, continue_, jobname,
  grep, environment_print, beep,
};

struct Command {
  DirId dir = DirId::root;
  CommandId id = CommandId::none;
  Builtin builtin = Builtin::none;
  std::string_view menu;  ///< canonical path, `/ip/address`; `/` for root
  std::string_view name;  ///< canonical
  std::span<const Argument> arguments;  ///< in source order
  const Expr* where = nullptr;          ///< row test of find, print, …
};

enum class StatementKind : std::uint8_t {
  command,     ///< command
  call,        ///< `$f a b k=v` or `[…]`/`(…)` at statement start: callee with arguments
  block,       ///< `{ … }`
  menu,        ///< names a menu (in message) or is empty; does nothing when run
  late_error,  ///< fails with `message` when reached
};

struct Statement {
  StatementKind kind = StatementKind::menu;
  Offset offset = 0;
  const Command* command = nullptr;
  const Expr* callee = nullptr;
  std::span<const Argument> arguments;  ///< of a call
  const Block* block = nullptr;
  std::string_view message;
};

struct Block {
  Offset offset = 0;
  DirId context = DirId::root;  ///< menu in force where the block stands
  std::span<const Statement> statements;
  std::string_view source;      ///< its text, braces stripped
};

/// Line and column of many offsets of one text, most of them ascending.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text) : text_(text) {}
  LineColumn at(Offset offset);

 private:
  std::string_view text_;
  Offset seen_ = 0;         ///< newlines before here are counted
  Offset line_start_ = 0;   ///< of the line that seen_ is in
  std::uint32_t line_ = 1;
};

/// A parsed text. Immutable after parsing; hold it by shared_ptr<const Script>.
class Script {
 public:
  explicit Script(std::string source) : source_(std::move(source)) {}
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  const Block& body() const { return body_; }
  std::string_view source() const { return source_; }
  LineColumn where(Offset offset) const;
  std::size_t memory_bytes() const { return source_.size() + used_; }

 private:
  friend class ScriptBuilder;
  std::string source_;
  std::pmr::monotonic_buffer_resource arena_;
  std::deque<Value> constants_;
  std::size_t used_ = 0;
  Block body_;
};

/// What a value of type code (or op) holds: a piece of a script, kept alive.
struct Code {
  std::shared_ptr<const Script> script;
  const Block* block = nullptr;  ///< code: function body or parsed text
  const Expr* expr = nullptr;    ///< op: `(>…)`
  bool is_function = false;      ///< `do={…}`: own scope, `:return` ends it
};

}  // namespace openstrat::ros
