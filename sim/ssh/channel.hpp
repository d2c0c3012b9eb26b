// One channel of an SSH connection and the program behind it.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "sim/access/accounts.hpp"
#include "sim/console/screen.hpp"
#include "sim/ssh/program.hpp"

namespace openstrat::sim {

/// Callbacks of libssh only note what is asked for; turn() does it.
class SshChannel {
 public:
  /// `wake`: the session should take a turn soon.
  SshChannel(Router& router, const Login& login, const Screen& screen, ssh_channel channel, std::function<void()> wake);
  ~SshChannel();
  SshChannel(const SshChannel&) = delete;
  SshChannel& operator=(const SshChannel&) = delete;

  /// Moves bytes in both directions. False: the channel is over.
  bool turn(ssh_session session);

 private:
  enum class Wish { none, shell, command, files };

  void begin();
  void read();
  void write(ssh_session session);
  void tell_size();
  bool wish(Wish wish);

  static int on_pty(ssh_session, ssh_channel, const char* terminal, int width, int height, int, int, void* self);
  static int on_resize(ssh_session, ssh_channel, int width, int height, int, int, void* self);
  static int on_shell(ssh_session, ssh_channel, void* self);
  static int on_command(ssh_session, ssh_channel, const char* command, void* self);
  static int on_subsystem(ssh_session, ssh_channel, const char* name, void* self);

  Router& router_;
  const Login& login_;
  Screen screen_;
  const std::size_t wished_width_;   ///< by the login name; 0: that of the terminal
  ssh_channel channel_;
  std::function<void()> wake_;
  ssh_channel_callbacks_struct callbacks_{};

  Wish wish_ = Wish::none;
  std::string command_;
  bool resized_ = false;
  bool has_terminal_ = false;
  bool input_over_ = false;
  std::string out_;
  std::size_t sent_ = 0;
  bool choked_ = false;              ///< the backlog was long; the program is told when it no longer is
  std::optional<int> status_;        ///< the program has finished
  std::unique_ptr<Program> program_; ///< goes first: it may still write
};

}  // namespace openstrat::sim
