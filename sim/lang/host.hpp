// What a running script needs from the router it runs on. sim/device implements Host; the language never sees more.
//
// Every call looks blocking. The device runs each script on a fiber of its own and may switch away inside any of them,
// so the interpreter holds no lock, no thread-local and no caught exception across them.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/rng.hpp"
#include "ros_language/menu_lookup.hpp"
#include "ros_language/value.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

/// A failure of a running script, with the router's own words. Hosts throw it from any call.
class ScriptError : public std::exception {
 public:
  explicit ScriptError(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& message() const { return message_; }

 private:
  std::string message_;
};

/// The script is to end now (`job remove`, reboot): `on-error` does not catch it.
class ScriptKilled : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

/// One row as `where` sees it.
class RowView {
 public:
  virtual ~RowView() = default;
  /// The property's value; nothing if it is unset or the row has none of that name.
  virtual Value get(std::string_view property) const = 0;
};

struct NamedValue {
  std::string_view name;
  Value value;
};

/// The row test of a find or print. Valid only during the run_command() call that carries it; may throw ScriptError.
class Predicate {
 public:
  virtual ~Predicate() = default;
  virtual bool matches(const RowView& row) const = 0;
  /// The fields that a row must have, where the test is nothing but `name=value` terms; nullopt for any other test.
  virtual std::optional<std::vector<NamedValue>> equalities() const { return std::nullopt; }
};

/// Runs code values for a host command (`monitor … do={…}`), in a child scope of the calling statement.
class CodeRunner {
 public:
  virtual ~CodeRunner() = default;
  virtual Value run_code(const Value& code, std::span<const NamedValue> variables) = 0;
};

struct CallArgument {
  std::string_view name;  ///< canonical
  Value value;            ///< boolean true for a flag; nothing for an unset (`!name`)
  bool unset = false;
  bool flag = false;      ///< given without `=`
};

/// One menu command with its arguments evaluated.
struct CommandCall {
  DirId dir = DirId::root;
  CommandId id = CommandId::none;
  std::string_view menu;  ///< `/ip/address`
  std::string_view name;  ///< `add`
  std::span<const CallArgument> arguments;  ///< in source order
  const Predicate* where = nullptr;         ///< null: every row
  CodeRunner* runner = nullptr;             ///< never null when the interpreter calls
  bool wants_value = false;                 ///< inside `[…]`: the result is used, nothing is printed

  const CallArgument* find(std::string_view argument) const;
  bool has(std::string_view argument) const { return find(argument) != nullptr; }
};

/// Global variables of one user of one router. Lives in the device until reboot.
class Globals {
 public:
  virtual ~Globals() = default;
  virtual const Value* find(std::string_view name) const = 0;  ///< valid until the next change
  virtual void set(std::string_view name, Value value) = 0;    ///< may throw ScriptError when full
  virtual void erase(std::string_view name) = 0;
  virtual std::vector<std::string> names() const = 0;          ///< sorted
};

struct ExecuteRequest {
  std::string_view source;
  std::string_view file;   ///< empty: none
  bool as_string = false;  ///< wait and return the output
};

class Host {
 public:
  virtual ~Host() = default;

  /// A command that the language does not own. Throws ScriptError with the router's text.
  virtual Value run_command(const CommandCall& call) = 0;
  virtual void put(std::string_view line) = 0;
  virtual void log(std::string_view topics, std::string_view message) = 0;
  virtual void delay(std::chrono::nanoseconds length) = 0;
  virtual Timestamp now() = 0;
  /// `:execute`: id of the job (Type::id), or its output when as_string.
  virtual Value execute(const ExecuteRequest& request) = 0;
  /// `:resolve`: ip or ip6; throws ScriptError when there is no answer.
  virtual Value resolve(std::string_view name, std::string_view server, std::string_view type) = 0;
  virtual Globals& globals() = 0;
  virtual Rng& rng() = 0;
  /// `:jobname`: name of the script that runs, empty in a terminal.
  virtual std::string job_name() = 0;
  /// `file-name=` of a command that the language owns.
  virtual void save_file(std::string_view name, std::string contents, bool append) = 0;
  /// Called every few hundred steps: yield to others, or throw ScriptKilled.
  virtual void tick() = 0;
};

}  // namespace openstrat::sim
