#include "sim/console/console.hpp"

#include <algorithm>
#include <utility>

#include "ros_language/language.hpp"
#include "ros_language/parser.hpp"
#include "sim/console/assistant.hpp"
#include "sim/console/greeting.hpp"
#include "sim/console/highlight.hpp"
#include "sim/console/open_text.hpp"
#include "sim/device/safe_mode.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kFullBacklog = 256 << 10;
constexpr std::size_t kMaxUnfinished = 128 << 10;
constexpr Version kNoQuestionMark{7, 1, 0};  ///< from here on `?` is a letter as any other

/// A lone `print` shows pages; where more is to come, waiting for a key would hold that up.
bool prints_pages(const Script& script) {
  const Command* only = nullptr;
  for (const Statement& statement : script.body().statements) {
    if (statement.kind == StatementKind::menu) continue;
    if (only != nullptr || statement.kind != StatementKind::command) return false;
    only = statement.command;
  }
  if (only == nullptr || only->name != "print") return false;
  constexpr std::string_view kNoPages[] = {"without-paging", "file", "interval", "follow", "follow-only"};
  return std::ranges::none_of(only->arguments, [&](const Argument& argument) { return std::ranges::find(kNoPages, argument.name) != std::end(kNoPages); });
}

}  // namespace

Console::Console(Router& router, ConsoleOptions options, ConsoleLine line)
    : router_(router), options_(std::move(options)), line_(std::move(line)), input_(options_.screen), pager_(options_.screen) {}

Console::~Console() { hang_up(); }

void Console::start() {
  show(greeting(router_, options_.screen));
  show_prompt();
  handle_keys();
}

void Console::receive(std::string_view bytes) {
  if (state_ == State::ended) return;
  keys_.add(bytes);
  handle_keys();
}

/// What is typed while a command runs waits for its end.
void Console::handle_keys() {
  const auto self = shared_from_this();  // a key may end the session
  Key key;
  while (state_ != State::running && state_ != State::ended && keys_.next(key)) {
    switch (state_) {
      case State::typing: typing_key(key); break;
      case State::asking: asking_key(key); break;
      case State::paging: paging_key(key); break;
      case State::running: case State::ended: break;
    }
  }
  if (state_ == State::running && keys_.drop_to_interrupt()) interrupt();
  if (state_ == State::typing) draw(editor_.cursor());
}

void Console::typing_key(const Key& key) {
  const bool was_tabbed = std::exchange(tabbed_, false);
  if (key.kind == Key::Kind::enter) return enter();
  if (key.kind == Key::Kind::tab && options_.silent) return editor_.insert("\t");
  if (key.kind == Key::Kind::tab) {
    tabbed_ = was_tabbed;
    return tab();
  }
  const bool question = key.kind == Key::Kind::text && key.text == "?" && !options_.silent && router_.version() < kNoQuestionMark && !editor_.before().ends_with('\\');
  if (key.kind == Key::Kind::help || question) return help();
  if (shortcut(key)) return;
  editor_.apply(key);
}

void Console::draw(std::size_t cursor) {
  std::vector<Tint> colours;
  if (options_.screen.colours && !options_.silent) {
    colours = tints(unfinished_ + editor_.text(), router_.session().personality, router_.lookup(), context());
    std::erase_if(colours, [&](const Tint& tint) { return tint.from < unfinished_.size(); });
    for (Tint& tint : colours) {
      tint.from -= unfinished_.size();
      tint.to -= unfinished_.size();
    }
  }
  show(input_.update(editor_.text(), cursor, std::move(colours)));
}

/// Keys that are for the session, not for the line.
bool Console::shortcut(const Key& key) {
  if (key.is('C')) {
    draw(editor_.text().size());
    show("\r\n");
    clear_typed();
    show_prompt();
    return true;
  }
  if (key.is('X') || key.kind == Key::Kind::safe_mode) {
    toggle_safe_mode();
    return true;
  }
  if (key.is('D') && editor_.text().empty() && unfinished_.empty()) {
    show("\r\n");
    end();
    return true;
  }
  if (key.is('L')) {
    show(options_.screen.dumb ? "\r\n" : "\x1b[H\x1b[2J");
    show_prompt();
    return true;
  }
  return false;
}

void Console::clear_typed() {
  editor_.clear();
  unfinished_.clear();
}

void Console::show_prompt() {
  state_ = State::typing;
  const char open = unfinished_.empty() ? '\0' : open_at_end(std::string_view(unfinished_).substr(0, unfinished_.size() - 1));
  const std::string text = open == '\0' ? prompt(router_, options_.user, menu_, has_safe_mode()) : std::string(1, open) + "... ";
  show(input_.begin(text, editor_.text(), editor_.cursor()));
}

void Console::enter() {
  draw(editor_.text().size());
  show("\r\n");
  const std::string typed = editor_.text();
  history_.add(typed);
  std::string text = std::exchange(unfinished_, {}) + typed;
  editor_.clear();
  if (open_at_end(text) != '\0' && text.size() < kMaxUnfinished) {
    unfinished_ = std::move(text) + "\n";
    return show_prompt();
  }
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return show_prompt();
  run(std::move(text));
}

DirId Console::context() const {
  const LanguageMenus menus(&router_.lookup(), router_.version());
  DirId dir = DirId::root;
  std::string_view rest = menu_;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (word.empty()) continue;
    const auto found = menus.child(dir, word);
    if (!found.is_dir) return DirId::root;
    dir = found.dir;
  }
  return dir;
}

/// A statement that only names a menu is where the session goes.
void Console::follow_menus(const Script& script) {
  pending_menu_ = menu_;
  for (const Statement& statement : script.body().statements) {
    if (statement.kind == StatementKind::menu && !statement.message.empty()) pending_menu_ = statement.message;
  }
}

void Console::run(std::string text) {
  ParseOptions parsing{.personality = router_.session().personality, .menus = &router_.lookup(), .context = context()};
  const auto script = parse(text, parsing);
  if (!script) {
    write_lines(script.error().to_string());
    return show_prompt();
  }
  follow_menus(**script);
  pages_ = options_.screen.height > 0 && !options_.silent && prints_pages(**script);
  JobRequest request;
  request.source = std::move(text);
  request.type = options_.type;
  request.user = options_.user;
  request.policies = options_.policies;
  request.context = parsing.context;
  request.printed = printed_;
  request.terminal = weak_from_this();
  request.output = [self = weak_from_this()](std::string_view line) {
    const auto console = self.lock();
    if (console == nullptr || console->state_ == State::ended) return;
    if (console->pages_) console->pager_.add(line);
    else console->write_lines(line);
  };
  request.done = [self = weak_from_this()](const JobOutcome& outcome) {
    if (const auto console = self.lock()) console->finished(outcome);
  };
  interrupted_ = false;
  state_ = State::running;
  job_ = router_.run(std::move(request));
  if (job_) return;
  write_lines("failure: too many scripts are running");
  show_prompt();
}

void Console::interrupt() {
  interrupted_ = true;
  if (job_) router_.kill(*job_);
  if (waits_for_room_) std::exchange(waits_for_room_, nullptr)();
}

void Console::finished(const JobOutcome& outcome) {
  job_.reset();
  answered_ = nullptr;
  if (state_ == State::ended) return;
  if (state_ == State::asking) show("\r\n");
  if (outcome.killed && !interrupted_) return end();
  if (pages_) write(pager_.show());
  if (outcome.killed) write_lines("interrupted");
  else if (outcome.error) write_lines(outcome.words.value_or(*outcome.error));
  menu_ = pending_menu_;
  if (pager_.has_more()) state_ = State::paging;
  else show_prompt();
  handle_keys();
}

void Console::paging_key(const Key& key) {
  write(pager_.key(key));
  if (!pager_.has_more()) show_prompt();
}

bool Console::ask(std::string_view question, std::function<void(std::string)> answered) {
  if (state_ == State::ended || options_.silent) return false;
  answered_ = std::move(answered);
  state_ = State::asking;
  show(input_.begin(question, {}, 0));
  router_.services().loop.soon([self = weak_from_this()] {
    if (const auto console = self.lock()) console->handle_keys();
  });
  return true;
}

void Console::leave() {
  if (has_safe_mode()) router_.extension<SafeMode>().release();
}

void Console::asking_key(const Key& key) {
  if (key.is('C')) {
    show("\r\n");
    if (!job_) return show_prompt();  // it was the console that asked
    state_ = State::running;
    return interrupt();
  }
  if (key.kind != Key::Kind::enter && key.kind != Key::Kind::text) return;
  const std::string answer = key.text.substr(0, 1);
  show(answer + "\r\n");
  state_ = State::running;
  std::exchange(answered_, nullptr)(answer);
}

bool Console::has_safe_mode() const { return router_.extension<SafeMode>().is_owner(this); }

/// Before it is given up, what it guards is kept; when the session goes, it is taken back.
void Console::toggle_safe_mode() {
  SafeMode& safe = router_.extension<SafeMode>();
  draw(editor_.text().size());
  show("\r\n");
  if (safe.is_owner(this)) {
    safe.release();
    show("[Safe Mode released]\r\n");
  } else if (safe.is_taken()) {
    ask("Hijacking Safe Mode from someone - unroll/release/don't take it [u/r/d]: ", [this](const std::string& answer) { hijack_safe_mode(answer); });
    return;
  } else {
    safe.take(this);
    show("[Safe Mode taken]\r\n");
  }
  show_prompt();
}

void Console::hijack_safe_mode(const std::string& answer) {
  SafeMode& safe = router_.extension<SafeMode>();
  if (answer == "u") safe.undo();
  if (answer == "u" || answer == "r") {
    safe.take(this);
    show("[Safe Mode taken]\r\n");
  }
  show_prompt();
}

void Console::tab() {
  const std::string before = unfinished_ + std::string(editor_.before());
  const Completed found = Assistant(router_.lookup(), router_.config(), router_.session().personality).complete(before, context());
  if (found.from < unfinished_.size()) return;
  const std::size_t from = found.from - unfinished_.size();
  const bool changes = editor_.before().substr(from) != found.with;
  if (changes) editor_.replace_before(from, found.with);
  if (found.choices.empty()) return;
  if (tabbed_ && !changes) {
    show("\r\n");
    for (const std::string& line : in_columns(found.choices, options_.screen.width == 0 ? 80 : options_.screen.width)) show(line + "\r\n");
    show_prompt();
  }
  tabbed_ = true;
}

void Console::help() {
  show("\r\n");
  const std::string before = unfinished_ + std::string(editor_.before());
  for (const std::string& line : Assistant(router_.lookup(), router_.config(), router_.session().personality).help(before, context())) show(line + "\r\n");
  show("\r\n");
  show_prompt();
}

void Console::resize(std::size_t width, std::size_t height) {
  if (width > 0) options_.screen.width = width;
  if (height > 0) options_.screen.height = height;
}

bool Console::is_full() const { return state_ != State::ended && line_.backlog && line_.backlog() > kFullBacklog; }

void Console::drained() {
  if (waits_for_room_ && !is_full()) std::exchange(waits_for_room_, nullptr)();
}

void Console::end() {
  if (state_ == State::ended) return;
  hang_up();
  if (const auto ended = std::exchange(line_.ended, nullptr)) ended();
}

void Console::hang_up() {
  if (state_ == State::ended) return;
  state_ = State::ended;
  if (job_) router_.kill(*job_);
  job_.reset();
  if (has_safe_mode()) router_.extension<SafeMode>().undo();
  if (waits_for_room_) std::exchange(waits_for_room_, nullptr)();
}

void Console::show(std::string_view bytes) {
  if (!options_.silent) write(bytes);
}

void Console::write(std::string_view bytes) {
  if (!bytes.empty() && state_ != State::ended && line_.write) line_.write(bytes);
}

/// A line end behind it, and a carriage return before each line end inside.
void Console::write_lines(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  write(out + "\r\n");
}

}  // namespace openstrat::sim
