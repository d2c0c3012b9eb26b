#include "sim/ssh/scp_server.hpp"

#include <charconv>
#include <utility>

#include <fmt/core.h>

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kAccepted("\0", 1);

std::string unquoted(std::string_view word) {
  if (word.size() >= 2 && (word[0] == '\'' || word[0] == '"') && word.back() == word[0]) return std::string(word.substr(1, word.size() - 2));
  return std::string(word);
}

}  // namespace

ScpServer::ScpServer(Router& router, const Login& login, std::string_view command, ProgramLine line) : files_(router, login), line_(std::move(line)) {
  for (std::string_view rest = command.substr(4); !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    if (word.starts_with('-') && word != "--") {
      takes_ = takes_ || word.contains('t');
      rest.remove_prefix(std::min(end + 1, rest.size()));
    } else if (word.empty() || word == "--") {
      rest.remove_prefix(std::min(end + 1, rest.size()));
    } else {
      path_ = unquoted(rest);  // the path is the rest, blanks and all
      rest = {};
    }
  }
}

void ScpServer::start() {
  if (!files_.allowed()) return refuse("permission denied");
  if (takes_) return line_.write(kAccepted);
  if (files_.find(path_) == nullptr) refuse(path_ + ": No such file or directory");
}

/// Who sends files says goodbye by closing; in the middle of one it is a failure.
void ScpServer::input_ended() { end(takes_ && !in_file_ && in_.empty() ? 0 : 1); }

void ScpServer::receive(std::string_view bytes) {
  in_ += bytes;
  if (takes_) {
    while (!ended_ && (in_file_ ? take_contents() : take_line())) {}
    return;
  }
  while (!ended_ && !in_.empty()) {
    const char answer = in_[0];
    in_.erase(0, 1);
    if (answer != '\0') return end(1);
    acknowledged();
  }
}

bool ScpServer::take_line() {
  const auto newline = in_.find('\n');
  if (newline == std::string::npos) {
    if (in_.size() > kLongestLine) refuse("protocol error");
    return false;
  }
  const std::string line = in_.substr(0, newline);
  in_.erase(0, newline + 1);
  control(line);
  return true;
}

void ScpServer::control(std::string_view line) {
  switch (line.empty() ? '\0' : line[0]) {
    case 'C': return begin_file(line);
    case 'T': case 'E': return line_.write(kAccepted);
    case 'D': return refuse("directories cannot be made");
    case '\1': case '\2': return;  // a warning of the other side
    default: return refuse("protocol error");
  }
}

/// `C0644 123 name`
void ScpServer::begin_file(std::string_view line) {
  const auto words = text::split(line, ' ');
  expected_ = 0;
  if (words.size() < 3 || std::from_chars(words[1].data(), words[1].data() + words[1].size(), expected_).ec != std::errc()) return refuse("protocol error");
  name_ = line.substr(words[0].size() + words[1].size() + 2);
  const auto target = files_.about(path_);
  if (target && target->directory) name_ = path_ + "/" + name_.substr(name_.rfind('/') + 1);
  else name_ = path_;
  if (expected_ > files_.room(name_)) return refuse("not enough disk space");
  in_file_ = true;
  line_.write(kAccepted);
}

/// The contents and the byte behind them.
bool ScpServer::take_contents() {
  if (in_.size() <= expected_) return false;
  const auto size = static_cast<std::size_t>(expected_);
  std::string contents = in_.substr(0, size);
  in_.erase(0, size + 1);
  in_file_ = false;
  if (files_.store(name_, std::move(contents)) == TransferFiles::Outcome::done) line_.write(kAccepted);
  else refuse("the file cannot be stored");
  return true;
}

/// The other side is ready, has read the header, has read the contents.
void ScpServer::acknowledged() {
  const StoredFile* file = files_.find(path_);
  if (file == nullptr) return end(1);
  switch (steps_++) {
    case 0: return line_.write(fmt::format("C0644 {} {}\n", file->contents.size(), std::string_view(path_).substr(path_.rfind('/') + 1)));
    case 1:
      line_.write(file->contents);
      return line_.write(kAccepted);
    default: return end(0);
  }
}

void ScpServer::refuse(std::string_view why) {
  line_.write(fmt::format("\x01scp: {}\n", why));
  end(1);
}

void ScpServer::end(int status) {
  if (!std::exchange(ended_, true)) line_.finish(status);
}

}  // namespace openstrat::sim
