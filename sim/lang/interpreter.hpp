// Runs parsed scripts against a Host.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "ros_language/ast.hpp"
#include "ros_language/personality.hpp"
#include "sim/lang/host.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

class ParseCache;

/// What one run may use. Beyond it the script fails with an error of its own; the process never suffers.
struct RunLimits {
  std::uint64_t steps = 50'000'000;          ///< statements and expression nodes
  std::size_t string_bytes = 1 << 20;        ///< longest string that an expression may build
  std::size_t variable_bytes = 64 << 10;     ///< longest string that a variable may hold
  std::size_t memory_bytes = 8 << 20;        ///< all variables of the run together
  int array_depth = 32;
  int call_depth = 100;                      ///< functions inside functions
  std::size_t stack_bytes = 128 << 10;       ///< native stack, measured from the call of run()
};

/// What all runs of one router share.
struct Session {
  Personality personality;
  const MenuLookup* menus = nullptr;  ///< null: scripting commands only
  ParseCache* cache = nullptr;        ///< for `:parse`; null: parse each time
  RunLimits limits;
};

struct RunError {
  std::string message;      ///< `no such item`
  std::string command;      ///< path of the command that failed, `/ip/address/remove`; empty for an expression
  LineColumn position;
  /// `no such item (/ip/address/remove; line 3)`, as logs of v7 write it.
  std::string to_string() const;
};

struct RunResult {
  Value value;                    ///< of `:return`, else nothing
  std::optional<RunError> error;
  bool killed = false;            ///< the host ended it
  std::uint64_t steps = 0;
};

/// One run at a time. Holds nothing between runs; a fiber needs about `limits.stack_bytes` plus what the host uses.
class Interpreter {
 public:
  Interpreter(Host& host, const Session& session) : host_(host), session_(session) {}
  /// `variables`: what the event supplies (`$leaseBound`, `$interface`); names and values are copied.
  RunResult run(std::shared_ptr<const Script> script, std::span<const NamedValue> variables = {});

 private:
  Host& host_;
  const Session& session_;
};

}  // namespace openstrat::sim
