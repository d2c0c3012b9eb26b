// OpenSSL over a non-blocking socket, without the copies and round trips of a general stream. OpenSSL stays behind tls.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "http/certificates.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace openstrat::http {

/// Shared by the contexts of all threads, so that a router resumes whichever thread it meets.
using TicketKeys = std::array<std::uint8_t, 80>;
TicketKeys new_ticket_keys();

/// What a thread needs to accept TLS. Each thread has its own: nothing of it is locked or counted across threads.
class TlsContext {
 public:
  static Result<std::shared_ptr<TlsContext>> create(const std::vector<Certificate>& certificates,
                                                    const TicketKeys& ticket_keys);
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ssl_ctx_st* native() const { return context_; }

 private:
  ssl_ctx_st* context_;
};

/// One connection. Input is read from the socket; output is only appended to `wire`, which the owner sends: handshake end,
/// tickets, answer and close_notify leave in one system call.
class TlsStream {
 public:
  enum class Outcome { done, want_read, closed, failed };

  /// `wire` outlives the stream.
  TlsStream(const TlsContext& context, int socket, std::string& wire);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// The socket may have new input: only then is it read again.
  void readable() { drained_ = false; }
  Outcome handshake();
  bool resumed() const;
  /// `done`: `count` > 0 bytes were read.
  Outcome read(std::span<char> out, std::size_t& count);
  /// At most 16 KiB make one record. False: the connection is broken.
  bool write(std::string_view plain);
  void close_notify();

 private:
  friend struct SocketBio;
  ssl_st* ssl_;
  int socket_;
  std::string& wire_;
  bool drained_ = false;
};

}  // namespace openstrat::http
