// Expressions: precedence climbing over one table of operators.
#include <optional>

#include "ros_language/parser_impl.hpp"

namespace openstrat::ros {
namespace {

enum class Grouping : std::uint8_t { left, right, flat };

struct OperatorInfo {
  std::string_view text;
  Operator op;
  int level;  ///< 1 binds loosest
  Grouping grouping;
};

// Longer spellings before their prefixes.
constexpr OperatorInfo kOperators[] = {
    {"<%%", Operator::apply, 13, Grouping::right},       {"->", Operator::element, 14, Grouping::left},
    {"<<", Operator::shift_left, 7, Grouping::right},    {">>", Operator::shift_right, 7, Grouping::right},
    {"<=", Operator::less_equal, 5, Grouping::left},     {">=", Operator::greater_equal, 5, Grouping::left},
    {"!=", Operator::not_equal, 5, Grouping::left},      {"&&", Operator::logical_and, 3, Grouping::flat},
    {"||", Operator::logical_or, 2, Grouping::flat},     {"<", Operator::less, 5, Grouping::left},
    {">", Operator::greater, 5, Grouping::left},         {"=", Operator::equal, 5, Grouping::left},
    {"~", Operator::match, 5, Grouping::left},           {",", Operator::join, 1, Grouping::flat},
    {".", Operator::concat, 6, Grouping::flat},          {"|", Operator::bit_or, 8, Grouping::flat},
    {"^", Operator::bit_xor, 9, Grouping::flat},         {"&", Operator::bit_and, 10, Grouping::flat},
    {"+", Operator::add, 11, Grouping::flat},            {"-", Operator::subtract, 11, Grouping::left},
    {"*", Operator::multiply, 12, Grouping::flat},       {"/", Operator::divide, 12, Grouping::left},
    {"%", Operator::modulo, 12, Grouping::left},         {"or", Operator::logical_or, 2, Grouping::flat},
    {"and", Operator::logical_and, 3, Grouping::flat},   {"in", Operator::in, 4, Grouping::left},
};
constexpr int kComparison = 5;

bool closes(char c) { return c == ')' || c == ']' || c == '}'; }

const OperatorInfo* operator_at(const Scanner& scan) {
  const std::string_view rest = scan.rest();
  if (rest.empty()) return nullptr;
  const bool word = is_class(rest[0], kNameChar);
  for (const OperatorInfo& info : kOperators) {
    if (!rest.starts_with(info.text)) continue;
    if (word && rest.size() > info.text.size() && is_class(rest[info.text.size()], kCommandChar | kNameChar)) continue;
    return &info;
  }
  return nullptr;
}

}  // namespace

std::string_view operator_text(Operator op) {
  switch (op) {
    case Operator::logical_not: return "!";
    case Operator::negate: return "-";
    case Operator::bit_not: return "~";
    case Operator::defer: return ">";
    case Operator::any: return "any";
    case Operator::juxtapose: return " ";
    case Operator::logical_or: return "or";
    case Operator::logical_and: return "and";
    default: break;
  }
  for (const OperatorInfo& info : kOperators) {
    if (info.op == op) return info.text;
  }
  return "";
}

const Expr* Parser::operation(Operator op, std::span<const Expr* const> operands, Offset offset) {
  Expr out = node(ExprKind::operation, offset);
  out.op = op;
  out.operands = build_.copy(operands);
  return build_.make(out);
}

void Parser::skip_in_expression() {
  if (multiline_) scan_.skip_space();
  else scan_.skip_blanks();
}

const Expr* Parser::parenthesised(DirId context) {
  const Within<bool> lines(multiline_, true);
  const Within<bool> side(right_side_, false);
  const Within<DirId> here(context_, context);
  const Expr* out = expression_list();
  if (scan_.at_end()) fail_here("expected closing brace");
  if (!scan_.accept(')')) fail_here("syntax error");
  return out;
}

/// One expression, or several side by side.
const Expr* Parser::expression_list() {
  skip_in_expression();
  const Offset start = scan_.offset();
  List<const Expr*> parts(expr_pool_);
  do {
    parts.push(expression(1));
    skip_in_expression();
    if (where_ && is_class(scan_.before(), kBlank)) note_property_place(scan_.offset(), where_dir_);
  } while (starts_term());
  return parts.size() == 1 ? parts.items()[0] : operation(Operator::juxtapose, parts.items(), start);
}

bool Parser::starts_term() const {
  const char c = scan_.peek();
  if (c == '"' || c == '$' || c == '(' || c == '[' || c == '{' || c == '!') return true;
  return is_class(c, kNameChar) || (where_ && is_class(c, kPropertyChar));
}

const Expr* Parser::expression(int level) {
  check_depth();
  const Offset start = scan_.offset();
  return expression_after(prefixed(), level, start);
}

/// Goes on behind the first operand.
const Expr* Parser::expression_after(const Expr* left, int level, Offset start) {
  while (true) {
    skip_in_expression();
    const OperatorInfo* info = operator_at(scan_);
    if (info == nullptr || info->level < level) return left;
    List<const Expr*> operands(expr_pool_);
    operands.push(left);
    const OperatorInfo* next = info;
    do {
      scan_.skip(static_cast<std::uint32_t>(info->text.size()));
      skip_in_expression();
      const bool compares = where_ && info->level == kComparison;
      if (compares && scan_.peek() == '{') fail("expected end of command", start);
      const Within<bool> side(right_side_, right_side_ || compares);
      const Within<std::string_view> field(compared_, compares ? left->text : compared_);
      const Within<ValueForm> form(compared_form_, compares ? left->form : compared_form_);
      operands.push(expression(info->grouping == Grouping::right ? info->level : info->level + 1));
      skip_in_expression();
      next = info->grouping == Grouping::flat ? operator_at(scan_) : nullptr;
    } while (next != nullptr && next->op == info->op && (info = next) != nullptr);
    left = operation(info->op, operands.items(), start);
  }
}

/// `where name=-`: with nothing to subtract the sign is a word.
bool Parser::ends_word_in_where(std::uint32_t ahead) const {
  const char c = scan_.peek(ahead);
  return where_ && right_side_ && (c == '\0' || c == '\n' || c == ';' || closes(c) || is_class(c, kBlank));
}

const Expr* Parser::prefixed() {
  check_depth();
  skip_in_expression();
  const Offset start = scan_.offset();
  std::optional<Operator> op;
  std::uint32_t length = 1;
  switch (scan_.peek()) {
    case '!': op = Operator::logical_not; break;
    case '~': op = Operator::bit_not; break;
    case '>': op = Operator::defer; break;
    case '-':
      if (!(scan_.peek(1) >= '0' && scan_.peek(1) <= '9') && !ends_word_in_where(1)) op = Operator::negate;
      break;
    case 'a':
      if (scan_.rest().starts_with("any") && !is_class(scan_.peek(3), kCommandChar | kNameChar | kPropertyChar)) {
        op = Operator::any;
        length = 3;
      }
      break;
    default: break;
  }
  if (!op) return term();
  scan_.skip(length);
  const Expr* operand = prefixed();
  return operation(*op, {&operand, 1}, start);
}

const Expr* Parser::term() {
  const char c = scan_.peek();
  switch (c) {
    case '"': return string(context_);
    case '$': return variable();
    case '(': scan_.skip(); return parenthesised(context_);
    case '[': scan_.skip(); return bracketed(context_);
    case '{': scan_.skip(); return array(context_);
    default: break;
  }
  if (where_ && is_class(c, kPropertyChar)) return property_word();
  if ((c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':') return number_word();
  if (is_class(c, kNameChar)) return bare_word();
  if (where_) note_property_place(scan_.offset(), where_dir_);
  fail_here(scan_.at_end() ? "expected closing brace" : "syntax error");
}

/// A word that starts like a number: the longest typed literal, else a variable of that name.
const Expr* Parser::number_word() {
  const Offset start = scan_.offset();
  if (scan_.peek() == '-') scan_.skip();
  scan_.take(kNumberChar);
  const Offset plain_end = scan_.offset();
  if (scan_.peek() == '/' && scan_.peek(1) >= '0' && scan_.peek(1) <= '9') {
    scan_.skip();
    scan_.take(kLowerOrDigit);
    const std::string_view word = scan_.slice(start, scan_.offset());
    if (auto value = parse_literal(word)) return literal(std::move(*value), word, start);
    scan_.seek(plain_end);
  }
  const std::string_view word = scan_.slice(start, plain_end);
  if (auto value = parse_literal(word)) return literal(std::move(*value), word, start);
  if (word.size() < 2 && !is_class(word.empty() ? '\0' : word[0], kNameChar)) fail("syntax error", start);
  Expr out = node(ExprKind::variable, start);
  out.text = word;
  return build_.make(out);
}

const Expr* Parser::bare_word() {
  const Offset start = scan_.offset();
  std::string_view word = scan_.take(kNameChar);
  note_variable_place(start, false);
  if (scan_.peek() == ':') {  // `fe80::1`
    const Offset word_end = scan_.offset();
    scan_.take(kNumberChar);
    if (scan_.peek() == '/' && is_class(scan_.peek(1), kNameChar)) {
      scan_.skip();
      scan_.take(kLowerOrDigit);
    }
    const std::string_view address = scan_.slice(start, scan_.offset());
    if (auto value = parse_literal(address)) return literal(std::move(*value), address, start);
    scan_.seek(word_end);
  }
  if (auto value = parse_literal(word)) return literal(std::move(*value), word, start);
  Expr out = node(ExprKind::variable, start);
  out.text = word;
  return build_.make(out);
}

const Expr* Parser::property_word() {
  const Offset start = scan_.offset();
  const std::string_view word = scan_.take(kPropertyChar);
  note_property_place(start, where_dir_);
  if (!right_side_) {
    const ArgumentMatch match =
        menus_.schema() == nullptr ? ArgumentMatch{} : menus_.schema()->property(where_dir_, word);
    if (match.kind != MatchKind::found) {
      if (auto value = parse_literal(word)) return literal(std::move(*value), word, start);
    }
    Expr out = node(ExprKind::property, start);
    out.text = match.kind == MatchKind::found ? match.info.name : word;
    if (match.info.form == ValueForm::host_network) out.form = match.info.form;
    return build_.make(out);
  }
  if (auto value = parse_literal(word)) return literal(std::move(*value), word, start, compared_form_ != ValueForm::plain, compared_form_);
  if (auto value = parse_id(word)) return literal(std::move(*value), word, start);
  return literal(Value::str(word), word, start);
}

const Expr* Parser::where_expression(DirId dir) {
  const Within<bool> where(where_, true);
  const Within<bool> side(right_side_, false);
  const Within<bool> lines(multiline_, false);
  const Within<DirId> menu(where_dir_, dir);
  return expression_list();
}

const Expr* Parser::variable() {
  Expr out = node(ExprKind::variable, scan_.offset());
  scan_.skip();
  switch (scan_.peek()) {
    case '"': {
      const Expr* name = string(context_);
      if (name->kind != ExprKind::literal) fail("syntax error", out.offset);
      out.text = name->text;
      break;
    }
    case '(': scan_.skip(); return parenthesised(context_);
    case '[': scan_.skip(); return bracketed(context_);
    default:
      if (scan_.peek() == '.' && is_class(scan_.peek(1), kNameChar)) scan_.skip();  // `$.id`
      scan_.take(kNameChar);
      out.text = scan_.slice(out.offset + 1, scan_.offset());
      note_variable_place(out.offset + 1, true);
      if (out.text.empty()) fail_here("syntax error");
  }
  if (where_ && menus_.schema() != nullptr) {
    // A name that rows have means the row's field, on either side and with or without `$`.
    const ArgumentMatch match = menus_.schema()->property(where_dir_, out.text);
    if (match.kind == MatchKind::found && match.info.name == out.text) out.kind = ExprKind::property;
  }
  note_variable(out);
  if (!is_declared(out.text)) reads_.push_back(out.text);
  return build_.make(out);
}

const Expr* Parser::bracketed(DirId context) {
  const Within<bool> lines(multiline_, false);
  // Inside `[…]` the row's fields are still visible: `where [:len $comment] > 0`; bare words are ordinary again.
  const Within<bool> side(right_side_, false);
  Expr out = node(ExprKind::command, scan_.offset() - 1);
  out.block = build_.make(statements(']', context));
  return build_.make(out);
}

const Expr* Parser::array(DirId context) {
  const Within<bool> lines(multiline_, true);
  const Within<bool> where(where_, false);
  const Within<DirId> here(context_, context);
  Expr out = node(ExprKind::array, scan_.offset() - 1);
  // `{}` is no argument, but `({})` is an empty array.
  const bool may_be_empty = lines.saved();
  List<ArrayElement> elements(element_pool_);
  while (true) {
    scan_.skip_space();
    if (scan_.at_end()) fail_here("missing closing brace");
    if (scan_.peek() == '}' && (may_be_empty || elements.size() != 0)) break;
    elements.push(element());
    // A newline separates elements as well as `;` does.
    scan_.skip_space();
    if (scan_.at_end()) fail_here("missing closing brace");
    if (!scan_.accept(';') && !scan_.newline_before() && scan_.peek() != '}') fail_here("syntax error");
  }
  scan_.skip();
  out.elements = build_.copy(elements.items());
  return build_.make(out);
}

/// `value` or `key=value`, where the key is a bare word, a string, a number or a variable.
ArrayElement Parser::element() {
  const Offset start = scan_.offset();
  const char c = scan_.peek();
  if (c == '"' || c == '$') {
    // What was read is not read again: nested ones would take time without end.
    const Expr* first = c == '"' ? string(context_) : variable();
    if (scan_.accept('=')) return {first, expression(1)};
    return {nullptr, expression_after(first, 1, start)};
  }
  if (is_class(c, kCommandChar)) {
    const std::string_view word = scan_.take(kCommandChar);
    if (scan_.accept('=')) return {literal(Value::str(word), word, start), expression(1)};
    scan_.seek(start);
  }
  return {nullptr, expression(1)};
}

}  // namespace openstrat::ros
