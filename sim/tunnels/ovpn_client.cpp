#include "sim/tunnels/ovpn_client.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/core.h>

#include "sim/device/network.hpp"
#include "sim/device/outlet.hpp"
#include "sim/tunnels/complaint.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kRetry = std::chrono::seconds(5);
constexpr Duration kAfterCrash = std::chrono::seconds(10);
constexpr std::size_t kLongestLine = 64 << 10;

/// What openvpn gives as the cause of a new start, in words like those of a router. (Those that a router has for all of them are not known.)
std::string_view words_for(std::string_view cause, bool connected) {
  if (cause == "tls-error" || cause == "tls_error") return "TLS failed";
  if (cause == "auth-failure") return "authentication failed";
  if (cause.starts_with("Could not determine")) return "could not resolve dns name";
  if (cause == "ping-restart") return "peer is not responding";
  return connected ? "peer disconnected" : "could not connect";
}

}  // namespace

/// The socket that openvpn connects to. Its directory is private, and gone as soon as openvpn is there.
class OvpnClient::Management {
 public:
  Management(EventLoop& loop, std::function<void(std::string_view line)> heard) : loop_(loop), heard_(std::move(heard)) {}
  ~Management() {
    drop(listener_);
    drop(stream_);
    forget_path();
  }
  Management(const Management&) = delete;
  Management& operator=(const Management&) = delete;

  bool open() {
    char directory[] = "/tmp/openstrat-sim-XXXXXX";
    if (mkdtemp(directory) == nullptr) return false;
    directory_ = directory;
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener_ < 0 || bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 1) != 0) return false;
    loop_.watch(listener_, EPOLLIN, [this](std::uint32_t) { accept_it(); });
    return true;
  }
  std::string path() const { return directory_ + "/management"; }

  /// What openvpn does not take at once is lost, and so is openvpn.
  void say(std::string_view line) {
    const std::string text = std::string(line) + "\n";
    if (stream_ >= 0 && send(stream_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) drop(stream_);
  }

 private:
  void accept_it() {
    const int stream = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (stream < 0) return;
    drop(listener_);
    forget_path();
    stream_ = stream;
    loop_.watch(stream_, EPOLLIN, [this](std::uint32_t) { read_some(); });
    say("log on\nstate on\nbytecount 2");
  }

  void read_some() {
    char bytes[8192];
    const ssize_t got = recv(stream_, bytes, sizeof bytes, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0 || text_.size() > kLongestLine) return drop(stream_);
    text_.append(bytes, static_cast<std::size_t>(got));
    const std::weak_ptr<int> alive = alive_;
    for (std::size_t end = 0; (end = text_.find('\n')) != std::string::npos;) {
      std::string line = text_.substr(0, end);
      text_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      heard_(line);
      if (alive.expired()) return;
    }
  }

  void drop(int& fd) {
    if (fd < 0) return;
    loop_.unwatch(fd);
    close(std::exchange(fd, -1));
  }
  void forget_path() {
    if (directory_.empty()) return;
    unlink(path().c_str());
    rmdir(directory_.c_str());
    directory_.clear();
  }

  EventLoop& loop_;
  std::function<void(std::string_view)> heard_;
  std::string directory_;
  int listener_ = -1;
  int stream_ = -1;
  std::string text_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

OvpnClient::OvpnClient(Router& router, std::string interface, std::string device, OvpnSettings settings, std::function<void()> moved)
    : router_(router), interface_(std::move(interface)), device_(std::move(device)), settings_(std::move(settings)), moved_(std::move(moved)) {
  launch();
}

OvpnClient::~OvpnClient() {
  if (timer_) router_.services().loop.cancel(*timer_);
  if (connected_) router_.network().tunnel_down(interface_);
  router_.network().counted().dialing.erase(interface_);
  router_.network().counted().carried.erase(interface_);
}

void OvpnClient::kill_now() {
  connected_ = false;
  if (child_ != nullptr) child_->kill_now();
}

void OvpnClient::log(std::string_view text) { router_.write_log("ovpn,info", fmt::format("{}: {}", interface_, text)); }

void OvpnClient::launch() {
  timer_.reset();
  held_before_ = false;
  management_ = std::make_unique<Management>(router_.services().loop, [this](std::string_view line) { heard(read_ovpn_message(line)); });
  if (!management_->open()) {
    complain(router_, fmt::format("openvpn: no management socket: {}", std::strerror(errno)));
    return launch_later();
  }
  OvpnSettings there = settings_;
  const auto known = router_.network().address_of(there.host);
  const auto way = destination(router_.spec(), there.host, there.port);
  if (known) there.host = known->to_string();
  if (way) there.host = way->address.to_string();
  if (way) there.port = way->port;
  const std::string profile = ovpn_profile(there, {.device = device_, .management = management_->path(), .fingerprint = fingerprint_});
  const ChildPlan plan{.program = "openvpn", .arguments = {"--config", "stdin"}, .input = profile};
  auto started = Child::start(router_.services().loop, router_.spec().network_namespace.get(), plan, [this](int, const std::string& output) { ended(output); });
  if (!started) {
    complain(router_, started.error().message());
    log("terminating... - " + std::string(started.error().message()));
    return launch_later();
  }
  child_ = std::move(*started);
}

void OvpnClient::launch_later() {
  management_.reset();
  child_.reset();
  timer_ = router_.services().loop.after(kAfterCrash, [this] { launch(); });
}

/// Only when nobody asked for it: a configuration that openvpn does not take, no device, or somebody killed it.
void OvpnClient::ended(const std::string& output) {
  if (std::exchange(relearning_, false)) return launch();
  if (reason_.empty()) reason_ = last_line(output);
  if (!connected_) complain(router_, fmt::format("openvpn for {} ended: {}", interface_, reason_));
  down(reason_.empty() ? "peer disconnected" : reason_);
  launch_later();
}

void OvpnClient::say(std::string_view line) {
  if (management_ != nullptr) management_->say(line);
}

void OvpnClient::release() {
  timer_.reset();
  router_.network().counted().dialing[interface_] = "connecting...";
  if (!std::exchange(announced_, true)) {
    log("initializing...");
    log("connecting...");
  }
  held_before_ = true;
  say("hold release");
}

void OvpnClient::heard(const OvpnMessage& message) {
  using Kind = OvpnMessage::Kind;
  switch (message.kind) {
    case Kind::nothing: return;
    case Kind::hold:
      if (relearning_) return;
      if (!held_before_) return release();
      if (!timer_) timer_ = router_.services().loop.after(kRetry, [this] { release(); });
      return;
    case Kind::needs_login:
      say(fmt::format("username \"Auth\" {}", ovpn_quoted(settings_.user)));
      return say(fmt::format("password \"Auth\" {}", ovpn_quoted(settings_.password)));
    case Kind::login_refused: reason_ = "authentication failed"; return;
    case Kind::state: return state(message);
    case Kind::addresses: addresses_ = message; return;
    case Kind::fingerprint:
      if (settings_.verify) return;
      fingerprint_ = message.text;
      relearning_ = true;  // nothing is verified: the next start believes this certificate
      return say("signal SIGTERM");
    case Kind::traffic: router_.network().counted().carried[interface_] = {.rx = message.received, .tx = message.sent}; return;
    case Kind::fatal: reason_ = message.text; return;
  }
}

void OvpnClient::state(const OvpnMessage& message) {
  if (message.text == "CONNECTED") return up();
  if (message.text == "RECONNECTING" && !relearning_) down(reason_.empty() ? words_for(message.detail, connected_) : reason_);
}

void OvpnClient::up() {
  reason_.clear();
  connected_ = true;
  const std::string encoding = ovpn_encoding(settings_);
  log("using encoding - " + encoding);
  router_.network().tunnel_up(interface_, {.local = addresses_.text, .remote = addresses_.detail, .via = {}, .since = router_.elapsed(), .encoding = encoding});
  moved_();
}

void OvpnClient::down(std::string_view why) {
  log(fmt::format("terminating... - {}", why));
  router_.network().counted().dialing[interface_] = fmt::format("terminated - {}", why);
  reason_.clear();
  announced_ = false;
  const bool was = std::exchange(connected_, false);
  if (!was) return log("disconnected");
  router_.network().tunnel_down(interface_);
  moved_();
}

}  // namespace openstrat::sim
