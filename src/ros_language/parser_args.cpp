// Arguments of commands and function calls.
#include <algorithm>
#include <optional>
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

/// `1,a`: an array, if none of its elements is empty.
std::optional<Value> listed(std::string_view word) {
  Array out;
  for (std::string_view rest = word;;) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view item = rest.substr(0, end);
    if (item.empty()) return {};
    const auto typed = parse_literal(item);
    out.push(typed ? *typed : Value::str(item));
    if (end == rest.size()) return Value::array(std::move(out));
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

Parser::FoundArgument Parser::find_argument(const CommandParse& parse, std::string_view word) const {
  FoundArgument out;
  if (parse.found.language == nullptr) {
    const ArgumentMatch match = menus_.schema()->argument(parse.found.command.id, word);
    return {match.kind, match.info.name, shape_of(match.info.kind), match.info.form};
  }
  for (const LanguageArgument& argument : parse.found.language->arguments) {
    if (argument.name.empty() || !argument.name.starts_with(word)) continue;
    const bool exact = argument.name.size() == word.size();
    if (out.kind == MatchKind::found && !exact) return {MatchKind::ambiguous, {}, {}, {}};
    out = {MatchKind::found, argument.name, shape_of(argument.kind), argument.form};
    if (exact) return out;
  }
  return out;
}

/// The first of those that may stand without their names which has not been given yet.
Parser::FoundArgument Parser::find_unnamed(const CommandParse& parse) const {
  for (std::size_t index = 0;; ++index) {
    const FoundArgument found = unnamed_at(parse, index);
    const auto same = [&](const Argument& argument) { return argument.name == found.name; };
    if (found.kind != MatchKind::found || std::none_of(parse.given.begin(), parse.given.end(), same)) return found;
  }
}

Parser::FoundArgument Parser::unnamed_at(const CommandParse& parse, std::size_t wanted) const {
  if (parse.found.language == nullptr) {
    const ArgumentMatch match = menus_.schema()->unnamed(parse.found.command.id, wanted);
    return {match.kind, match.info.name, shape_of(match.info.kind), match.info.form};
  }
  std::size_t index = 0;
  for (const LanguageArgument& argument : parse.found.language->arguments) {
    if (argument.unnamed && index++ == wanted) return {MatchKind::found, argument.name, shape_of(argument.kind), argument.form};
  }
  return {};
}

void Parser::command_arguments(CommandParse& parse, List<Argument>& out) {
  while (true) {
    parse.given = out.items();
    const bool apart = scan_.skip_blanks();
    if (apart) note_argument_place(parse, scan_.offset(), out.items());
    if (at_statement_end()) return;
    const char c = scan_.peek();
    if (!apart && ((!is_class(c, kLowerOrDigit) && c != '!' && out.size() != 0) || c == ':')) return;
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

/// `basic-rates-a/g=…`: a few names have a slash in them.
void Parser::take_rest_of_name(const CommandParse& parse, Offset start, std::string_view& word, FoundArgument& found) {
  const Offset slash = scan_.offset();
  scan_.skip();
  scan_.take(kCommandChar);
  const std::string_view whole = scan_.slice(start, scan_.offset());
  const FoundArgument other = find_argument(parse, whole);
  if (other.kind != MatchKind::found || scan_.peek() != '=') return scan_.seek(slash);
  word = whole;
  found = other;
}

bool Parser::word_argument(CommandParse& parse, List<Argument>& out) {
  const Offset start = scan_.offset();
  std::string_view word = grouped(scan_.take(kCommandChar), out);
  note_argument_place(parse, start, out.items());
  FoundArgument found = find_argument(parse, word);
  if (scan_.peek() == '/') take_rest_of_name(parse, start, word, found);
  const bool assigned = scan_.peek() == '=';
  if (found.kind == MatchKind::found && found.shape == ArgumentShape::where) {
    scan_.accept('=');
    where_argument(parse);
    return false;
  }
  if (assigned && found.kind == MatchKind::found) {
    scan_.skip();
    skip_gap_before_value();
    Argument argument;
    argument.name = found.name;
    argument.offset = start;
    const Offset from = scan_.offset();
    argument.value = value(parse, found);
    if (argument.value->bare && scan_.peek() == '=') fail("syntax error", from);
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

/// `name= word` and `name= "text"` are tolerated where the word cannot be the name of the next argument.
void Parser::skip_gap_before_value() {
  const Offset start = scan_.offset();
  if (!scan_.skip_blanks()) return;
  if (scan_.peek() == '"') return;
  const bool is_word = is_class(scan_.peek(), kNameChar);
  const Offset word = scan_.offset();
  scan_.take(kWordChar);
  const bool names_next = scan_.peek() == '=';
  scan_.seek(is_word && !names_next ? word : start);
}

void Parser::bad_parameter(CommandParse& parse, std::string_view word, Offset start, bool ambiguous) {
  note_unknown(start, static_cast<Offset>(word.size()), parse.dir, parse.found.command.id, ambiguous);
  if (!options_.personality.has(Feature::late_parameters)) fail("expected end of command", start);
  if (parse.bad_parameter.empty()) parse.bad_parameter = located("bad parameter", word, start + static_cast<Offset>(word.size()));
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
  out.block = block(context, "expected closing brace");
  out.op = is_function ? Operator::apply : Operator::join;
  return build_.make(out);
}

const Expr* Parser::value(const CommandParse& parse, const FoundArgument& argument) {
  check_depth();
  const ArgumentShape shape = argument.shape;
  const bool scripting = parse.found.language != nullptr;
  // Arguments of menus, and the text of a log entry, are text: no arrays in braces.
  const bool evaluates = scripting && parse.found.language->builtin != Builtin::log;
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
      if (!evaluates) fail_here("syntax error");
      scan_.skip();
      return array(context_);
    default: {
      const Expr* word = word_value(evaluates, argument.form);
      note_value_place(parse, argument.name, start);
      return word;
    }
  }
}

const Expr* Parser::word_value(bool typed, ValueForm form) {
  const Offset start = scan_.offset();
  const std::string_view word = scan_.take(kWordChar);
  if (word.empty()) {
    const char c = scan_.peek();
    if (!at_statement_end() && !is_class(c, kBlank)) fail_here("syntax error");
    return literal(Value::str(""), word, start, true);
  }
  if (typed) {
    if (auto value = parse_literal(word)) return literal(std::move(*value), word, start, true, form);
    if (auto value = parse_id(word)) return literal(std::move(*value), word, start, true, form);
    if (form == ValueForm::plain && word.find(',') != std::string_view::npos) {
      if (auto list = listed(word)) return literal(std::move(*list), word, start, true, form);
    }
  }
  return literal(Value::str(word), word, start, true, form);
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

/// Behind the name of an argument of an unknown command a string must be one piece: no escapes, nothing joined.
void Parser::check_one_piece(const Expr& string, Offset equals) const {
  if (string.kind == ExprKind::literal) {
    if (scan_.slice(string.offset, scan_.offset()).find('\\') != std::string_view::npos) fail("syntax error", equals);
    return;
  }
  if (string.operands.size() < 2) return;
  const Expr& first = *string.operands[0];
  const bool name_first = first.kind == ExprKind::variable && first.offset == string.offset + 1;
  fail("syntax error", name_first ? first.offset + 1 + static_cast<Offset>(first.text.size()) : equals);
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
      case '"': {
        const Offset equals = scan_.offset() - 1;
        argument.value = string(context);
        if (!blocks_allowed && !argument.name.empty()) check_one_piece(*argument.value, equals);
        break;
      }
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
