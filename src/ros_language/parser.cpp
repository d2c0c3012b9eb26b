#include "ros_language/parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "ros_language/parser_impl.hpp"

namespace openstrat::ros {

std::string ParseError::to_string() const {
  return fmt::format("{} (line {} column {})", message, position.line, position.column);
}

LineColumn Script::where(Offset offset) const {
  const std::string_view before = std::string_view(source_).substr(0, offset);
  const auto newline = before.rfind('\n');
  const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const auto start = newline == std::string_view::npos ? 0 : newline + 1;
  return LineColumn{line, static_cast<std::uint32_t>(before.size() - start) + 1};
}

LineColumn LineIndex::at(Offset offset) {
  if (offset < seen_) *this = LineIndex(text_);
  for (const Offset end = std::min<Offset>(offset, static_cast<Offset>(text_.size())); seen_ < end;) {
    const auto newline = std::min(text_.find('\n', seen_), std::size_t{end});
    seen_ = static_cast<Offset>(newline);
    if (newline == end) break;
    line_start_ = ++seen_;
    ++line_;
  }
  return {line_, offset - line_start_ + 1};
}

std::string_view ScriptBuilder::text(std::string_view s) {
  if (s.empty()) return {};
  script_.used_ += s.size();
  char* out = static_cast<char*>(script_.arena_.allocate(s.size(), 1));
  std::memcpy(out, s.data(), s.size());
  return {out, s.size()};
}

std::expected<std::shared_ptr<const Script>, ParseError> parse(std::string source, const ParseOptions& options) {
  auto script = std::make_shared<Script>(std::move(source));
  if (script->source().size() >= UINT32_MAX) return std::unexpected(ParseError{"script is too long", {}, 0});
  try {
    Parser(*script, options).run();
  } catch (const ParseFailure& failure) {
    std::string message = failure.message;
    if (!failure.word.empty()) message += " " + failure.word;
    return std::unexpected(ParseError{std::move(message), script->where(failure.offset), failure.offset});
  }
  return script;
}

Parser::Parser(Script& script, const ParseOptions& options, ParseNotes* notes)
    : script_(script),
      build_(script),
      scan_(script.source()),
      menus_(options.menus, options.personality.version),
      options_(options),
      notes_(notes),
      stack_base_(static_cast<const char*>(__builtin_frame_address(0))),
      lines_(script.source()) {}

void Parser::run() {
  build_.set_body(statements('\0', options_.context));
}

void Parser::fail(const char* message, Offset offset) const { throw ParseFailure{message, offset}; }

void Parser::check_depth() const {
  const auto* here = static_cast<const char*>(__builtin_frame_address(0));
  if (static_cast<std::size_t>(std::abs(stack_base_ - here)) > options_.stack_bytes) fail_here("syntax error");
}

std::string Parser::located(const char* message, std::string_view word, Offset offset) {
  const LineColumn at = lines_.at(offset);
  return fmt::format("{} {} (line {} column {})", message, word, at.line, at.column);
}

bool Parser::at_statement_end() const {
  switch (scan_.peek()) {
    case '\n': case ';': case '}': case ']': case ')': return true;
    default: return scan_.at_end();
  }
}

void Parser::declare(std::string_view name, Known known) {
  declared_.push_back({name, known});
  Sighting& sighting = sightings_[name];
  ++sighting.times;
  if (known == Known::declared) ++sighting.declared;
}

void Parser::forget_declared(std::size_t visible) {
  for (; declared_.size() > visible; declared_.pop_back()) {
    const auto entry = sightings_.find(declared_.back().name);
    if (declared_.back().known == Known::declared) --entry->second.declared;
    if (--entry->second.times == 0) sightings_.erase(entry);
  }
}

Block Parser::statements(char close, DirId context, const char* unclosed) {
  check_depth();
  Block out;
  out.offset = scan_.offset();
  out.context = context;
  const std::size_t visible = declared_.size();
  List<Statement> list(statement_pool_);
  // A router keeps the empty statement that a block starts with, and the one behind a last comment.
  const bool was_empty = scan_.at_end();
  scan_.skip_comments();
  const char first = scan_.peek();
  if (!was_empty && close != ']' && (scan_.at_end() || first == '\n' || first == ';' || first == close)) {
    list.push(empty_statement(context));
  }
  while (true) {
    const Offset before = scan_.offset();
    const auto [comment, empty] = scan_.skip_to_statement();
    for (int i = 0; i < empty && close != ']'; ++i) list.push(empty_statement(context));
    const bool closing = scan_.at_end() || (close != '\0' && scan_.peek() == close);
    const bool nothing = close == ']' && closing && list.size() == 0;
    if ((comment && closing && close != '\0') || nothing) list.push(empty_statement(context));
    if (scan_.at_end()) {
      note_statement_place(before, context);
      if (close == '\0') break;
      const ParseFailure open{unclosed, scan_.offset()};
      if (!go_on(open, close, before)) throw open;
      break;
    }
    if (close != '\0' && scan_.peek() == close) break;
    if (close == '\0' && scan_.peek() == '}') {  // routers stop reading at a `}` too many
      note_stop();
      break;
    }
    next_statement(close, context, list);
  }
  out.source = scan_.slice(out.offset, scan_.offset());
  if (close != '\0') {
    scan_.accept(close);
    forget_declared(visible);
  }
  out.statements = build_.copy(list.items());
  return out;
}

/// Reads one and appends it; with notes, an error in it is one of them.
void Parser::next_statement(char close, DirId& context, List<Statement>& list) {
  const Offset start = scan_.offset();
  const std::size_t reads = reads_.size();
  try {
    list.push(whole_statement(close, context));
    declare_reads(reads);
  } catch (const ParseFailure& failure) {
    if (!go_on(failure, close, start)) throw;
    declare_reads(reads);
  }
}

/// Reading a name makes it known to the `:set` of a later statement, declared or not.
void Parser::declare_reads(std::size_t mark) {
  for (std::size_t i = mark; i < reads_.size(); ++i) {
    if (!is_declared(reads_[i])) declare(reads_[i], Known::read);
  }
  reads_.resize(mark);
}

Statement Parser::whole_statement(char close, DirId& context) {
  const Statement out = statement(context);
  scan_.skip_blanks();
  const char after = scan_.peek();
  if (!scan_.at_end() && after != '\n' && after != ';' && after != (close == '\0' ? '}' : close)) {
    const bool plain = out.kind != StatementKind::call && out.kind != StatementKind::late_error;
    fail_here(plain ? "expected end of command" : "syntax error");
  }
  return out;
}

const Block* Parser::block(DirId context, const char* unclosed) {
  const Within<bool> line(multiline_, false);
  const Within<bool> where(where_, false);
  return build_.make(statements('}', context, unclosed));
}

Statement Parser::statement(DirId& context) {
  const Offset start = scan_.offset();
  const Within<DirId> here(context_, context);
  switch (scan_.peek()) {
    case '{': {
      scan_.skip();
      Statement out;
      out.kind = StatementKind::block;
      out.offset = start;
      out.block = block(context, "missing closing brace");
      return out;
    }
    case '$': return call(variable(), start, context);
    case '(': scan_.skip(); return call(parenthesised(context), start, context);
    case '[': scan_.skip(); return call(bracketed(context), start, context);
    case '/': case ':': return command_statement(context);
    default:
      if (!is_class(scan_.peek(), kCommandChar)) fail("expected command name", start);
      return command_statement(context);
  }
}

Statement Parser::call(const Expr* callee, Offset start, DirId context) {
  List<Argument> arguments(argument_pool_);
  call_arguments(context, true, arguments);
  Statement out;
  out.kind = StatementKind::call;
  out.offset = start;
  out.callee = callee;
  out.arguments = build_.copy(arguments.items());
  return out;
}

Statement Parser::empty_statement(DirId context) const {
  Statement out;
  out.offset = scan_.offset();
  out.message = menus_.path(context);
  return out;
}

Statement Parser::menu_statement(Offset start, DirId dir, DirId& context) {
  Statement out;
  out.offset = start;
  if (scan_.accept('{')) {
    out.kind = StatementKind::block;
    out.block = block(dir, "missing closing brace");
    return out;
  }
  if (!at_statement_end()) fail_here("expected command name");
  context = dir;
  out.message = menus_.path(dir);
  return out;
}

Statement Parser::command_statement(DirId& context) {
  const Offset start = scan_.offset();
  DirId dir = context;
  bool rooted = false;
  if (scan_.accept('/')) {
    dir = DirId::root;
    rooted = true;
    scan_.skip_blanks();
  } else if (scan_.accept(':')) {
    dir = DirId::root;
    rooted = true;
    note_command_place(scan_.offset(), dir, rooted);
    const Offset behind = scan_.offset();
    scan_.skip_blanks();  // `: put`
    if (!is_class(scan_.peek(), kCommandChar)) fail("expected command name", behind);
  }
  while (true) {
    if (!is_class(scan_.peek(), kCommandChar)) {
      if (is_class(scan_.before(), kBlank) || scan_.before() == '/') note_command_place(scan_.offset(), dir, rooted);
      return menu_statement(start, dir, context);
    }
    const Offset word_start = scan_.offset();
    std::string_view word = scan_.take(kCommandChar);
    if (word.starts_with("..") && word.size() > 2 && dir != DirId::root) {  // `..find`
      word = word.substr(0, 2);
      scan_.seek(word_start + 2);
    }
    note_command_place(word_start, dir, rooted);
    if (word == "..") {
      dir = menus_.parent(dir);
    } else {
      LanguageMenus::Found found = menus_.child(dir, word);
      const bool ambiguous = found.kind == MatchKind::ambiguous;
      if (found.kind != MatchKind::found && !rooted && dir != DirId::root) {
        found = menus_.child(DirId::root, word);
        if (found.is_dir) found = {};
        dir = found.kind == MatchKind::found ? DirId::root : dir;
      }
      if (found.kind != MatchKind::found) {
        note_unknown(word_start, static_cast<Offset>(word.size()), dir, CommandId::none, ambiguous);
        return unknown_command(word, word_start, context);
      }
      if (!found.is_dir) return command(found, found.home == DirId::none ? dir : found.home, start);
      dir = found.dir;
    }
    rooted = true;
    scan_.skip_blanks();
    if (scan_.accept('/')) scan_.skip_blanks();
  }
}

Statement Parser::unknown_command(std::string_view word, Offset start, DirId context) {
  if (!options_.personality.late_errors()) throw ParseFailure{"bad command name", start, std::string(word)};
  Statement out;
  out.kind = StatementKind::late_error;
  out.offset = start;
  out.message = build_.text(located("bad command name", word, start));
  List<Argument> arguments(argument_pool_);
  call_arguments(context, false, arguments);
  out.arguments = build_.copy(arguments.items());
  return out;
}

Statement Parser::command(const LanguageMenus::Found& found, DirId dir, Offset start) {
  CommandParse parse{found, dir};
  List<Argument> arguments(argument_pool_);
  const Builtin builtin = found.language == nullptr ? Builtin::none : found.language->builtin;
  parse.is_declaration = builtin == Builtin::local || builtin == Builtin::global;
  parse.is_function = parse.is_declaration || builtin == Builtin::set;
  {
    // `[…]` in the arguments starts in the menu of this very command; scripting commands leave the context alone.
    const Within<DirId> here(context_, found.language == nullptr ? dir : context_);
    const std::size_t visible = declared_.size();
    command_arguments(parse, arguments);
    // A loop's variable is in sight in its block only.
    const bool loop = builtin == Builtin::for_ || builtin == Builtin::foreach || builtin == Builtin::onerror;
    if (loop) forget_declared(visible);
  }
  Statement out;
  out.offset = start;
  if (!parse.bad_parameter.empty()) {
    out.kind = StatementKind::late_error;
    out.message = build_.text(parse.bad_parameter);
    scan_.skip_blanks();
    if (!at_statement_end()) fail_here("expected end of command");
  } else {
    out.kind = StatementKind::command;
  }
  Command node;
  node.dir = dir;
  node.id = found.command.id;
  node.builtin = builtin;
  node.menu = menus_.path(dir);
  node.name = found.command.name;
  node.arguments = build_.copy(arguments.items());
  node.where = parse.where;
  out.command = build_.make(node);
  return out;
}

}  // namespace openstrat::ros
