#include "sim/tunnels/wireguard_device.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/core.h>

#include "sim/tunnels/complaint.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kAfterCrash = std::chrono::seconds(10);
constexpr Duration kBetweenTries = std::chrono::milliseconds(50);
constexpr int kTries = 200;  ///< ten seconds
constexpr Duration kBetweenLooks = std::chrono::seconds(2);
constexpr std::size_t kLongestAnswer = 16 << 20;

std::string socket_path(const std::string& device) { return "/var/run/wireguard/" + device + ".sock"; }

}  // namespace

WireguardDevice::WireguardDevice(Router& router, std::string device, Observer observer) : router_(router), device_(std::move(device)), observer_(std::move(observer)) { launch(); }

WireguardDevice::~WireguardDevice() { disconnect(); }

void WireguardDevice::kill_now() {
  disconnect();
  if (child_ == nullptr) return;
  child_->kill_now();
  unlink(socket_path(device_).c_str());  // it had no time to
}

void WireguardDevice::launch() {
  timer_.reset();
  known_ = {};
  const ChildPlan plan{.program = "wireguard-go", .arguments = {"--foreground", device_}, .environment = {"LOG_LEVEL=error"}};
  auto started = Child::start(router_.services().loop, router_.spec().network_namespace.get(), plan, [this](int, const std::string& output) { ended(output); });
  if (!started) {
    complain(router_, started.error().message());
    return launch_later();
  }
  child_ = std::move(*started);
  connect(kTries);
}

void WireguardDevice::launch_later() {
  child_.reset();
  timer_ = router_.services().loop.after(kAfterCrash, [this] { launch(); });
}

void WireguardDevice::ended(const std::string& output) {
  complain(router_, "wireguard-go ended: " + last_line(output));
  disconnect();
  if (std::exchange(there_, false)) observer_.device(false);
  launch_later();
}

/// The process makes its socket a moment after it was started.
void WireguardDevice::connect(int tries) {
  timer_.reset();
  socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  socket_path(device_).copy(address.sun_path, sizeof address.sun_path - 1);
  EventLoop& loop = router_.services().loop;
  if (socket_ >= 0 && ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    there_ = true;
    settle();
    observer_.device(true);
    return poll();
  }
  if (socket_ >= 0) close(std::exchange(socket_, -1));
  if (tries > 0) {
    timer_ = loop.after(kBetweenTries, [this, tries] { connect(tries - 1); });
    return;
  }
  complain(router_, "wireguard-go does not open " + socket_path(device_));
  launch_later();
}

void WireguardDevice::disconnect() {
  EventLoop& loop = router_.services().loop;
  if (timer_) loop.cancel(*timer_);
  timer_.reset();
  asked_.clear();
  text_.clear();
  unsent_.clear();
  if (socket_ < 0) return;
  loop.unwatch(socket_);
  close(std::exchange(socket_, -1));
}

void WireguardDevice::apply(const WireguardSettings& settings) {
  wanted_ = settings;
  if (there_) settle();
}

void WireguardDevice::settle() {
  if (!wanted_ || *wanted_ == known_) return;
  ask(wireguard_change(known_, *wanted_), [this](std::string_view answer) {
    if (const int error = wireguard_error(answer); error != 0) complain(router_, fmt::format("wireguard-go refuses a change: {}", std::strerror(std::abs(error))));
  });
  known_ = *wanted_;
}

void WireguardDevice::poll() {
  ask("get=1\n\n", [this](std::string_view answer) {
    observer_.peers(read_wireguard_peers(answer));
    timer_ = router_.services().loop.after(kBetweenLooks, [this] { poll(); });
  });
}

/// One at a time: wireguard-go loses what follows a change too closely.
void WireguardDevice::ask(std::string request, Answered answered) {
  asked_.push_back({std::move(request), std::move(answered)});
  if (asked_.size() == 1) send_next();
}

void WireguardDevice::send_next() {
  if (asked_.empty()) return;
  unsent_ = std::move(asked_.front().request);
  flush();
}

void WireguardDevice::flush() {
  while (!unsent_.empty()) {
    const ssize_t sent = send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0) break;  // no room yet; or no process any more, which tells of its end itself
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  router_.services().loop.watch(socket_, unsent_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT, [this](std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) flush();
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read_some();
  });
}

void WireguardDevice::read_some() {
  char bytes[16384];
  const ssize_t got = recv(socket_, bytes, sizeof bytes, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0 || text_.size() > kLongestAnswer) return router_.services().loop.unwatch(socket_);
  text_.append(bytes, static_cast<std::size_t>(got));
  for (std::size_t end = 0; !asked_.empty() && (end = text_.find("\n\n")) != std::string::npos;) {
    const std::string answer = text_.substr(0, end + 1);
    text_.erase(0, end + 2);
    const Answered answered = std::move(asked_.front().answered);
    asked_.pop_front();
    send_next();
    answered(answer);
  }
}

}  // namespace openstrat::sim
