#include "backups/sftp_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "backups/sftp_session.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"

namespace openstrat::backups {
namespace {

using namespace std::chrono_literals;

// libssh's defaults, and what RouterOS 6 needs besides.
constexpr const char* kKeyExchange =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group16-sha512,diffie-hellman-group14-sha256,diffie-hellman-group14-sha1";
constexpr const char* kCiphers =
    "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr,aes256-cbc,aes128-cbc";
constexpr const char* kMacs = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";
constexpr const char* kHostKeys = "ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ssh-rsa";

constexpr std::size_t kQueuedPerThread = 4;
constexpr auto kWatchPeriod = 250ms;

sockaddr_storage address_of(const std::string& text, std::uint16_t port, socklen_t& length) {
  sockaddr_storage storage{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    length = sizeof *v4;
  } else if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    length = sizeof *v6;
  } else {
    length = 0;
  }
  return storage;
}

}  // namespace

void SftpServer::BindDeleter::operator()(ssh_bind_struct* bind) const { ssh_bind_free(bind); }

SftpServer::SftpServer(SftpOptions options, UploadHandler handler)
    : options_(std::move(options)), handler_(std::move(handler)), memory_(options_.memory) {}

SftpServer::~SftpServer() { stop(0ms); }

Status SftpServer::make_bind() {
  if (auto keys = ensure_host_keys(options_.key_directory); !keys) return keys;
  bind_.reset(ssh_bind_new());
  if (!bind_) return fail(Errc::unavailable, "The SFTP server cannot be made.");
  const std::string rsa = options_.key_directory / "ssh_host_rsa_key", ed25519 = options_.key_directory / "ssh_host_ed25519_key";
  const bool process_config = false;  // nothing from /etc/ssh
  const std::pair<ssh_bind_options_e, const void*> settings[] = {
      {SSH_BIND_OPTIONS_PROCESS_CONFIG, &process_config}, {SSH_BIND_OPTIONS_HOSTKEY, rsa.c_str()},
      {SSH_BIND_OPTIONS_HOSTKEY, ed25519.c_str()},        {SSH_BIND_OPTIONS_KEY_EXCHANGE, kKeyExchange},
      {SSH_BIND_OPTIONS_CIPHERS_C_S, kCiphers},           {SSH_BIND_OPTIONS_CIPHERS_S_C, kCiphers},
      {SSH_BIND_OPTIONS_HMAC_C_S, kMacs},                 {SSH_BIND_OPTIONS_HMAC_S_C, kMacs},
      {SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, kHostKeys}};
  for (const auto& [option, value] : settings) {
    if (ssh_bind_options_set(bind_.get(), option, value) == 0) continue;
    log::error("SFTP server", {{"option", static_cast<int>(option)}, {"error", ssh_get_error(bind_.get())}});
    return fail(Errc::unavailable, "The SFTP server refuses its settings or host keys.");
  }
  return {};
}

Status SftpServer::listen() {
  socklen_t length = 0;
  auto address = address_of(options_.address, options_.port, length);
  if (length == 0) return fail(Errc::invalid, "The address of the SFTP server is not an IP address: " + options_.address);
  listener_ = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (listener_ >= 0) ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 512) != 0) {
    const std::string why = std::strerror(errno);
    if (listener_ >= 0) ::close(listener_);
    listener_ = -1;
    return fail(Errc::unavailable, "The SFTP server cannot listen on " + options_.address + ":" + std::to_string(options_.port) + ": " + why);
  }
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&address)->sin_port
                                             : reinterpret_cast<sockaddr_in6*>(&address)->sin6_port);
  return {};
}

Status SftpServer::start() {
  if (auto made = make_bind(); !made) return made;
  if (auto listening = listen(); !listening) return listening;
  workers_ = std::make_unique<WorkerPool>("sftp", options_.sessions, options_.sessions * kQueuedPerThread);
  acceptor_ = std::jthread([this] { accept_loop(); });
  watcher_ = std::jthread([this] { watch_loop(); });
  log::info("SFTP server listens", {{"address", options_.address}, {"port", port_}});
  return {};
}

void SftpServer::accept_loop() {
  while (!stopping_) {
    pollfd ready{.fd = listener_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(kWatchPeriod.count())) <= 0) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(kWatchPeriod);  // until sessions have ended
      continue;
    }
    std::uint64_t number = 0;
    {
      const std::lock_guard lock(sessions_mutex_);
      number = next_number_++;
    }
    if (!workers_->post([this, number, accepted = Socket(socket)]() mutable { serve(std::move(accepted), number); }))
      log::warning("SFTP connection refused: too many at once");
  }
}

SftpServer::Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}

void SftpServer::serve(Socket accepted, std::uint64_t number) {
  const std::unique_ptr<ssh_session_struct, decltype(&ssh_free)> ssh(ssh_new(), ssh_free);
  if (!ssh || stopping_) return;
  const bool process_config = false;
  ssh_options_set(ssh.get(), SSH_OPTIONS_PROCESS_CONFIG, &process_config);
  {
    const std::lock_guard lock(bind_mutex_);
    if (ssh_bind_accept_fd(bind_.get(), ssh.get(), accepted.fd()) != SSH_OK) return;
  }
  const int socket = accepted.release();  // the session closes it from here on
  {
    const std::lock_guard lock(sessions_mutex_);
    sessions_[number] = {.socket = socket, .soft = system_clock().monotonic() + options_.login_time, .hard = system_clock().monotonic() + options_.session_time};
  }
  Session session(*this, ssh.get(), number);
  session.run();
  // The watcher lets go of the socket before its number can belong to another connection.
  const std::lock_guard lock(sessions_mutex_);
  sessions_.erase(number);
}

void SftpServer::set_deadline(std::uint64_t number, std::chrono::milliseconds from_now) {
  const std::lock_guard lock(sessions_mutex_);
  if (const auto found = sessions_.find(number); found != sessions_.end()) found->second.soft = system_clock().monotonic() + from_now;
}

void SftpServer::cut_sessions(bool all) {
  const std::lock_guard lock(sessions_mutex_);
  const auto now = system_clock().monotonic();
  for (const auto& [number, open] : sessions_)
    if (all || now > open.soft || now > open.hard) ::shutdown(open.socket, SHUT_RDWR);
}

void SftpServer::watch_loop() {
  while (!stopping_) {
    std::this_thread::sleep_for(kWatchPeriod);
    cut_sessions(false);
  }
}

std::size_t SftpServer::open_sessions() const {
  const std::lock_guard lock(sessions_mutex_);
  return sessions_.size();
}

void SftpServer::stop(std::chrono::milliseconds patience) {
  if (stopping_.exchange(true) || !workers_) return;
  acceptor_.join();
  watcher_.join();
  ::close(listener_);
  workers_->stop(patience);
  cut_sessions(true);
  workers_.reset();
}

}  // namespace openstrat::backups
