// Going on after an error, and what is written down for editors.
#include <algorithm>

#include "ros_language/parser_impl.hpp"

namespace openstrat::ros {
namespace {

/// A hostile text could fill lists without end; nobody reads further than this.
constexpr std::size_t kMostNotes = 500;

bool opens(char c) { return c == '(' || c == '[' || c == '{'; }
bool closes(char c) { return c == ')' || c == ']' || c == '}'; }

}  // namespace

/// False if an error ends the parse. Otherwise it is noted and the scanner stands where statements may go on.
bool Parser::go_on(const ParseFailure& failure, char close, Offset start) {
  if (notes_ == nullptr) return false;
  if (!given_up_) {
    std::string message = failure.message;
    if (!failure.word.empty()) message += " " + failure.word;
    const auto length = static_cast<Offset>(failure.word.empty() ? 1 : failure.word.size());
    notes_->errors.push_back({std::move(message), {failure.offset, length}});
    if (notes_->errors.size() < notes_->most_errors) skip_statement(close, start, failure.offset);
    else given_up_ = true;
    // An error that reaches to the end would only be said again by every block around it.
    if (scan_.at_end()) given_up_ = true;
  }
  if (given_up_) scan_.seek(static_cast<Offset>(script_.source().size()));
  return true;
}

/// From the start of a statement with an error in it to its end; brackets and strings are respected as far as they match.
void Parser::skip_statement(char close, Offset start, Offset failed) {
  scan_.seek(start);
  int depth = 0;
  bool quoted = false;
  bool fresh = false;  // a comment may start here
  for (; !scan_.at_end(); scan_.skip()) {
    const char c = scan_.peek();
    const bool behind = scan_.offset() >= failed;
    if (c == '\\') {
      scan_.skip();
      continue;
    }
    if (quoted || c == '"') {
      quoted = quoted != (c == '"');
      fresh = false;
      continue;
    }
    if (fresh && c == '#') {
      while (!scan_.at_end() && scan_.peek(1) != '\n' && scan_.peek(1) != '\0') scan_.skip();
      continue;
    }
    if (depth == 0 && ((c == close && close != '\0') || (behind && (c == '\n' || c == ';')))) return;
    // A bracket that is never closed would hide the rest: a line that starts with a path or a command is a new statement.
    if (c == '\n' && scan_.offset() + 1 >= failed && close == '\0' && (scan_.peek(1) == '/' || scan_.peek(1) == ':')) return;
    if (opens(c)) ++depth;
    if (closes(c) && depth > 0) --depth;
    if (!is_class(c, kBlank)) fresh = c == '\n' || c == ';' || c == '{';
  }
}

void Parser::note_unknown(Offset offset, Offset length, DirId dir, CommandId command, bool ambiguous) {
  if (notes_ == nullptr || notes_->unknown.size() >= kMostNotes) return;
  notes_->unknown.push_back({{offset, length}, dir, command, ambiguous});
}

void Parser::note_variable(const Expr& variable) {
  if (notes_ == nullptr || notes_->variables.size() >= kMostNotes) return;
  const auto known = sightings_.find(variable.text);
  const bool declared = known != sightings_.end() && known->second.declared > 0;
  const Range range{variable.offset, static_cast<Offset>(variable.text.size()) + 1};
  if (variable.kind == ExprKind::property) {
    if (declared) notes_->variables.push_back({NotedVariable::Doubt::shadowed, range, variable.text});
    return;
  }
  const char first = variable.text.empty() ? '.' : variable.text[0];
  if (std::find(reads_.begin(), reads_.end(), variable.text) != reads_.end()) return;  // once a statement
  if (known != sightings_.end() || foreign_names_ || first == '.' || (first >= '0' && first <= '9')) return;
  notes_->variables.push_back({NotedVariable::Doubt::undeclared, range, variable.text});
}

void Parser::note_stop() {
  if (notes_ != nullptr && !notes_->stopped_at) notes_->stopped_at = scan_.offset();
}

/// Between statements: behind a line end, `;` or the bracket that opens a block, unless in a comment.
void Parser::note_statement_place(Offset after, DirId context) {
  if (!wants_place()) return;
  const std::string_view text = script_.source();
  const auto last = text.find_last_not_of(" \t\r");
  if (last != std::string_view::npos && std::string_view("\n;{[").find(text[last]) == std::string_view::npos) return;
  const auto newline = text.rfind('\n');
  const std::size_t line = newline == std::string_view::npos ? 0 : newline + 1;
  const auto comment = text.find('#', line);
  if (comment != std::string_view::npos && (comment >= after || text.find_first_not_of(" \t\r", line) == comment)) return;
  note_command_place(scan_.offset(), context, false);
}

void Parser::note_command_place(Offset from, DirId dir, bool rooted) {
  if (!wants_place()) return;
  Place place;
  place.kind = Place::Kind::command;
  place.from = from;
  place.dir = dir;
  place.rooted = rooted;
  notes_->places.push_back(std::move(place));
}

void Parser::note_argument_place(const CommandParse& parse, Offset from, std::span<const Argument> given) {
  if (!wants_place()) return;
  Place place;
  place.kind = Place::Kind::argument;
  place.from = from;
  place.dir = parse.dir;
  place.command = parse.found.command.id;
  place.language = parse.found.language;
  for (const Argument& argument : given) place.given.push_back(argument.name);
  notes_->places.push_back(std::move(place));
  if (const FoundArgument unnamed = find_unnamed(parse); unnamed.kind == MatchKind::found) note_value_place(parse, unnamed.name, from);
}

void Parser::note_value_place(const CommandParse& parse, std::string_view argument, Offset from) {
  if (!wants_place() || argument.empty()) return;
  Place place;
  place.kind = Place::Kind::value;
  place.from = from;
  place.dir = parse.dir;
  place.command = parse.found.command.id;
  place.language = parse.found.language;
  place.argument = argument;
  notes_->places.push_back(std::move(place));
}

void Parser::note_property_place(Offset from, DirId dir) {
  if (!wants_place()) return;
  Place place;
  place.kind = right_side_ ? Place::Kind::field_value : Place::Kind::property;
  place.from = from;
  place.dir = dir;
  if (right_side_) place.argument = compared_;
  notes_->places.push_back(std::move(place));
}

void Parser::note_variable_place(Offset from, bool sigil) {
  if (!wants_place()) return;
  Place place;
  place.kind = Place::Kind::variable;
  place.from = from;
  place.sigil = sigil;
  notes_->places.push_back(std::move(place));
  notes_->in_sight.clear();
  for (const Declared& known : declared_) {
    if (known.known == Known::declared) notes_->in_sight.emplace_back(known.name);
  }
}

}  // namespace openstrat::ros
