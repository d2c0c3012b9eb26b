#include "sim/ssh/shell.hpp"

#include <utility>

namespace openstrat::sim {

Shell::Shell(Router& router, const Login& login, const Screen& screen, ProgramLine line)
    : console_(std::make_shared<Console>(router, ConsoleOptions{.user = login.user, .policies = login.policies, .screen = screen},
                                         ConsoleLine{.write = line.write, .backlog = line.backlog, .ended = [finish = line.finish] { finish(0); }})) {}

std::string terminal_lines(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out + "\r\n";
}

/// What a command sees when nobody sits there: nothing to ask, but somebody who reads more or less fast.
class Execution::Screenless final : public Terminal {
 public:
  Screenless(std::size_t width, std::function<std::size_t()> backlog) : width_(width), backlog_(std::move(backlog)) {}
  std::size_t width() const override { return width_; }
  bool is_full() const override { return backlog_ && backlog_() > Program::kFullBacklog; }
  void when_drained(std::function<void()> go_on) override { go_on_ = std::move(go_on); }
  bool ask(std::string_view, std::function<void(std::string)>) override { return false; }

  void drained() {
    if (go_on_ && !is_full()) std::exchange(go_on_, nullptr)();
  }
  void hang_up() {
    backlog_ = nullptr;
    drained();
  }

 private:
  const std::size_t width_;
  std::function<std::size_t()> backlog_;
  std::function<void()> go_on_;
};

Execution::Execution(Router& router, const Login& login, std::string command, std::size_t width, ProgramLine line)
    : router_(router), login_(login), command_(std::move(command)), line_(std::move(line)), terminal_(std::make_shared<Screenless>(width, line_.backlog)) {}

Execution::~Execution() {
  line_ = {};
  if (job_) router_.kill(*job_);
  terminal_->hang_up();
}

void Execution::start() {
  JobRequest request;
  request.source = command_;
  request.type = "login";
  request.user = login_.user;
  request.policies = login_.policies;
  request.terminal = terminal_;
  // The terminal is this program's own: while it is there, so is the program.
  request.output = [this, alive = std::weak_ptr(terminal_)](std::string_view text) {
    if (!alive.expired() && line_.write) line_.write(terminal_lines(text));
  };
  request.done = [this, alive = std::weak_ptr(terminal_)](const JobOutcome& outcome) {
    if (!alive.expired()) finished(outcome);
  };
  job_ = router_.run(std::move(request));
  if (job_) return;
  line_.write("failure: too many scripts are running\r\n");
  line_.finish(1);
}

void Execution::finished(const JobOutcome& outcome) {
  job_.reset();
  if (!line_.write) return;
  if (outcome.error) line_.write(terminal_lines(outcome.words.value_or(*outcome.error)));
  line_.finish(outcome.error ? 1 : 0);
}

void Execution::receive(std::string_view bytes) {
  if (bytes.find('\x03') != std::string_view::npos && job_) router_.kill(*job_);
}

void Execution::drained() { terminal_->drained(); }

}  // namespace openstrat::sim
