// The HTTP/1.1 server: plain and TLS listeners, one event loop a thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/net.hpp"
#include "http/message.hpp"

namespace openstrat::metrics {
class Registry;
}

namespace openstrat::http {

struct ListenerOptions {
  std::string name;                ///< label of its metrics
  IpAddress address;
  std::uint16_t port = 0;          ///< 0: the system chooses, see Server::ports()
  bool tls = true;
};

/// A PEM certificate chain (leaf first) and its private key.
struct CertificateFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;  ///< request line and header fields; more is 431
  std::size_t header_fields = 100;
  std::size_t body_bytes = 1024 * 1024;  ///< more is 413
  /// Another body limit for some targets (uploads); nullopt = body_bytes. Called on I/O threads.
  std::function<std::optional<std::size_t>(Method method, std::string_view path)> body_limit;
  std::size_t connections = 120'000;     ///< all listeners together; lowered to what the process may open
};

struct ServerTimeouts {
  Duration handshake = std::chrono::seconds(15);  ///< from accept to the end of the TLS handshake
  Duration header = std::chrono::seconds(10);     ///< from the first byte of a request (or the connection) to the end of its header
  Duration body = std::chrono::minutes(10);       ///< from the end of the header to the end of the body, however fast
  Duration idle = std::chrono::seconds(75);       ///< kept-alive connection without a request
  /// Bodies and answers must move at least `min_bytes_per_check` in each such interval.
  Duration progress_check = std::chrono::seconds(10);
  std::size_t min_bytes_per_check = 2048;
  Duration linger = std::chrono::seconds(2);      ///< how long unread input is thrown away after an early error answer
};

struct ServerOptions {
  std::vector<ListenerOptions> listeners;
  unsigned io_threads = 0;                     ///< 0: one per processor
  ServerLimits limits;
  ServerTimeouts timeouts;
  std::vector<Cidr> trusted_proxies;           ///< their X-Forwarded-For and X-Forwarded-Proto are believed
  std::vector<CertificateFiles> certificates;  ///< one per key type; needed by TLS listeners
  Duration certificate_check = std::chrono::seconds(5);  ///< how often changed files are looked for
  /// JSON body of an error that the server itself answers (400, 408, 413, 431, 500, 501, 503, 405). Default: the documented
  /// fields with a relative doc_url.
  std::function<std::string(int status, std::string_view code, std::string_view message, std::string_view request_id)>
      error_body;
};

/// Totals of one listener since start.
struct ListenerMetrics {
  std::string name;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;   ///< turned away at the connection limit
  std::uint64_t connections_open = 0;      ///< now
  std::uint64_t handshakes = 0;
  std::uint64_t handshakes_resumed = 0;
  std::uint64_t handshakes_failed = 0;     ///< refused, broken off or out of time
  std::uint64_t requests = 0;
  std::uint64_t request_errors = 0;        ///< answered by the server itself: malformed, too large, too slow
  std::uint64_t bytes_received = 0;        ///< of HTTP, without TLS
  std::uint64_t bytes_sent = 0;
};

/// start() and stop() belong to one thread that is not an I/O thread. Handlers run on I/O threads.
class Server {
 public:
  Server(ServerOptions options, RequestHandler handler, const Clock& clock);
  ~Server();  ///< stop() without patience

  /// Binds every listener and starts the threads. Raises the process's soft limit of open files to the hard one.
  Status start();
  /// Closes listeners and idle connections at once, lets requests in flight finish for `patience`, then cuts what is left.
  void stop(Duration patience);

  /// In the order of options.listeners.
  std::vector<std::uint16_t> ports() const;
  /// New connections get the certificates that the files hold now; a bad file leaves the old ones in use.
  Status reload_certificates();
  std::vector<ListenerMetrics> metrics() const;
  /// The same as `openstrat_http_*{listener="…"}`; the server must outlive the registry's last render().
  void export_metrics(metrics::Registry& registry) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace openstrat::http
