#include "sim/ssh/channel.hpp"

#include <libssh/server.h>

#include <algorithm>
#include <utility>

#include "sim/ssh/scp_server.hpp"
#include "sim/ssh/sftp_server.hpp"
#include "sim/ssh/shell.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kMostAtOnce = 32 << 10;
constexpr std::size_t kResumeBacklog = 64 << 10;
constexpr int kReadsPerTurn = 16;
constexpr int kWidest = 1000;

SshChannel& of(void* self) { return *static_cast<SshChannel*>(self); }

std::size_t sane(int size) { return static_cast<std::size_t>(std::clamp(size, 0, kWidest)); }

}  // namespace

SshChannel::SshChannel(Router& router, const Login& login, const Screen& screen, ssh_channel channel, std::function<void()> wake)
    : router_(router), login_(login), screen_(screen), wished_width_(screen.width), channel_(channel), wake_(std::move(wake)) {
  callbacks_.userdata = this;
  callbacks_.channel_pty_request_function = on_pty;
  callbacks_.channel_pty_window_change_function = on_resize;
  callbacks_.channel_shell_request_function = on_shell;
  callbacks_.channel_exec_request_function = on_command;
  callbacks_.channel_subsystem_request_function = on_subsystem;
  ssh_callbacks_init(&callbacks_);
  ssh_set_channel_callbacks(channel_, &callbacks_);
}

SshChannel::~SshChannel() {
  wake_ = nullptr;
  program_.reset();
  ssh_remove_channel_callbacks(channel_, &callbacks_);
  ssh_channel_free(channel_);
}

bool SshChannel::wish(Wish wish) {
  if (wish_ != Wish::none) return false;
  wish_ = wish;
  return true;
}

int SshChannel::on_pty(ssh_session, ssh_channel, const char* terminal, int width, int height, int, int, void* self) {
  SshChannel& channel = of(self);
  const std::string_view kind = terminal == nullptr ? std::string_view() : terminal;
  channel.has_terminal_ = true;
  if (kind.empty() || kind == "dumb") channel.screen_.dumb = true;
  channel.screen_.colours = channel.screen_.colours && !channel.screen_.dumb;
  return on_resize(nullptr, nullptr, width, height, 0, 0, self);
}

int SshChannel::on_resize(ssh_session, ssh_channel, int width, int height, int, int, void* self) {
  SshChannel& channel = of(self);
  if (channel.wished_width_ == 0 && width > 0) channel.screen_.width = sane(width);
  if (height > 0) channel.screen_.height = sane(height);
  channel.resized_ = true;
  return 0;
}

int SshChannel::on_shell(ssh_session, ssh_channel, void* self) { return of(self).wish(Wish::shell) ? 0 : 1; }

int SshChannel::on_command(ssh_session, ssh_channel, const char* command, void* self) {
  if (!of(self).wish(Wish::command)) return 1;
  of(self).command_ = command == nullptr ? "" : command;
  return 0;
}

int SshChannel::on_subsystem(ssh_session, ssh_channel, const char* name, void* self) {
  if (name == nullptr || std::string_view(name) != "sftp") return 1;
  return of(self).wish(Wish::files) ? 0 : 1;
}

void SshChannel::begin() {
  ProgramLine line{
      .write = [this](std::string_view bytes) {
        out_.append(bytes);
        if (wake_) wake_();
      },
      .backlog = [this] { return out_.size() - sent_; },
      .finish = [this](int status) {
        status_ = status;
        if (wake_) wake_();
      }};
  if (wish_ == Wish::files) {
    program_ = std::make_unique<SftpServer>(router_, login_, std::move(line));
  } else if (wish_ == Wish::command && ScpServer::is_scp(command_)) {
    program_ = std::make_unique<ScpServer>(router_, login_, command_, std::move(line));
  } else if (wish_ == Wish::command) {
    program_ = std::make_unique<Execution>(router_, login_, command_, has_terminal_ ? screen_.width : wished_width_, std::move(line));
  } else {
    if (screen_.width == 0) screen_.width = 80;
    screen_.dumb = screen_.dumb || !has_terminal_;
    program_ = std::make_unique<Shell>(router_, login_, screen_, std::move(line));
  }
  resized_ = false;
  program_->start();
}

void SshChannel::read() {
  char buffer[16 << 10];
  for (int i = 0; i < kReadsPerTurn && !status_ && program_->takes_input(); ++i) {
    const int size = ssh_channel_read_nonblocking(channel_, buffer, sizeof buffer, 0);
    if (size > 0) {
      program_->receive({buffer, static_cast<std::size_t>(size)});
      continue;
    }
    const bool over = size == SSH_EOF || size == SSH_ERROR || ssh_channel_is_eof(channel_) != 0;
    if (over && !std::exchange(input_over_, true)) program_->input_ended();
    return;
  }
  if (!status_ && program_->takes_input()) wake_();  // there may be more; others have their turn first
}

void SshChannel::write(ssh_session session) {
  while (sent_ < out_.size() && (ssh_get_poll_flags(session) & SSH_WRITE_PENDING) == 0) {
    const std::size_t room = std::min<std::size_t>(ssh_channel_window_size(channel_), kMostAtOnce);
    const std::size_t size = std::min(room, out_.size() - sent_);
    if (size == 0) break;
    const int written = ssh_channel_write(channel_, out_.data() + sent_, static_cast<std::uint32_t>(size));
    if (written <= 0) break;
    sent_ += static_cast<std::size_t>(written);
  }
  if (sent_ == out_.size() || sent_ > kMostAtOnce * 8) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
}

bool SshChannel::turn(ssh_session session) {
  if (ssh_channel_is_closed(channel_) != 0) return false;
  if (wish_ != Wish::none && program_ == nullptr && !status_) begin();
  if (program_ == nullptr) return true;
  if (std::exchange(resized_, false)) program_->resize(screen_.width, screen_.height);
  if (!input_over_) read();
  write(session);
  const std::size_t backlog = out_.size() - sent_;
  choked_ = choked_ || backlog > kResumeBacklog;
  if (choked_ && backlog <= kResumeBacklog) {
    choked_ = false;
    program_->drained();
    write(session);
  }
  if (!status_ || sent_ < out_.size()) return true;
  ssh_channel_request_send_exit_status(channel_, *status_);
  ssh_channel_send_eof(channel_);
  ssh_channel_close(channel_);
  return false;
}

}  // namespace openstrat::sim
