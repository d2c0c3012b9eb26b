#include "sim/ssh/session.hpp"

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <utility>

#include "sim/ssh/binding.hpp"
#include "sim/ssh/services.hpp"

namespace openstrat::sim {
namespace {

constexpr int kPacketsPerTurn = 64;

SshSession& of(void* self) { return *static_cast<SshSession*>(self); }

bool is_readable(int fd) {
  pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN) != 0;
}

}  // namespace

void register_ssh(ServiceTable& table) { table.register_service("ssh", &SshSession::accept); }

void SshSession::accept(Router& router, Accepted connection) {
  const std::shared_ptr<SshSession> session(new SshSession(router, std::move(connection)));
  if (!session->open()) return session->close();
  session->follow();
  session->turn();
}

SshSession::SshSession(Router& router, Accepted connection) : router_(router), connection_(std::move(connection)), accounts_(router) { screen_.width = 0; }

SshSession::~SshSession() { close(); }

bool SshSession::open() {
  ssh_bind bind = router_.extension<SshBinding>().get();
  ssh_ = ssh_new();
  event_ = ssh_event_new();
  if (bind == nullptr || ssh_ == nullptr || event_ == nullptr) return false;
  const bool process_config = false;
  ssh_options_set(ssh_, SSH_OPTIONS_PROCESS_CONFIG, &process_config);
  if (ssh_bind_accept_fd(bind, ssh_, connection_.fd.get()) != SSH_OK) return false;
  socket_ = connection_.fd.release();
  ssh_set_blocking(ssh_, 0);
  callbacks_.userdata = this;
  callbacks_.auth_none_function = on_none;
  callbacks_.auth_password_function = on_password;
  callbacks_.auth_pubkey_function = on_key;
  callbacks_.channel_open_request_session_function = on_channel;
  ssh_callbacks_init(&callbacks_);
  ssh_set_server_callbacks(ssh_, &callbacks_);
  ssh_set_auth_methods(ssh_, SSH_AUTH_METHOD_PUBLICKEY | SSH_AUTH_METHOD_PASSWORD);
  // Says hello; only then has the session something to poll.
  if (ssh_handle_key_exchange(ssh_) == SSH_ERROR || ssh_event_add_session(event_, ssh_) != SSH_OK) return false;

  const auto go_away = [self = weak_from_this()] {
    if (const auto session = self.lock()) session->close();
  };
  place_ = router_.extension<Door>().enter(go_away);
  EventLoop& loop = router_.services().loop;
  patience_ = loop.after(Duration(static_cast<std::int64_t>(static_cast<double>(Door::kPatience.count()) * loop.speed())), go_away);
  power_ = router_.watch_power([go_away](bool on) {
    if (!on) go_away();
  });
  return true;
}

void SshSession::close() {
  if (std::exchange(closed_, true)) return;
  EventLoop& loop = router_.services().loop;
  if (socket_ >= 0) loop.unwatch(socket_);
  if (patience_) loop.cancel(*patience_);
  if (place_) router_.extension<Door>().leave(*place_);
  power_.reset();
  active_.reset();
  channels_.clear();
  if (login_) accounts_.logout(*std::exchange(login_, std::nullopt));
  if (ssh_ != nullptr) {
    if (event_ != nullptr) ssh_event_remove_session(event_, ssh_);
    ssh_disconnect(ssh_);
    ssh_free(ssh_);
    ssh_ = nullptr;
  }
  if (event_ != nullptr) ssh_event_free(std::exchange(event_, nullptr));
  connection_.session.reset();
}

void SshSession::wake() {
  if (closed_ || std::exchange(awake_, true)) return;
  router_.services().loop.soon([self = weak_from_this()] {
    if (const auto session = self.lock()) session->turn();
  });
}

/// Asks the loop for what is needed now.
void SshSession::follow() {
  const bool pending = (ssh_get_poll_flags(ssh_) & SSH_WRITE_PENDING) != 0;
  const std::uint32_t wanted = EPOLLIN | (pending ? EPOLLOUT : 0U);
  if (wanted == watched_) return;
  watched_ = wanted;
  router_.services().loop.watch(socket_, wanted, [self = shared_from_this()](std::uint32_t) { self->turn(); });
}

/// False: the connection is over.
bool SshSession::exchange_packets() {
  if (!keys_exchanged_) {
    const int result = ssh_handle_key_exchange(ssh_);
    if (result == SSH_ERROR) return false;
    keys_exchanged_ = result == SSH_OK;
  }
  for (int i = 0; i < kPacketsPerTurn; ++i) {
    if (ssh_event_dopoll(event_, 0) == SSH_ERROR) return false;
    if ((ssh_get_status(ssh_) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0) return false;
    if (!is_readable(socket_)) return true;
  }
  wake();
  return true;
}

void SshSession::turn() {
  if (closed_) return;
  const auto self = shared_from_this();
  awake_ = false;
  const bool goes_on = exchange_packets() && !over_;
  if (!goes_on) return close();
  for (auto channel = channels_.begin(); channel != channels_.end() && !closed_;) {
    const bool lives = channel->turn(ssh_);
    if (closed_) return;  // a command has taken the router down
    channel = lives ? std::next(channel) : channels_.erase(channel);
  }
  if (!closed_) follow();
}

LoginName SshSession::name_of(const char* user) const {
  const std::string text = user == nullptr ? "" : user;
  if (router_.config().find_named("/user", text)) return {.user = text};
  return parse_login_name(text);
}

bool SshSession::may_use_password(const std::string& user) const {
  const bool has_keys = std::ranges::any_of(router_.config().rows("/user/ssh-keys"), [&](const FoundRow& found) {
    const std::string* owner = found.row->find("user");
    return owner != nullptr && *owner == user;
  });
  const std::string rule = ssh_setting(router_, "password-authentication", "yes-if-no-key");
  if (rule == "no") return false;
  return !has_keys || rule == "yes" || ssh_setting(router_, "always-allow-password-login", "no") == "yes";
}

bool SshSession::has_key(const std::string& user, ssh_key key) const {
  char* text = nullptr;
  if (ssh_pki_export_pubkey_base64(key, &text) != SSH_OK) return false;
  const std::string blob = text;
  ssh_string_free_char(text);
  return std::ranges::any_of(router_.config().rows("/user/ssh-keys"), [&](const FoundRow& found) {
    const std::string* owner = found.row->find("user");
    const std::string* known = found.row->find("key");
    return owner != nullptr && known != nullptr && *owner == user && known->ends_with(" " + blob);
  });
}

int SshSession::refuse() {
  if (++failures_ >= kMostFailures) over_ = true;
  return SSH_AUTH_DENIED;
}

int SshSession::let_in(Result<Login> login, const LoginName& name) {
  if (!login) return refuse();
  login_ = std::move(*login);
  name.apply(screen_);
  if (place_) router_.extension<Door>().leave(*std::exchange(place_, std::nullopt));
  if (patience_) router_.services().loop.cancel(*std::exchange(patience_, std::nullopt));
  active_ = router_.watch_rows("/user/active", [self = weak_from_this(), row = login_->active](RowId removed, Change change) {
    const auto session = self.lock();
    if (session == nullptr || change != Change::removed || removed != row) return;
    session->over_ = true;
    session->wake();
  });
  return SSH_AUTH_SUCCESS;
}

/// Routers let somebody in at once whose password is empty.
int SshSession::on_none(ssh_session, const char* user, void* self) {
  SshSession& session = of(self);
  const LoginName name = session.name_of(user);
  const auto password = session.accounts_.password_of(name.user);
  if (session.login_ || !password || !password->empty() || !session.may_use_password(name.user)) return SSH_AUTH_DENIED;
  return session.let_in(session.accounts_.login(name.user, "", "ssh", session.connection_.peer), name);
}

int SshSession::on_password(ssh_session, const char* user, const char* password, void* self) {
  SshSession& session = of(self);
  const LoginName name = session.name_of(user);
  if (session.login_) return SSH_AUTH_DENIED;
  if (!session.may_use_password(name.user)) {
    session.accounts_.log_failure(name.user, "ssh", session.connection_.peer);
    return session.refuse();
  }
  return session.let_in(session.accounts_.login(name.user, password == nullptr ? "" : password, "ssh", session.connection_.peer), name);
}

/// Clients ask first whether a key would do, and sign only then.
int SshSession::on_key(ssh_session, const char* user, ssh_key key, char state, void* self) {
  SshSession& session = of(self);
  const LoginName name = session.name_of(user);
  if (session.login_ || !session.has_key(name.user, key)) return SSH_AUTH_DENIED;
  if (state == SSH_PUBLICKEY_STATE_NONE) return SSH_AUTH_SUCCESS;
  if (state != SSH_PUBLICKEY_STATE_VALID) return session.refuse();
  return session.let_in(session.accounts_.login_proved(name.user, "ssh", session.connection_.peer), name);
}

ssh_channel SshSession::on_channel(ssh_session ssh, void* self) {
  SshSession& session = of(self);
  if (!session.login_ || session.channels_.size() >= kMostChannels) return nullptr;
  ssh_channel channel = ssh_channel_new(ssh);
  if (channel == nullptr) return nullptr;
  session.channels_.emplace_back(session.router_, *session.login_, session.screen_, channel, [weak = session.weak_from_this()] {
    if (const auto alive = weak.lock()) alive->wake();
  });
  return channel;
}

}  // namespace openstrat::sim
