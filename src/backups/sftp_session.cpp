#include "backups/sftp_session.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "backups/settings.hpp"
#include "base/log.hpp"

namespace openstrat::backups {
namespace {

constexpr int kLogins = 3;
constexpr std::size_t kMemoryStep = 256 * 1024;

/// What a client may have written before the name: our only directory.
std::string_view base_name(const char* path) {
  std::string_view name = path != nullptr ? path : "";
  while (name.starts_with("./") || name.starts_with('/')) name.remove_prefix(name.starts_with('/') ? 1 : 2);
  return name;
}

bool is_root(const char* path) {
  const auto name = base_name(path);
  return name.empty() || name == ".";
}

}  // namespace

SftpServer::Session::~Session() {
  drop_text();
  if (sftp_ != nullptr) sftp_server_free(sftp_);
  ssh_disconnect(ssh_);
}

void SftpServer::Session::drop_text() {
  server_.memory_.give_back(taken_);
  taken_ = 0;
  text_ = std::string();
}

int SftpServer::Session::on_password(ssh_session, const char* user, const char* password, void* self) {
  auto& session = *static_cast<Session*>(self);
  if (session.grant_ || session.refused_logins_ >= kLogins) return SSH_AUTH_DENIED;
  const auto granted = session.server_.handler_.login(user, password);
  if (granted && *granted) {
    session.grant_ = **granted;
    return SSH_AUTH_SUCCESS;
  }
  ++session.refused_logins_;
  if (!granted) log::error("an SFTP login could not be checked", {log::of(granted.error())});
  else log::info("an SFTP login was refused", {{"user", std::string_view(user).substr(0, 64)}});
  return SSH_AUTH_DENIED;
}

ssh_channel SftpServer::Session::on_channel(ssh_session session, void* self) {
  auto& own = *static_cast<Session*>(self);
  if (own.channel_ != nullptr || !own.grant_) return nullptr;
  own.channel_ = ssh_channel_new(session);
  if (own.channel_ != nullptr) ssh_set_channel_callbacks(own.channel_, &own.channel_callbacks_);
  return own.channel_;
}

int SftpServer::Session::on_subsystem(ssh_session, ssh_channel, const char* name, void* self) {
  if (std::string_view(name) != "sftp") return SSH_ERROR;
  static_cast<Session*>(self)->wants_sftp_ = true;
  return SSH_OK;
}

bool SftpServer::Session::log_in() {
  server_callbacks_.userdata = this;
  server_callbacks_.auth_password_function = on_password;
  server_callbacks_.channel_open_request_session_function = on_channel;
  ssh_callbacks_init(&server_callbacks_);
  channel_callbacks_.userdata = this;
  channel_callbacks_.channel_subsystem_request_function = on_subsystem;
  ssh_callbacks_init(&channel_callbacks_);
  ssh_set_server_callbacks(ssh_, &server_callbacks_);
  ssh_set_auth_methods(ssh_, SSH_AUTH_METHOD_PASSWORD);
  if (ssh_handle_key_exchange(ssh_) != SSH_OK) return false;

  const ssh_event event = ssh_event_new();
  if (event == nullptr || ssh_event_add_session(event, ssh_) != SSH_OK) return false;
  bool alive = true;
  while (alive && !wants_sftp_ && refused_logins_ < kLogins) alive = ssh_event_dopoll(event, -1) == SSH_OK;
  ssh_event_remove_session(event, ssh_);
  ssh_event_free(event);
  return wants_sftp_;
}

void SftpServer::Session::run() {
  if (!log_in()) return;
  server_.set_deadline(number_, server_.options_.idle_time);
  sftp_ = sftp_server_new(ssh_, channel_);
  if (sftp_ == nullptr || sftp_server_init(sftp_) != 0) return;
  serve_files();
  if (is_open_ && !is_stored_) server_.handler_.failed(*grant_, UploadFailure::transport, "The connection ended before the upload was complete.");
}

void SftpServer::Session::serve_files() {
  while (const sftp_client_message message = sftp_get_client_message(sftp_)) {
    server_.set_deadline(number_, server_.options_.idle_time);
    answer(message);
    sftp_client_message_free(message);
  }
}

bool SftpServer::Session::is_granted(const char* path) const { return base_name(path) == grant_->file.to_string(); }

void SftpServer::Session::answer(sftp_client_message message) {
  const char* path = sftp_client_message_get_filename(message);
  switch (sftp_client_message_get_type(message)) {
    case SSH_FXP_REALPATH: {
      sftp_attributes_struct attributes{};
      const std::string name = is_root(path) ? "/" : "/" + std::string(base_name(path));
      sftp_reply_name(message, name.c_str(), &attributes);
      return;
    }
    case SSH_FXP_STAT:
    case SSH_FXP_LSTAT:
    case SSH_FXP_FSTAT: return answer_stat(message);
    case SSH_FXP_OPEN: return open_file(message);
    case SSH_FXP_WRITE: return write_file(message);
    case SSH_FXP_CLOSE: return close_file(message);
    case SSH_FXP_FSETSTAT:
      sftp_reply_status(message, SSH_FX_OK, nullptr);  // times and modes mean nothing here
      return;
    case SSH_FXP_SETSTAT:
      if (is_granted(path)) sftp_reply_status(message, SSH_FX_OK, nullptr);
      else sftp_reply_status(message, SSH_FX_PERMISSION_DENIED, "Only the granted file may be written.");
      return;
    case SSH_FXP_EXTENDED: sftp_reply_status(message, SSH_FX_OP_UNSUPPORTED, "Not supported."); return;
    default: sftp_reply_status(message, SSH_FX_PERMISSION_DENIED, "This server takes uploads only."); return;
  }
}

void SftpServer::Session::answer_stat(sftp_client_message message) {
  sftp_attributes_struct attributes{};
  attributes.flags = SSH_FILEXFER_ATTR_SIZE | SSH_FILEXFER_ATTR_PERMISSIONS;
  const bool is_handle = sftp_client_message_get_type(message) == SSH_FXP_FSTAT;
  const char* path = sftp_client_message_get_filename(message);
  if (is_handle || (is_granted(path) && (is_open_ || is_stored_))) {
    attributes.permissions = S_IFREG | 0200;
    attributes.size = text_.size();
  } else if (is_root(path)) {
    attributes.permissions = S_IFDIR | 0300;
  } else {
    sftp_reply_status(message, SSH_FX_NO_SUCH_FILE, "No such file.");
    return;
  }
  sftp_reply_attr(message, &attributes);
}

void SftpServer::Session::open_file(sftp_client_message message) {
  const auto flags = sftp_client_message_get_flags(message);
  const bool only_writes = (flags & SSH_FXF_WRITE) != 0 && (flags & SSH_FXF_READ) == 0;
  if (!only_writes || !is_granted(sftp_client_message_get_filename(message)) || is_stored_ || is_open_) {
    sftp_reply_status(message, SSH_FX_PERMISSION_DENIED, "Only the granted file may be written, once.");
    return;
  }
  const ssh_string handle = sftp_handle_alloc(sftp_, this);
  if (handle == nullptr) {
    sftp_reply_status(message, SSH_FX_FAILURE, "No handle.");
    return;
  }
  drop_text();
  failure_.clear();
  is_open_ = true;
  sftp_reply_handle(message, handle);
  ssh_string_free(handle);
}

void SftpServer::Session::write_file(sftp_client_message message) {
  const auto refuse = [&](const char* reason) {
    failure_ = reason;
    drop_text();
    sftp_reply_status(message, SSH_FX_FAILURE, reason);
  };
  if (!is_open_ || sftp_handle(sftp_, message->handle) != this) {
    sftp_reply_status(message, SSH_FX_FAILURE, "No such handle.");
    return;
  }
  if (!failure_.empty()) return refuse(std::string(failure_).c_str());
  const std::size_t length = ssh_string_len(message->data);
  if (message->offset > text_.size()) return refuse("The upload has a gap.");
  if (message->offset + length > kMaxUploadBytes) return refuse("The upload is longer than 20 MiB.");
  const std::size_t end = static_cast<std::size_t>(message->offset) + length;
  while (taken_ < end) {
    if (!server_.memory_.take(kMemoryStep)) return refuse("The server takes no more uploads at the moment.");
    taken_ += kMemoryStep;
  }
  if (end > text_.size()) text_.resize(end);
  text_.replace(static_cast<std::size_t>(message->offset), length, static_cast<const char*>(ssh_string_data(message->data)), length);
  sftp_reply_status(message, SSH_FX_OK, nullptr);
}

void SftpServer::Session::close_file(sftp_client_message message) {
  if (!is_open_ || sftp_handle(sftp_, message->handle) != this) {
    sftp_reply_status(message, SSH_FX_FAILURE, "No such handle.");
    return;
  }
  sftp_handle_remove(sftp_, this);
  is_open_ = false;
  if (!failure_.empty()) {
    server_.handler_.failed(*grant_, UploadFailure::content, failure_);
    sftp_reply_status(message, SSH_FX_FAILURE, failure_.c_str());
    return;
  }
  const auto stored = server_.handler_.store(*grant_, text_);
  drop_text();
  is_stored_ = stored.has_value();
  if (stored) sftp_reply_status(message, SSH_FX_OK, nullptr);
  else sftp_reply_status(message, SSH_FX_FAILURE, stored.error().message().c_str());
}

}  // namespace openstrat::backups
