// `/import`: a whole file at once, or line by line with `verbose=yes`.
#include <algorithm>

#include <fmt/core.h>

#include "ros_language/parser.hpp"
#include "sim/config/logical_lines.hpp"
#include "sim/device/action.hpp"

namespace openstrat::sim {
namespace {

constexpr std::uint64_t kImportSteps = 2'000'000'000;  ///< a long address list is not a runaway script

bool is_yes(const CommandCall& call, std::string_view argument) {
  const CallArgument* given = call.find(argument);
  const std::string text = given == nullptr ? std::string() : given->value.to_text();
  return text == "yes" || text == "true";
}

std::uint32_t first_line(const CommandCall& call) {
  const CallArgument* given = call.find("from-line");
  if (given == nullptr) return 1;
  const auto number = parse_num(given->value.to_text());
  if (!number || number->as_num() < 0 || number->as_num() > UINT32_MAX) throw ScriptError("invalid value for argument from-line");
  return static_cast<std::uint32_t>(number->as_num());
}

/// The menu that is in force after the text: that of its last statement that only names one.
DirId menu_after(const Script& script, const MenuLookup& menus, DirId before) {
  DirId menu = before;
  for (const Statement& statement : script.body().statements) {
    if (statement.kind != StatementKind::menu || statement.message.empty()) continue;
    menu = DirId::root;
    std::string_view path = statement.message;
    while (!path.empty()) {
      const std::size_t end = std::min(path.find('/', 1), path.size());
      const std::string_view word = path.substr(1, end - 1);
      path.remove_prefix(end);
      if (word.empty()) continue;
      const ChildMatch child = menus.child(menu, word);
      if (child.kind == MatchKind::found && child.dir != DirId::none) menu = child.dir;
    }
  }
  return menu;
}

void print_lines(Job& job, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    job.put(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Value Job::import(const CommandCall& call) {
  const CallArgument* name = call.find("file-name");
  if (name == nullptr) throw ScriptError("missing value(s) of argument(s) file-name");
  const StoredFile* file = router_.files().find(name->value.to_text());
  if (file == nullptr) throw ScriptError("failure: " + name->value.to_text() + " not found");
  const std::string text = file->contents;  // the script may remove its own file
  const bool dry_run = call.has("dry-run");
  if (is_yes(call, "verbose")) {
    import_by_lines(text, first_line(call), dry_run);
    return {};
  }
  if (call.has("from-line") || dry_run) throw ScriptError("failure: can be used only in verbose mode");
  if (!call.wants_value) put("Opening script file " + name->value.to_text());
  import_whole(text);
  if (!call.wants_value) put("Script file loaded and executed successfully");
  return {};
}

void Job::import_whole(const std::string& text) {
  Session session = own_session();
  session.limits.steps = kImportSteps;
  ParseOptions options{.personality = session.personality, .menus = session.menus};
  options.stack_bytes = std::min(options.stack_bytes, session.limits.stack_bytes);
  const auto script = parse(text, options);
  if (!script) {
    const std::string reason = script.error().to_string();
    if (session.personality.has(Feature::catchable_import)) throw ScriptError(reason);
    fatal_ = reason;  // before 7.16 nothing catches it: the importing script ends too
    throw ScriptKilled();
  }
  const RunResult result = Interpreter(*this, session).run(*script);
  if (result.killed) throw ScriptKilled();
  if (result.error) throw ScriptError(result.error->message);
}

/// What ran before a wrong line has run; a dry run only names what is wrong and goes on.
void Job::import_by_lines(const std::string& text, std::uint32_t from_line, bool dry_run) {
  Session session = own_session();
  session.limits.steps = kImportSteps;
  ParseOptions options{.personality = session.personality, .menus = session.menus};
  options.stack_bytes = std::min(options.stack_bytes, session.limits.stack_bytes);
  LogicalLines lines(text);
  LogicalLine line;
  std::size_t wrong = 0;
  while (lines.next(line)) {
    tick();
    if (line.first < from_line) continue;
    put(fmt::format("#line {}", line.first));
    print_lines(*this, line.text);
    std::string reason;
    const auto script = parse(std::string(line.text), options);
    if (!script) {
      const LineColumn at = script.error().position;
      reason = fmt::format("{} (line {} column {})", script.error().message, line.first + at.line - 1, at.column);
    } else {
      options.context = menu_after(**script, *session.menus, options.context);
      if (dry_run) continue;
      const RunResult result = Interpreter(*this, session).run(*script);
      if (result.killed) throw ScriptKilled();
      if (!result.error) continue;
      reason = result.error->message;
    }
    if (!dry_run) throw ScriptError(reason);
    put(reason);
    ++wrong;
  }
  if (!dry_run) put("Script file loaded and executed successfully");
  else put(wrong == 0 ? "No errors found in import file" : fmt::format("Found {} error{} in import file.", wrong, wrong == 1 ? "" : "s"));
}

}  // namespace openstrat::sim
