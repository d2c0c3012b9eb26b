// Telnet: the router's prompt behind a question for name and password.
#include <memory>
#include <optional>
#include <utility>

#include "sim/access/accounts.hpp"
#include "sim/access/stream.hpp"
#include "sim/console/console.hpp"
#include "sim/console/login_name.hpp"
#include "sim/ssh/door.hpp"
#include "sim/ssh/login_dialog.hpp"
#include "sim/ssh/services.hpp"
#include "sim/ssh/telnet_codec.hpp"

namespace openstrat::sim {
namespace {

/// Kept alive by the callbacks of its stream.
class TelnetSession : public std::enable_shared_from_this<TelnetSession> {
 public:
  static void accept(Router& router, Accepted connection) {
    auto stream = Stream::plain(router, std::move(connection));
    const auto session = std::make_shared<TelnetSession>(router, std::move(stream));
    session->begin();
  }
  TelnetSession(Router& router, std::shared_ptr<Stream> stream)
      : router_(router), stream_(std::move(stream)),
        dialog_({.write = [this](std::string_view text) { write(text); },
                 .try_login = [this](const std::string& name, const std::string& password) { return try_login(name, password); },
                 .give_up = [this] { stream_->close_after_write(); }}) {}

 private:
  void begin();
  void receive(std::string_view bytes);
  void write(std::string_view text) { stream_->write(TelnetCodec::encode(text)); }
  bool try_login(const std::string& text, const std::string& password);
  void open_console();
  void leave_door();
  void log_out();

  Router& router_;
  std::shared_ptr<Stream> stream_;
  TelnetCodec codec_;
  LoginDialog dialog_;
  Screen screen_;
  bool wished_width_ = false;
  std::optional<Login> login_;
  std::shared_ptr<Console> console_;
  std::optional<Door::Place> place_;
  std::optional<EventLoop::TimerId> patience_;
  Watch active_;
};

void TelnetSession::begin() {
  const auto self = shared_from_this();
  stream_->on_bytes = [self](std::string_view bytes) { self->receive(bytes); };
  stream_->on_closed = [self] { self->log_out(); };
  stream_->on_drained = [self] {
    if (self->console_ != nullptr) self->console_->drained();
  };
  codec_.reply = [this](std::string_view bytes) { stream_->write(bytes); };
  codec_.on_size = [this](std::size_t width, std::size_t height) {
    if (width > 0 && !wished_width_) screen_.width = width;
    if (height > 0) screen_.height = height;
    if (console_ != nullptr) console_->resize(screen_.width, screen_.height);
  };
  const auto go_away = [weak = weak_from_this()] {
    if (const auto session = weak.lock()) session->stream_->close();
  };
  place_ = router_.extension<Door>().enter(go_away);
  EventLoop& loop = router_.services().loop;
  patience_ = loop.after(Duration(static_cast<std::int64_t>(static_cast<double>(Door::kPatience.count()) * loop.speed())), go_away);
  stream_->write(TelnetCodec::greeting());
  dialog_.start(router_.version().to_string() + " (stable)");
  stream_->start();
}

void TelnetSession::receive(std::string_view bytes) {
  const auto self = shared_from_this();  // the stream may close meanwhile, and let go of us
  const std::string typed = codec_.decode(bytes);
  if (console_ != nullptr) {
    console_->receive(typed);
    if (console_ != nullptr) stream_->pause_reading(!console_->takes_input());
    return;
  }
  dialog_.receive(typed);
  if (login_ && !stream_->closed()) open_console();
}

bool TelnetSession::try_login(const std::string& text, const std::string& password) {
  const bool exact = router_.config().find_named("/user", text).row != nullptr;
  const LoginName name = exact ? LoginName{.user = text} : parse_login_name(text);
  auto login = Accounts(router_).login(name.user, password, "telnet", stream_->peer());
  if (!login) return false;
  login_ = std::move(*login);
  wished_width_ = name.width > 0;
  name.apply(screen_);
  leave_door();
  active_ = router_.watch_rows("/user/active", [weak = weak_from_this(), row = login_->active](RowId removed, Change change) {
    const auto session = weak.lock();
    if (session == nullptr || change != Change::removed || removed != row) return;
    session->router_.services().loop.soon([session] { session->stream_->close(); });
  });
  return true;
}

void TelnetSession::open_console() {
  // The console writes when it has room again, too: then more may be read.
  const auto send = [this](std::string_view text) {
    write(text);
    if (console_ != nullptr && console_->takes_input()) stream_->pause_reading(false);
  };
  console_ = std::make_shared<Console>(router_, ConsoleOptions{.user = login_->user, .policies = login_->policies, .screen = screen_},
                                       ConsoleLine{.write = send, .backlog = [this] { return stream_->pending_bytes(); }, .ended = [this] {
                                                     log_out();
                                                     stream_->close_after_write();
                                                   }});
  console_->start();
  if (const std::string ahead = dialog_.typed_ahead(); !ahead.empty()) console_->receive(ahead);
}

void TelnetSession::leave_door() {
  if (place_) router_.extension<Door>().leave(*std::exchange(place_, std::nullopt));
  if (patience_) router_.services().loop.cancel(*std::exchange(patience_, std::nullopt));
}

/// When the session ends, or its connection.
void TelnetSession::log_out() {
  leave_door();
  active_.reset();
  if (console_ != nullptr) std::exchange(console_, nullptr)->hang_up();
  if (login_) Accounts(router_).logout(*std::exchange(login_, std::nullopt));
}

}  // namespace

void register_telnet(ServiceTable& table) { table.register_service("telnet", &TelnetSession::accept); }

}  // namespace openstrat::sim
