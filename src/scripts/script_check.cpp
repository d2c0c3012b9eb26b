#include "scripts/script_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ros_language/diagnose.hpp"
#include "ros_menus/lookup.hpp"
#include "scripts/hazards.hpp"
#include "scripts/positions.hpp"
#include "scripts/tree_walk.hpp"
#include "scripts/unknown_words.hpp"

namespace openstrat::scripts {
namespace {

using ros::NotedVariable;
using ros::Range;

constexpr std::size_t kMostErrors = 20;
constexpr std::size_t kMostWarnings = 200;

/// A finding before its place is known in lines and code units.
struct Draft {
  Range range;
  std::string kind;
  std::string message;
  std::optional<std::string> hint = {};
};

class Check {
 public:
  Check(const std::string& script, const CheckOptions& options)
      : options_(options), menus_({.version = options.version}), diagnosis_(ros::diagnose(script, parse_options(), kMostErrors)) {}

  Verdict verdict() {
    collect_errors();
    collect_unknown();
    collect_variables();
    for (Hazard& hazard : find_hazards(*diagnosis_.script, options_.brand_prefix)) warn(hazard.range, "dangerous", std::move(hazard.message));
    collect_embedded();
    collect_shape();
    std::ranges::stable_sort(warnings_, {}, [](const Draft& draft) { return draft.range.offset; });
    if (warnings_.size() > kMostWarnings) warnings_.resize(kMostWarnings);
    return {placed(errors_), placed(warnings_)};
  }

 private:
  ros::ParseOptions parse_options() const {
    ros::ParseOptions options;
    options.personality = ros::Personality(options_.version);
    options.menus = &menus_;
    return options;
  }
  std::string_view source() const { return diagnosis_.script->source(); }
  std::string_view text_of(const Range& range) const { return source().substr(range.offset, range.length); }
  void warn(Range range, std::string_view kind, std::string message, std::optional<std::string> hint = {}) {
    warnings_.push_back({range, std::string(kind), std::move(message), std::move(hint)});
  }

  void collect_errors() {
    for (const ros::NotedError& error : diagnosis_.notes.errors) errors_.push_back({error.range, "syntax", error.message});
  }

  /// A word that refuses the text explains its error; one that fails when it is reached is a warning.
  void collect_unknown() {
    std::size_t explained = 0;
    for (const ros::UnknownWord& unknown : diagnosis_.notes.unknown) {
      if (++explained > kMostWarnings) break;
      const std::string_view word = text_of(unknown.range);
      const auto hint = explain(unknown, word, menus_);
      const auto error = std::ranges::find_if(errors_, [&](const Draft& e) { return e.range.offset == unknown.range.offset; });
      const bool is_parameter = unknown.command != ros::CommandId::none;
      if (error != errors_.end()) {
        error->hint = hint;
        error->range.length = unknown.range.length;
        continue;
      }
      warn(unknown.range, is_parameter ? "unknown_parameter" : "unknown_command",
           fmt::format("{} {}: the router takes the script and stops when it gets here", is_parameter ? "bad parameter" : "bad command name", shown(word)), hint);
    }
  }

  static std::string_view shown(std::string_view word) { return word.substr(0, 64); }

  void collect_variables() {
    for (const NotedVariable& variable : diagnosis_.notes.variables) {
      if (variable.doubt == NotedVariable::Doubt::undeclared) {
        warn(variable.range, "undeclared_variable", fmt::format("${} is not declared here: it is nothing unless something outside sets it", shown(variable.name)),
             fmt::format(":local {0} or, for a global of the router, :global {0}", shown(variable.name)));
      } else {
        warn(variable.range, "shadowed_variable",
             fmt::format("${} is the row's own field here, not the variable: the field is compared with itself and every row matches", shown(variable.name)),
             "give the variable a name that no field has");
      }
    }
  }

  /// Scripts inside the script: `source={…}`, `on-event="…"`.
  void collect_embedded() {
    walk_commands(diagnosis_.script->body(), [this](const ros::Command& command, ros::Offset) {
      for (const ros::Argument& argument : command.arguments) {
        if (argument.value == nullptr || argument.value->kind != ros::ExprKind::literal) continue;
        const bool is_script = command.builtin == ros::Builtin::none ? menus_.argument(command.id, argument.name).info.kind == ros::ArgumentKind::raw_text
                                                                     : command.builtin == ros::Builtin::execute && argument.name == "script";
        if (is_script) check_embedded(*argument.value, argument.name);
      }
    });
  }
  void check_embedded(const ros::Expr& literal, std::string_view argument) {
    const std::string text = literal.value->to_text();
    if (text.find_first_of(" \n;") == std::string::npos) return;  // the name of a script
    const auto parsed = ros::parse(text, parse_options());
    if (parsed) return;
    const ros::ParseError& error = parsed.error();
    std::string message = fmt::format("the script in {}= is refused when it is to run: {}", argument, error.message);
    if (source()[literal.offset] == '{') return warn({literal.offset + 1 + error.offset, 1}, "embedded_script", std::move(message));
    warn({literal.offset, 1}, "embedded_script", fmt::format("{} (its line {} column {})", message, error.position.line, error.position.column));
  }

  void collect_shape() {
    if (const auto stop = diagnosis_.notes.stopped_at) {
      if (source().find_first_not_of(" \t\r\n;}", *stop) != std::string_view::npos)
        warn({*stop, 1}, "ignored_rest", "a } too many: routers read no further and report nothing", "remove it, or open the block that it should close");
    }
  }

  std::vector<Finding> placed(std::vector<Draft>& drafts) const {
    std::vector<Finding> out;
    ros::LineIndex lines(source());
    Positions positions(source());
    for (Draft& draft : drafts) {
      const ros::LineColumn at = lines.at(draft.range.offset);
      out.push_back({.kind = std::move(draft.kind), .message = std::move(draft.message), .hint = std::move(draft.hint), .line = at.line, .column = at.column,
                     .from = positions.units(draft.range.offset), .to = positions.units(draft.range.offset + draft.range.length)});
    }
    return out;
  }

  const CheckOptions options_;
  const ros::SchemaLookup menus_;
  ros::Diagnosis diagnosis_;
  std::vector<Draft> errors_, warnings_;
};

}  // namespace

Verdict check_script(const std::string& script, const CheckOptions& options) { return Check(script, options).verdict(); }

}  // namespace openstrat::scripts
