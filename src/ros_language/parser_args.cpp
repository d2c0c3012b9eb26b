// Arguments of commands and function calls.
#include <utility>

#include "ros_language/parser_impl.hpp"

namespace openstrat::ros {
namespace {

ArgumentShape shape_of(LanguageKind kind) {
  switch (kind) {
    case LanguageKind::value: return ArgumentShape::value;
    case LanguageKind::code: return ArgumentShape::code;
    case LanguageKind::raw_text: return ArgumentShape::raw_text;
    case LanguageKind::flag: return ArgumentShape::flag;
    case LanguageKind::variable: return ArgumentShape::variable;
    case LanguageKind::target: return ArgumentShape::target;
  }
  std::unreachable();
}

ArgumentShape shape_of(ArgumentKind kind) {
  switch (kind) {
    case ArgumentKind::value: return ArgumentShape::value;
    case ArgumentKind::code: return ArgumentShape::code;
    case ArgumentKind::raw_text: return ArgumentShape::raw_text;
    case ArgumentKind::flag: return ArgumentShape::flag;
    case ArgumentKind::where: return ArgumentShape::where;
  }
  std::unreachable();
}

}  // namespace

Parser::FoundArgument Parser::find_argument(const CommandParse& parse, std::string_view word) const {
  FoundArgument out;
  if (parse.found.language == nullptr) {
    const ArgumentMatch match = menus_.schema()->argument(parse.found.command.id, word);
    return {match.kind, match.info.name, shape_of(match.info.kind)};
  }
  for (const LanguageArgument& argument : parse.found.language->arguments) {
    if (argument.name.empty() || !argument.name.starts_with(word)) continue;
    const bool exact = argument.name.size() == word.size();
    if (out.kind == MatchKind::found && !exact) return {MatchKind::ambiguous, {}, {}};
    out = {MatchKind::found, argument.name, shape_of(argument.kind)};
    if (exact) return out;
  }
  return out;
}

Parser::FoundArgument Parser::find_unnamed(const CommandParse& parse) const {
  if (parse.found.language == nullptr) {
    const ArgumentMatch match = menus_.schema()->unnamed(parse.found.command.id, parse.unnamed_used);
    return {match.kind, match.info.name, shape_of(match.info.kind)};
  }
  std::size_t index = 0;
  for (const LanguageArgument& argument : parse.found.language->arguments) {
    if (argument.unnamed && index++ == parse.unnamed_used) return {MatchKind::found, argument.name, shape_of(argument.kind)};
  }
  return {};
}

void Parser::command_arguments(CommandParse& parse, List<Argument>& out) {
  while (true) {
    const bool apart = scan_.skip_blanks();
    if (apart) note_argument_place(parse, scan_.offset(), out.items());
    if (at_statement_end()) return;
    const char c = scan_.peek();
    if (!apart && !is_class(c, kLowerOrDigit) && c != '!' && out.size() != 0) return;
    if (c == '!' && is_class(scan_.peek(1), kCommandChar) && !parse.found.command.takes_where) {
      unset_argument(parse, out);
    } else if (is_class(c, kCommandChar)) {
      if (!word_argument(parse, out)) return;
    } else if (parse.found.command.takes_where && (is_class(c, kWordChar) ? c != '<' : c != '=')) {
      where_argument(parse);
      return;
    } else if (!unnamed_argument(parse, out)) {
      return;
    }
  }
}

/// `remote.address=… .as=…`: a name that begins with a dot continues the group of the argument before.
std::string_view Parser::grouped(std::string_view word, List<Argument>& out) {
  if (!word.starts_with('.') || word.size() == 1 || out.size() == 0) return word;
  const std::string_view before = out.items().back().name;
  const std::size_t dot = before.find('.');
  if (dot == std::string_view::npos || dot == 0) return word;
  return build_.text(std::string(before.substr(0, dot)).append(word));
}

bool Parser::word_argument(CommandParse& parse, List<Argument>& out) {
  const Offset start = scan_.offset();
  const std::string_view word = grouped(scan_.take(kCommandChar), out);
  note_argument_place(parse, start, out.items());
  const FoundArgument found = find_argument(parse, word);
  const bool assigned = scan_.peek() == '=';
  if (found.kind == MatchKind::found && found.shape == ArgumentShape::where) {
    scan_.accept('=');
    where_argument(parse);
    return false;
  }
  if (assigned && found.kind == MatchKind::found) {
    scan_.skip();
    Argument argument;
    argument.name = found.name;
    argument.offset = start;
    argument.value = value(parse, found);
    out.push(argument);
    return true;
  }
  const FoundArgument unnamed = find_unnamed(parse);
  if (!assigned && found.kind == MatchKind::found && found.shape == ArgumentShape::flag &&
      (unnamed.kind != MatchKind::found || found.name == word)) {
    Argument argument;
    argument.name = found.name;
    argument.offset = start;
    out.push(argument);
    return true;
  }
  if (parse.found.command.takes_where) {
    scan_.seek(start);
    where_argument(parse);
    return false;
  }
  if (unnamed.kind == MatchKind::found) {
    scan_.seek(start);
    return unnamed_argument(parse, out);
  }
  if (!assigned && found.kind == MatchKind::found) {
    // `:foreach x in $list` and `else {` are tolerated: the value stands apart from its name.
    if (parse.found.language == nullptr || found.name != word || !scan_.skip_blanks()) fail("expected end of command", start);
    Argument argument;
    argument.name = found.name;
    argument.offset = start;
    argument.value = value(parse, found);
    out.push(argument);
    return true;
  }
  bad_parameter(parse, word, start, found.kind == MatchKind::ambiguous);
  if (scan_.accept('=')) {
    if (scan_.peek() == '{') fail_here("syntax error");
    value(parse, FoundArgument{});
  }
  return true;
}

void Parser::bad_parameter(CommandParse& parse, std::string_view word, Offset start, bool ambiguous) {
  note_unknown(start, static_cast<Offset>(word.size()), parse.dir, parse.found.command.id, ambiguous);
  if (!options_.personality.has(Feature::late_parameters)) fail("expected end of command", start);
  if (parse.bad_parameter.empty()) parse.bad_parameter = located("bad parameter", word, start);
}

void Parser::unset_argument(CommandParse& parse, List<Argument>& out) {
  const Offset start = scan_.offset();
  scan_.skip();
  const std::string_view word = scan_.take(kCommandChar);
  note_argument_place(parse, start + 1, out.items());
  const FoundArgument found = find_argument(parse, word);
  if (found.kind != MatchKind::found) {
    bad_parameter(parse, word, start, found.kind == MatchKind::ambiguous);
    return;
  }
  Argument argument;
  argument.name = found.name;
  argument.offset = start;
  argument.unset = true;
  out.push(argument);
}

bool Parser::unnamed_argument(CommandParse& parse, List<Argument>& out) {
  const FoundArgument place = find_unnamed(parse);
  if (place.kind != MatchKind::found) return false;
  Argument argument;
  argument.name = place.name;
  argument.offset = scan_.offset();
  argument.value = value(parse, place);
  ++parse.unnamed_used;
  out.push(argument);
  return true;
}

void Parser::where_argument(CommandParse& parse) {
  const bool assigned = scan_.offset() > 0 && scan_.slice(scan_.offset() - 1, scan_.offset()) == "=";
  scan_.skip_blanks();
  if (at_statement_end()) {
    note_property_place(scan_.offset(), parse.dir);
    if (assigned) fail_here("missing value for where");
    return;
  }
  parse.where = where_expression(parse.dir);
}

const Expr* Parser::code_block(DirId context, bool is_function, bool foreign_names) {
  const Within<bool> names(foreign_names_, foreign_names_ || foreign_names);
  Expr out = node(ExprKind::code, scan_.offset());
  scan_.skip();
  out.block = block(context);
  out.op = is_function ? Operator::apply : Operator::join;
  return build_.make(out);
}

const Expr* Parser::value(const CommandParse& parse, const FoundArgument& argument) {
  check_depth();
  const ArgumentShape shape = argument.shape;
  const bool scripting = parse.found.language != nullptr;
  if (scan_.continuation() != 0 || scripting) scan_.skip_blanks();
  if (shape == ArgumentShape::variable || shape == ArgumentShape::target) {
    if (const char c = scan_.peek(); !(shape == ArgumentShape::target && (c == '(' || c == '['))) {
      const bool known = shape == ArgumentShape::target;
      return variable_name(known);
    }
  }
  const Offset start = scan_.offset();
  switch (scan_.peek()) {
    case '"': return string(context_);
    case '$': return variable();
    case '(': scan_.skip(); return parenthesised(context_);
    case '[': scan_.skip(); return bracketed(context_);
    case '{':
      if (shape == ArgumentShape::code) return code_block(context_, parse.is_function, parse.is_function || !scripting);
      if (shape == ArgumentShape::raw_text) {
        const std::string_view text = raw_block();
        return literal(Value::str(text), text, start);
      }
      scan_.skip();
      return array(context_);
    default: {
      const Expr* word = word_value(scripting);
      note_value_place(parse, argument.name, start);
      return word;
    }
  }
}

const Expr* Parser::word_value(bool typed) {
  const Offset start = scan_.offset();
  const std::string_view word = scan_.take(kWordChar);
  if (word.empty()) {
    const char c = scan_.peek();
    if (!at_statement_end() && !is_class(c, kBlank)) fail_here("syntax error");
    return literal(Value::str(""), word, start, true);
  }
  if (typed) {
    if (auto value = parse_literal(word)) return literal(std::move(*value), word, start, true);
    if (auto value = parse_id(word)) return literal(std::move(*value), word, start, true);
  }
  return literal(Value::str(word), word, start, true);
}

/// The name after `:local`, `:foreach`, …: a word, `"any text"`, `k,v`, or `$name`.
const Expr* Parser::variable_name(bool must_exist) {
  Expr out = node(ExprKind::variable, scan_.offset());
  if (scan_.peek() == '"') {
    const Expr* name = string(context_);
    if (name->kind != ExprKind::literal) fail("syntax error", out.offset);
    out.text = name->text;
  } else if (scan_.accept('$')) {
    out.text = scan_.take(kNameChar);
    note_variable_place(out.offset + 1, true);
    if (out.text.empty() && scan_.peek() == '"') out.text = string(context_)->text;
    if (!must_exist && !is_declared(out.text)) fail("syntax error", out.offset);
    return build_.make(out);
  } else {
    out.text = scan_.take(kNameChar);
    if (must_exist) note_variable_place(out.offset, true);
    const Offset first_end = scan_.offset();
    if (!out.text.empty() && !must_exist && scan_.accept(',')) {
      const std::string_view second = scan_.take(kNameChar);
      declare(out.text);
      declare(second);
      out.text = scan_.slice(out.offset, scan_.offset());
      if (second.empty()) fail("expected end of command", first_end);
      return build_.make(out);
    }
  }
  if (out.text.empty()) fail_here("syntax error");
  if (must_exist && !is_declared(out.text)) fail("syntax error", out.offset);
  if (!must_exist) declare(out.text);
  return build_.make(out);
}

void Parser::call_arguments(DirId context, bool blocks_allowed, List<Argument>& out) {
  while (true) {
    const bool apart = scan_.skip_blanks();
    if (at_statement_end()) return;
    const char c = scan_.peek();
    if (!apart) return;
    Argument argument;
    argument.offset = scan_.offset();
    if (is_class(c, kWordChar)) {
      const std::string_view word = scan_.take(kWordChar);
      if (scan_.peek() != '=') {
        scan_.seek(argument.offset);
        argument.value = word_value(true);
        out.push(argument);
        continue;
      }
      scan_.skip();
      argument.name = word;
    }
    switch (scan_.peek()) {
      case '"': argument.value = string(context); break;
      case '$': argument.value = variable(); break;
      case '(': scan_.skip(); argument.value = parenthesised(context); break;
      case '[': scan_.skip(); argument.value = bracketed(context); break;
      case '{':
        if (!blocks_allowed) fail_here("syntax error");
        scan_.skip();
        argument.value = array(context);
        break;
      default:
        if (argument.name.empty()) return;
        argument.value = word_value(true);
        if (scan_.peek() == '=') fail("syntax error", argument.value->offset);
    }
    out.push(argument);
  }
}

}  // namespace openstrat::ros
