// A byte stream on the loop: what services talk through, plain or TLS.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sim/access/ports.hpp"
#include "sim/access/tls.hpp"

struct ssl_st;

namespace openstrat::sim {

/// Set the callbacks, then start(). The loop keeps the stream alive until it is closed; callbacks are dropped then, so they may
/// hold whatever needs the stream. Closes with the router's power. Any call may come from inside a callback.
class Stream : public std::enable_shared_from_this<Stream> {
 public:
  static constexpr std::size_t kPauseReading = 256 << 10;  ///< nothing is read above this backlog,
  static constexpr std::size_t kResumeReading = 64 << 10;  ///< until it is down to this

  static std::shared_ptr<Stream> plain(Router& router, Accepted connection);
  static std::shared_ptr<Stream> tls(Router& router, Accepted connection, TlsContext context);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  std::function<void(std::string_view bytes)> on_bytes;
  std::function<void()> on_closed;   ///< once, whoever closed it
  std::function<void()> on_drained;  ///< the backlog has become empty

  void start();
  void write(std::string_view bytes);
  void close_after_write();  ///< reads nothing any more; gives up after some seconds
  void close();
  bool closed() const { return !fd_; }
  std::size_t pending_bytes() const { return out_.size() - sent_; }
  /// A protocol that has enough to do stops reading; the peer then has to wait.
  void pause_reading(bool pause);

  const std::string& service() const { return service_; }
  const std::string& peer() const { return peer_; }
  std::uint16_t peer_port() const { return peer_port_; }
  bool is_tls() const { return ssl_ != nullptr; }

 private:
  enum class Progress { some, blocked, over };
  struct SslFree {
    void operator()(ssl_st* ssl) const;
  };

  Stream(Router& router, Accepted connection);
  void ready(std::uint32_t events);
  void follow();  ///< asks the loop for what is needed now
  bool shake_hands();
  void read_some();
  void flush();
  Progress receive(char* into, std::size_t room, std::size_t& got);
  Progress send_out();
  Progress tls_result(int result);
  void limit_time(Duration length);

  Router& router_;
  UniqueFd fd_;
  const std::string service_;
  const std::string peer_;
  const std::uint16_t peer_port_;
  std::shared_ptr<void> session_;
  TlsContext context_;
  std::unique_ptr<ssl_st, SslFree> ssl_;
  Watch power_;
  std::string out_;
  std::size_t sent_ = 0;
  std::uint32_t watched_ = 0;
  std::optional<EventLoop::TimerId> timer_;
  bool shaking_ = false;      ///< the TLS handshake is under way
  bool needs_writing_ = false;  ///< TLS has to send before it can go on
  bool closing_ = false;
  bool choked_ = false;       ///< the peer does not take what we write
  bool paused_ = false;
};

}  // namespace openstrat::sim
