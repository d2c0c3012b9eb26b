// The SFTP server to which routers upload: a password that was granted for one file, nothing to read, list or remove.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "backups/types.hpp"
#include "backups/upload_memory.hpp"
#include "base/error.hpp"
#include "base/rng.hpp"
#include "base/worker_pool.hpp"

struct ssh_bind_struct;

namespace openstrat::backups {

/// What becomes of logins and uploads. All functions may block and are called from session threads.
struct UploadHandler {
  /// nullopt: refused.
  std::function<Result<std::optional<Grant>>(std::string_view user, std::string_view password)> login;
  /// The file was closed by the client; it hears of success only after this has returned it.
  std::function<Status(const Grant&, const std::string& text)> store;
  /// The client tried and failed: too long, broken off.
  std::function<void(const Grant&, UploadFailure, const std::string& reason)> failed;
};

struct SftpOptions {
  std::string address = "0.0.0.0";
  std::uint16_t port = 2222;                     ///< 0: any free one, see SftpServer::port()
  std::filesystem::path key_directory;           ///< host keys `ssh_host_rsa_key`, `ssh_host_ed25519_key`; made at the first start
  std::size_t sessions = 64;                     ///< threads; further connections wait in a queue of four times as many
  std::chrono::milliseconds login_time{20'000};  ///< from the start of a session to the granted login
  std::chrono::milliseconds idle_time{30'000};   ///< without a packet
  std::chrono::milliseconds session_time{600'000};
  std::size_t memory = 256 * 1024 * 1024;        ///< of all uploads in progress
};

class SftpServer {
 public:
  SftpServer(SftpOptions options, UploadHandler handler);
  ~SftpServer();  ///< stops at once
  SftpServer(const SftpServer&) = delete;
  SftpServer& operator=(const SftpServer&) = delete;

  /// Loads or makes the host keys and listens. unavailable: the port is taken, or the keys cannot be read.
  Status start();
  /// No new sessions; running ones get `patience` to end, then they are cut.
  void stop(std::chrono::milliseconds patience);

  std::uint16_t port() const { return port_; }
  std::size_t open_sessions() const;

 private:
  class Session;
  /// A connection that no session owns yet.
  class Socket {
   public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket();
    Socket(Socket&& other) noexcept : fd_(other.release()) {}
    Socket& operator=(Socket&&) = delete;
    int fd() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

   private:
    int fd_;
  };
  struct BindDeleter { void operator()(ssh_bind_struct* bind) const; };
  Status listen();
  Status make_bind();
  void accept_loop();
  void watch_loop();
  void serve(Socket accepted, std::uint64_t number);
  void set_deadline(std::uint64_t number, std::chrono::milliseconds from_now);
  void cut_sessions(bool all);

  const SftpOptions options_;
  const UploadHandler handler_;
  UploadMemory memory_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::unique_ptr<ssh_bind_struct, BindDeleter> bind_;
  std::mutex bind_mutex_;  ///< libssh reads the host keys of a bind without a lock
  std::atomic<bool> stopping_{false};

  struct Open { int socket; Duration soft, hard; };  // deadlines on the monotonic clock
  mutable std::mutex sessions_mutex_;
  std::map<std::uint64_t, Open> sessions_;
  std::uint64_t next_number_ = 1;

  std::unique_ptr<WorkerPool> workers_;
  std::jthread acceptor_, watcher_;
};

/// Makes the key files that are missing; readable by their owner only.
Status ensure_host_keys(const std::filesystem::path& directory);

}  // namespace openstrat::backups
