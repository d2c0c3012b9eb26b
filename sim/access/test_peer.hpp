// A router whose services listen, and somebody who connects to them; both on one thread.
#pragma once

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <string>

#include <fmt/core.h>

#include "sim/access/ports.hpp"
#include "sim/device/test_router.hpp"

namespace openstrat::sim::testing {

/// Real time: the network does not wait for time that jumps. Fast, so that `pass(seconds(40))` is over soon.
struct ServedRouter {
  static RouterSpec spec(std::string_view version = "7.20.8") {
    RouterSpec spec = spec_of(version);
    spec.listen = {.address = "127.0.0.1", .ports = ListenPlan::Ports::any};
    return spec;
  }
  explicit ServedRouter(ServiceTable services_of_it, const RouterSpec& born = spec(), double speed = 100)
      : services({.mode = TimeMode::real, .speed = speed, .start = kStart}), table(std::move(services_of_it)), router(services, born) {
    router.power_on();
    ports = open_services(router, table);
  }

  /// Output and error of a text, as one.
  std::string run(std::string source) { return run_as("admin", std::move(source)); }
  std::string run_as(const std::string& user, std::string source) {
    std::string output;
    bool done = false;
    JobRequest request;
    request.source = std::move(source);
    request.type = "login";
    request.user = user;
    if (const auto policies = router.policies_of(user)) request.policies = *policies;
    request.output = [&](std::string_view line) { output.append(line).append("\n"); };
    request.done = [&](const JobOutcome& outcome) {
      if (outcome.error) output += *outcome.error;
      done = true;
    };
    if (!router.run(std::move(request))) return "the router is not running";
    services.loop.run_until([&] { return done; }, std::chrono::hours(1));
    return output;
  }
  std::string value(const std::string& expression) {
    std::string text = run(":put " + expression);
    if (text.ends_with('\n')) text.pop_back();
    return text;
  }
  bool logged(std::string_view part) const {
    for (const LogLine& line : router.log().lines()) {
      if ((line.topics + " " + line.message).contains(part)) return true;
    }
    return false;
  }
  void pass(Duration time) { services.loop.run_for(time); }
  void turn() { services.loop.run_for(std::chrono::seconds(1)); }

  Services services;
  ServiceTable table;
  Router router;
  std::unique_ptr<Ports> ports;
};

/// A client; every wait lets the router go on.
class Peer {
 public:
  Peer(ServedRouter& served, std::string_view service, int type = SOCK_STREAM) : served_(served) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(served.ports->port(service).value_or(1));
    fd_.reset(socket(AF_INET, type | SOCK_CLOEXEC, 0));
    if (connect(fd_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fd_.reset();
  }
  ~Peer() { SSL_free(ssl_), SSL_CTX_free(context_); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                           : ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      else if (!wait()) return;
    }
  }
  /// So many bytes, or less when the router closes or says nothing for long.
  std::string read(std::size_t size) {
    while (buffer_.size() < size && receive()) {}
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, taken.size());
    return taken;
  }
  /// What is there, or comes next; empty when the router closes or says nothing for long.
  std::string read_any() {
    if (buffer_.empty()) receive();
    return std::exchange(buffer_, {});
  }
  /// Whether the router closes the connection; what it says before is thrown away.
  bool is_closed() {
    while (receive()) {}
    return closed_ || !fd_;
  }
  void start_tls(const char* ciphers) {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_cipher_list(context_, ciphers);
    if (std::string_view(ciphers).contains("ADH")) SSL_CTX_set_max_proto_version(context_, TLS1_2_VERSION);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, fd_.get());
    timeval none{.tv_sec = 0, .tv_usec = 1000};
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
  }
  bool shake_hands() {
    for (int i = 0; i < 1000; ++i) {
      const int result = SSL_connect(ssl_);
      if (result == 1) return true;
      if (SSL_get_error(ssl_, result) != SSL_ERROR_WANT_READ) return false;
      served_.pass(std::chrono::milliseconds(100));
    }
    return false;
  }
  std::string certificate_name() const { return name_in_certificate(X509_get_subject_name); }
  std::string issuer_name() const { return name_in_certificate(X509_get_issuer_name); }
  std::string name_in_certificate(X509_NAME* (*which)(const X509*)) const {
    X509* certificate = SSL_get1_peer_certificate(ssl_);
    char text[128] = "";
    if (certificate != nullptr) X509_NAME_get_text_by_NID(which(certificate), NID_commonName, text, sizeof text);
    X509_free(certificate);
    return text;
  }

 private:
  bool receive() {
    if (closed_ || !fd_) return false;
    char bytes[65536];
    for (int i = 0; i < 2000; ++i) {
      const ssize_t size = ssl_ != nullptr ? SSL_read(ssl_, bytes, sizeof bytes) : recv(fd_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
      if (size > 0) {
        buffer_.append(bytes, static_cast<std::size_t>(size));
        return true;
      }
      const bool later = ssl_ != nullptr ? SSL_get_error(ssl_, static_cast<int>(size)) == SSL_ERROR_WANT_READ : size < 0 && errno == EAGAIN;
      if (!later) {
        closed_ = true;
        return false;
      }
      if (!wait()) return false;
    }
    return false;
  }
  bool wait() {
    served_.pass(std::chrono::milliseconds(100));  // a millisecond at the usual speed of a ServedRouter
    return true;
  }

  ServedRouter& served_;
  UniqueFd fd_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
  std::string buffer_;
  bool closed_ = false;
};

}  // namespace openstrat::sim::testing
