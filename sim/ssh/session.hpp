// One SSH connection to a router.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <list>
#include <memory>
#include <optional>
#include <string>

#include "sim/access/accounts.hpp"
#include "sim/access/ports.hpp"
#include "sim/console/login_name.hpp"
#include "sim/ssh/channel.hpp"
#include "sim/ssh/door.hpp"

namespace openstrat::sim {

/// Kept alive by the loop's watch on its socket; ends with the connection, the router's power, or its row in `/user active`.
class SshSession : public std::enable_shared_from_this<SshSession> {
 public:
  static void accept(Router& router, Accepted connection);
  ~SshSession();
  SshSession(const SshSession&) = delete;
  SshSession& operator=(const SshSession&) = delete;

 private:
  static constexpr std::size_t kMostChannels = 10;
  static constexpr int kMostFailures = 6;

  SshSession(Router& router, Accepted connection);
  bool open();
  void turn();
  bool exchange_packets();
  void follow();
  void wake();
  void close();

  bool may_use_password(const std::string& user) const;
  bool has_key(const std::string& user, ssh_key key) const;
  LoginName name_of(const char* user) const;
  int let_in(Result<Login> login, const LoginName& name);
  int refuse();

  static int on_none(ssh_session, const char* user, void* self);
  static int on_password(ssh_session, const char* user, const char* password, void* self);
  static int on_key(ssh_session, const char* user, ssh_key key, char state, void* self);
  static ssh_channel on_channel(ssh_session, void* self);

  Router& router_;
  Accepted connection_;
  int socket_ = -1;               ///< libssh's from open() on
  ssh_session ssh_ = nullptr;
  ssh_event event_ = nullptr;
  ssh_server_callbacks_struct callbacks_{};
  bool keys_exchanged_ = false;
  bool over_ = false;             ///< nothing more is to come; closed in the next turn
  bool awake_ = false;            ///< a turn is to come
  bool closed_ = false;
  std::uint32_t watched_ = 0;
  int failures_ = 0;

  std::optional<Login> login_;
  Screen screen_;
  std::list<SshChannel> channels_;
  Accounts accounts_;
  std::optional<Door::Place> place_;
  std::optional<EventLoop::TimerId> patience_;
  Watch power_;
  Watch active_;
};

}  // namespace openstrat::sim
