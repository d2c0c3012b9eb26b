// One connection to the SFTP server. For src/backups only.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#define WITH_SERVER 1  // shows the server's half of sftp.h
#include <libssh/sftp.h>

#include "backups/sftp_server.hpp"

namespace openstrat::backups {

/// Lives on one thread. Reads block without a limit of their own: the server cuts the socket when a deadline has passed.
class SftpServer::Session {
 public:
  Session(SftpServer& server, ssh_session session, std::uint64_t number) : server_(server), ssh_(session), number_(number) {}
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void run();

 private:
  /// Until the client has asked for the sftp subsystem.
  bool log_in();
  void serve_files();
  void answer(sftp_client_message message);
  void open_file(sftp_client_message message);
  void write_file(sftp_client_message message);
  void close_file(sftp_client_message message);
  void answer_stat(sftp_client_message message);
  bool is_granted(const char* path) const;
  void drop_text();

  static int on_password(ssh_session, const char* user, const char* password, void* self);
  static ssh_channel on_channel(ssh_session session, void* self);
  static int on_subsystem(ssh_session, ssh_channel, const char* name, void* self);

  SftpServer& server_;
  ssh_session ssh_;
  const std::uint64_t number_;
  ssh_channel channel_ = nullptr;
  sftp_session sftp_ = nullptr;
  ssh_server_callbacks_struct server_callbacks_{};
  ssh_channel_callbacks_struct channel_callbacks_{};

  std::optional<Grant> grant_;
  int refused_logins_ = 0;
  bool wants_sftp_ = false;

  std::string text_;
  std::size_t taken_ = 0;     ///< of the server's memory, for text_
  bool is_open_ = false;      ///< a handle is out
  bool is_stored_ = false;
  std::string failure_;       ///< why the open file cannot be stored any more
};

}  // namespace openstrat::backups
