// The prompt, and a single command, as programs of a channel.
#pragma once

#include <memory>
#include <string>

#include "sim/access/accounts.hpp"
#include "sim/console/console.hpp"
#include "sim/ssh/program.hpp"

namespace openstrat::sim {

class Shell final : public Program {
 public:
  Shell(Router& router, const Login& login, const Screen& screen, ProgramLine line);
  ~Shell() override { console_->hang_up(); }
  void start() override { console_->start(); }
  void receive(std::string_view bytes) override { console_->receive(bytes); }
  bool takes_input() const override { return console_->takes_input(); }
  void input_ended() override { console_->receive("\r\x04"); }  ///< what was typed still runs
  void drained() override { console_->drained(); }
  void resize(std::size_t width, std::size_t height) override { console_->resize(width, height); }

 private:
  std::shared_ptr<Console> console_;
};

/// `ssh admin@router '/export'`: output with CR LF, errors in the router's words, exit status 1 when it fails.
class Execution final : public Program {
 public:
  Execution(Router& router, const Login& login, std::string command, std::size_t width, ProgramLine line);
  ~Execution() override;
  void start() override;
  void receive(std::string_view bytes) override;
  void drained() override;

 private:
  class Screenless;
  void finished(const JobOutcome& outcome);

  Router& router_;
  const Login login_;
  const std::string command_;
  ProgramLine line_;
  std::shared_ptr<Screenless> terminal_;
  std::optional<std::uint64_t> job_;
};

/// A line end behind it, and a carriage return before each line end inside.
std::string terminal_lines(std::string_view text);

}  // namespace openstrat::sim
