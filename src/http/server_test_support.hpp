// Sockets for tests of the server: a client that sends what it is told and reads what comes.
#pragma once

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <netinet/in.h>
#include <string>

#include "base/clock.hpp"
#include "http/certificates.hpp"
#include "http/server.hpp"

namespace openstrat::http::testing {

constexpr int kPatienceMs = 10'000;  ///< no test waits for this long unless it fails

struct Reply {
  int status = 0;
  std::string head;
  std::string body;
  bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
};

/// A blocking TCP connection to 127.0.0.1 (or ::1).
class Client {
 public:
  explicit Client(std::uint16_t port, int family = AF_INET) : socket_(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (family == AF_INET) {
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(port);
      to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    } else {
      sockaddr_in6 to{};
      to.sin6_family = AF_INET6;
      to.sin6_port = htons(port);
      to.sin6_addr = in6addr_loopback;
      connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    }
  }
  virtual ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }
  int socket() const { return socket_; }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  void half_close() { ::shutdown(socket_, SHUT_WR); }

  virtual bool send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// One answer with Content-Length (or without a body); status 0: the connection ended first.
  Reply reply(bool head_only = false) {
    Reply reply;
    std::size_t end;
    while ((end = unread_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return reply;
    reply.head = unread_.substr(0, end + 2);
    unread_.erase(0, end + 4);
    std::from_chars(reply.head.data() + 9, reply.head.data() + 12, reply.status);
    std::size_t length = 0;
    if (const auto at = reply.head.find("Content-Length: "); at != std::string::npos)
      std::from_chars(reply.head.data() + at + 16, reply.head.data() + reply.head.size(), length);
    if (head_only) length = 0;
    while (unread_.size() < length)
      if (!more()) return {};
    reply.body = unread_.substr(0, length);
    unread_.erase(0, length);
    return reply;
  }

  /// The raw bytes of a body up to and with `end`, or all there were when the connection ended first.
  std::string take_until(std::string_view end) {
    while (unread_.find(end) == std::string::npos && more()) {
    }
    const auto at = unread_.find(end);
    std::string taken = unread_.substr(0, at == std::string::npos ? at : at + end.size());
    unread_.erase(0, taken.size());
    return taken;
  }

  Reply ask(std::string_view request) {
    send(request);
    return reply();
  }
  Reply get(std::string_view target) { return ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n\r\n"); }

  /// True once the server has ended the connection; what still comes is thrown away.
  bool ended() {
    while (more()) {
    }
    return !timed_out_;
  }

 protected:
  virtual long receive(char* out, std::size_t size) { return ::recv(socket_, out, size, 0); }
  bool wait_readable() {
    pollfd waiting{socket_, POLLIN, 0};
    timed_out_ = ::poll(&waiting, 1, kPatienceMs) == 0;
    return !timed_out_;
  }

 private:
  bool more() {
    char buffer[16384];
    const auto count = receive_ready() ? receive(buffer, sizeof buffer) : -1;
    if (count <= 0) return false;
    unread_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }
  virtual bool receive_ready() { return wait_readable(); }

  int socket_;
  bool connected_ = false;
  bool timed_out_ = false;
  std::string unread_;
};

struct TlsClientOptions {
  int version = 0;             ///< TLS1_2_VERSION, …; 0 = any
  const char* ciphers = nullptr;  ///< of TLS 1.2
  SSL_SESSION* resume = nullptr;
};

class TlsClient : public Client {
 public:
  explicit TlsClient(std::uint16_t port, TlsClientOptions options = {}) : Client(port), context_(SSL_CTX_new(TLS_client_method())) {
    if (options.version != 0) {
      SSL_CTX_set_min_proto_version(context_, options.version);
      SSL_CTX_set_max_proto_version(context_, options.version);
    }
    if (options.ciphers) SSL_CTX_set_cipher_list(context_, options.ciphers);
    ssl_ = SSL_new(context_);
    if (options.resume) SSL_set_session(ssl_, options.resume);
    SSL_set_fd(ssl_, socket());
    ERR_clear_error();
    secure_ = SSL_connect(ssl_) == 1;
  }
  ~TlsClient() override {
    SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN);  // else OpenSSL takes the session for broken and never resumes it
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  bool secure() const { return secure_; }
  std::string cipher() const { return SSL_get_cipher(ssl_); }
  std::string version() const { return SSL_get_version(ssl_); }
  bool resumed() const { return SSL_session_reused(ssl_) == 1; }
  SSL_SESSION* session() { return SSL_get1_session(ssl_); }
  std::string certificate_pem() const {
    X509* const certificate = SSL_get1_peer_certificate(ssl_);
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate);
    char* data = nullptr;
    const long size = BIO_get_mem_data(out, &data);
    std::string pem(data, static_cast<std::size_t>(size));
    BIO_free(out);
    X509_free(certificate);
    return pem;
  }

  bool send(std::string_view text) override {
    ERR_clear_error();
    return SSL_write(ssl_, text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size());
  }

 protected:
  long receive(char* out, std::size_t size) override {
    ERR_clear_error();
    return SSL_read(ssl_, out, static_cast<int>(size));
  }

 private:
  bool receive_ready() override { return SSL_pending(ssl_) > 0 || wait_readable(); }
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  bool secure_ = false;
};

/// A directory that is gone after the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "openstrat-http-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace openstrat::http::testing
