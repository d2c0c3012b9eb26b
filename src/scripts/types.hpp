// What is said of a script.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace openstrat::scripts {

/// An error of the router's, or a warning of ours.
struct Finding {
  std::string kind;     ///< of an error `syntax`; else unknown_command, unknown_parameter, undeclared_variable, shadowed_variable, ignored_rest, embedded_script, dangerous
  std::string message;  ///< of an error: the router's words
  std::optional<std::string> hint;  ///< what to do about it
  std::uint32_t line = 1;
  std::uint32_t column = 1;  ///< bytes from 1, as routers count
  std::uint32_t from = 0;    ///< UTF-16 code units from the start of the text, as editors count
  std::uint32_t to = 0;
};

struct Verdict {
  std::vector<Finding> errors;    ///< the first is the one that a router reports
  std::vector<Finding> warnings;  ///< in the order of the text
  bool accepted() const { return errors.empty(); }
};

enum class CompletionKind { menu, command, argument, value, variable };

struct CompletionItem {
  std::string label;
  CompletionKind kind = CompletionKind::command;
  std::string detail;
  std::string apply;  ///< what to put between `from` and `to`
};

struct Completion {
  std::uint32_t from = 0;  ///< UTF-16 code units
  std::uint32_t to = 0;
  std::vector<CompletionItem> items;
};

}  // namespace openstrat::scripts
