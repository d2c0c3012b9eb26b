// One session at a router's prompt: bytes that somebody types go in, bytes for the screen come out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/config/commands.hpp"
#include "sim/console/keys.hpp"
#include "sim/console/line_editor.hpp"
#include "sim/console/pager.hpp"
#include "sim/console/screen.hpp"
#include "sim/device/router.hpp"
#include "sim/device/terminal.hpp"

namespace openstrat::sim {

struct ConsoleOptions {
  std::string user = "admin";
  Policies policies = Policies::all();
  Screen screen;
  std::string type = "login";  ///< of its jobs
  bool silent = false;          ///< nothing but what commands print: no greeting, prompt, echo, or pages
};

/// What carries the bytes.
struct ConsoleLine {
  std::function<void(std::string_view bytes)> write;
  std::function<std::size_t()> backlog;  ///< bytes that were written and not sent; none: never any
  std::function<void()> ended;           ///< `/quit`, ctrl-D, or the router goes down; called once, from the loop
};

/// Everything happens on the loop's thread. Made by make_shared, for the jobs it starts look at it weakly.
class Console final : public Terminal, public std::enable_shared_from_this<Console> {
 public:
  static constexpr std::size_t kMaxTypedAhead = 256 << 10;

  Console(Router& router, ConsoleOptions options, ConsoleLine line);
  ~Console() override;
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void start();  ///< greets and prompts
  void receive(std::string_view bytes);
  /// False: more is not taken until the command that runs has ended (see `caught_up`).
  bool takes_input() const { return keys_.pending() < kMaxTypedAhead; }
  void resize(std::size_t width, std::size_t height);
  void drained();  ///< the backlog has become small
  /// The session is gone: what runs is ended, what safe mode guards is taken back.
  void hang_up();
  bool has_ended() const { return state_ == State::ended; }
  bool is_idle() const { return state_ == State::typing && keys_.pending() == 0; }

  // Terminal
  std::size_t width() const override { return options_.screen.width; }
  bool is_full() const override;
  void when_drained(std::function<void()> go_on) override { waits_for_room_ = std::move(go_on); }
  bool ask(std::string_view question, std::function<void(std::string)> answered) override;
  void leave() override;

 private:
  enum class State { typing, running, asking, paging, ended };

  void handle_keys();
  void typing_key(const Key& key);
  void asking_key(const Key& key);
  void paging_key(const Key& key);
  bool shortcut(const Key& key);
  void interrupt();

  void enter();
  void run(std::string text);
  void finished(const JobOutcome& outcome);
  void follow_menus(const Script& script);
  void tab();
  void help();
  void draw(std::size_t cursor);
  bool has_safe_mode() const;
  void toggle_safe_mode();
  void hijack_safe_mode(const std::string& answer);
  void show_prompt();
  void clear_typed();
  void end();

  void show(std::string_view bytes);  ///< what a silent console keeps to itself
  void write(std::string_view bytes);
  void write_lines(std::string_view text);
  DirId context() const;

  Router& router_;
  ConsoleOptions options_;
  ConsoleLine line_;
  State state_ = State::running;
  KeyReader keys_;
  History history_;
  LineEditor editor_{&history_};
  InputLine input_;
  Pager pager_;
  std::string unfinished_;           ///< lines of a command that goes on
  std::string menu_ = "/";           ///< where the session is; a path, since an upgrade renumbers menus
  std::string pending_menu_ = "/";   ///< where it will be when the command has ended
  bool tabbed_ = false;              ///< the last key was a Tab that could not decide
  bool pages_ = false;               ///< the command that runs prints pages
  std::optional<std::uint64_t> job_;
  bool interrupted_ = false;
  std::function<void(std::string)> answered_;
  std::function<void()> waits_for_room_;
  std::shared_ptr<PrintedRows> printed_ = std::make_shared<PrintedRows>();
};

}  // namespace openstrat::sim
