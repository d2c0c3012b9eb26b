// The recursive-descent parser. Its parts: parser.cpp (statements, paths), parser_args.cpp (arguments and values),
// parser_expr.cpp (operators and terms), parser_text.cpp (strings and raw blocks). Not for users of the language.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "ros_language/ast.hpp"
#include "ros_language/language.hpp"
#include "ros_language/notes.hpp"
#include "ros_language/parser.hpp"
#include "ros_language/scanner.hpp"

namespace openstrat::ros {

/// Thrown inside the parser only.
struct ParseFailure {
  const char* message;
  Offset offset;
  std::string word = {};  ///< appended to the message
};

/// Puts nodes into the arena of a Script.
class ScriptBuilder {
 public:
  explicit ScriptBuilder(Script& script) : script_(script) {}
  template <class T>
  T* make(T node) {
    script_.used_ += sizeof(T);
    return new (script_.arena_.allocate(sizeof(T), alignof(T))) T(std::move(node));
  }
  template <class T>
  std::span<const T> copy(std::span<const T> items) {
    if (items.empty()) return {};
    script_.used_ += items.size_bytes();
    T* out = static_cast<T*>(script_.arena_.allocate(items.size_bytes(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), out);
    return {out, items.size()};
  }
  std::string_view text(std::string_view s);
  const Value* constant(Value value) {
    script_.used_ += sizeof(Value) + value.weight();
    return &script_.constants_.emplace_back(std::move(value));
  }
  void set_body(Block body) { script_.body_ = body; }

 private:
  Script& script_;
};

/// How the parser reads one argument, whoever owns the command.
enum class ArgumentShape : std::uint8_t { value, code, raw_text, flag, where, variable, target };

class Parser {
 public:
  /// With `notes` it goes on after errors, up to notes->most_errors of them, and writes down what it notices.
  Parser(Script& script, const ParseOptions& options, ParseNotes* notes = nullptr);
  void run();  ///< throws ParseFailure, unless it takes notes

 private:
  /// Growing lists share one vector each, used as a stack; a List is the part above a mark.
  template <class T>
  class List {
   public:
    explicit List(std::vector<T>& pool) : pool_(pool), mark_(pool.size()) {}
    ~List() { pool_.resize(mark_); }
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    void push(const T& item) { pool_.push_back(item); }
    std::size_t size() const { return pool_.size() - mark_; }
    std::span<const T> items() const { return {pool_.data() + mark_, size()}; }

   private:
    std::vector<T>& pool_;
    std::size_t mark_;
  };

  struct FoundArgument {
    MatchKind kind = MatchKind::none;
    std::string_view name;
    ArgumentShape shape = ArgumentShape::value;
    ValueForm form = ValueForm::plain;
  };
  struct CommandParse {
    CommandParse(const LanguageMenus::Found& f, DirId d) : found(f), dir(d) {}
    const LanguageMenus::Found& found;
    DirId dir;
    std::span<const Argument> given = {};  ///< so far
    const Expr* where = nullptr;
    std::string bad_parameter;  ///< first unknown parameter, as a message with position
    bool is_declaration = false;
    bool is_function = false;   ///< `do=` is a function body
  };

  [[noreturn]] void fail(const char* message, Offset offset) const;
  [[noreturn]] void fail_here(const char* message) const { fail(message, scan_.offset()); }
  void check_depth() const;
  std::string located(const char* message, std::string_view word, Offset offset);

  // parser.cpp
  Block statements(char close, DirId context, const char* unclosed = "expected closing brace");
  void next_statement(char close, DirId& context, List<Statement>& list);
  Statement whole_statement(char close, DirId& context);
  Statement statement(DirId& context);
  Statement command_statement(DirId& context);
  Statement empty_statement(DirId context) const;
  Statement menu_statement(Offset start, DirId dir, DirId& context);
  Statement unknown_command(std::string_view word, Offset start, DirId context);
  Statement command(const LanguageMenus::Found& found, DirId dir, Offset start);
  Statement call(const Expr* callee, Offset start, DirId context);
  const Block* block(DirId context, const char* unclosed);  ///< after `{`; the error if its end is missing
  bool at_statement_end() const;
  /// How a variable came to be known: `:set` takes both.
  enum class Known : std::uint8_t { declared, read };
  void declare(std::string_view name, Known known = Known::declared);
  void forget_declared(std::size_t visible);  ///< at the end of a scope
  bool is_declared(std::string_view name) const { return sightings_.contains(name); }
  void declare_reads(std::size_t mark);       ///< at the end of a statement

  // parser_args.cpp
  void command_arguments(CommandParse& parse, List<Argument>& out);
  std::string_view grouped(std::string_view word, List<Argument>& out);
  bool word_argument(CommandParse& parse, List<Argument>& out);
  void take_rest_of_name(const CommandParse& parse, Offset start, std::string_view& word, FoundArgument& found);
  void unset_argument(CommandParse& parse, List<Argument>& out);
  bool unnamed_argument(CommandParse& parse, List<Argument>& out);
  void bad_parameter(CommandParse& parse, std::string_view word, Offset start, bool ambiguous);
  void where_argument(CommandParse& parse);
  FoundArgument find_argument(const CommandParse& parse, std::string_view word) const;
  FoundArgument find_unnamed(const CommandParse& parse) const;
  FoundArgument unnamed_at(const CommandParse& parse, std::size_t index) const;
  const Expr* value(const CommandParse& parse, const FoundArgument& argument);
  const Expr* word_value(bool typed, ValueForm form = ValueForm::plain);
  void skip_gap_before_value();
  const Expr* variable_name(bool must_exist);
  const Expr* code_block(DirId context, bool is_function, bool foreign_names);
  void check_one_piece(const Expr& string, Offset equals) const;
  void call_arguments(DirId context, bool blocks_allowed, List<Argument>& out);

  // parser_expr.cpp
  const Expr* parenthesised(DirId context);  ///< after `(`
  const Expr* bracketed(DirId context);      ///< after `[`
  const Expr* array(DirId context);          ///< after `{`
  ArrayElement element();
  const Expr* expression_list();
  const Expr* expression(int level);
  const Expr* expression_after(const Expr* left, int level, Offset start);
  const Expr* prefixed();
  const Expr* term();
  const Expr* bare_word();
  const Expr* number_word();
  const Expr* property_word();
  const Expr* variable();                    ///< at `$`
  bool starts_term() const;
  bool ends_word_in_where(std::uint32_t ahead) const;
  void skip_in_expression();
  const Expr* where_expression(DirId dir);

  // parser_text.cpp
  const Expr* string(DirId context);         ///< at `"`
  bool escape(std::string& out);
  const Expr* interpolation();               ///< after `$` inside a string
  std::string_view raw_block();              ///< at `{`; the text between the braces
  const Expr* literal(Value value, std::string_view text, Offset offset, bool bare = false, ValueForm form = ValueForm::plain);

  // parser_notes.cpp
  bool go_on(const ParseFailure& failure, char close, Offset start);
  void skip_statement(char close, Offset start, Offset failed);
  void note_unknown(Offset offset, Offset length, DirId dir, CommandId command, bool ambiguous);
  void note_variable(const Expr& variable);
  void note_stop();
  bool wants_place() const { return notes_ != nullptr && notes_->wants_places && scan_.at_end(); }
  void note_statement_place(Offset after, DirId context);
  void note_command_place(Offset from, DirId dir, bool rooted);
  void note_argument_place(const CommandParse& parse, Offset from, std::span<const Argument> given);
  void note_value_place(const CommandParse& parse, std::string_view argument, Offset from);
  void note_property_place(Offset from, DirId dir);
  void note_variable_place(Offset from, bool sigil);

  Expr node(ExprKind kind, Offset offset) const {
    Expr expr;
    expr.kind = kind;
    expr.offset = offset;
    return expr;
  }
  const Expr* operation(Operator op, std::span<const Expr* const> operands, Offset offset);

  Script& script_;
  ScriptBuilder build_;
  Scanner scan_;
  LanguageMenus menus_;
  const ParseOptions& options_;
  ParseNotes* const notes_;
  const char* stack_base_;
  LineIndex lines_;

  std::vector<Statement> statement_pool_;
  std::vector<Argument> argument_pool_;
  std::vector<const Expr*> expr_pool_;
  std::vector<ArrayElement> element_pool_;
  struct Declared { std::string_view name; Known known; };
  struct Sighting { int times = 0; int declared = 0; };
  std::vector<std::string_view> reads_;  ///< of the statements that are being read; known once theirs has ended
  std::vector<Declared> declared_;  ///< names in sight, in order of declaration
  std::unordered_map<std::string_view, Sighting> sightings_;

  // Where an expression stands.
  DirId context_ = DirId::root;      ///< menu for `[…]` inside it
  bool multiline_ = false;           ///< inside brackets, where newlines are blanks
  bool where_ = false;               ///< bare words are fields of rows
  DirId where_dir_ = DirId::root;
  bool right_side_ = false;          ///< in `where`: behind a comparison, where bare words are text
  std::string_view compared_;        ///< in `where`: the field left of that comparison
  ValueForm compared_form_ = ValueForm::plain;

  // For notes only.
  bool given_up_ = false;            ///< too many errors, or one that reaches to the end
  bool foreign_names_ = false;       ///< in the body of a function or a block that a menu command runs: its caller brings variables
};

/// Sets a variable for the time of a scope.
template <class T>
class Within {
 public:
  Within(T& place, T value) : place_(place), saved_(place) { place = value; }
  ~Within() { place_ = saved_; }
  T saved() const { return saved_; }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

 private:
  T& place_;
  T saved_;
};

}  // namespace openstrat::ros
