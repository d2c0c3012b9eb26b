// Real transfers for simulated routers: HTTP(S) and SFTP through one libcurl multi handle on the event loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/device/event_loop.hpp"

namespace openstrat::sim {

class NetworkNamespace;

enum class Verify { nothing, chain, chain_and_name };

struct TransferRequest {
  std::string url;                    ///< http, https, ftp or sftp
  std::string method = "GET";         ///< HTTP only
  std::vector<std::string> headers;   ///< `Name: value`
  bool has_body = false;
  std::string body;                   ///< of the request, or the file of an upload
  bool upload = false;                ///< sftp, ftp
  std::string user, password;
  bool digest = false;
  std::string user_agent;
  std::string known_host;             ///< `name:port:address`: looked up elsewhere already
  std::string source_address;         ///< empty: the machine's own
  std::shared_ptr<const std::vector<std::string>> detours;  ///< `HOST:PORT:ADDRESS:PORT`; null: none
  std::shared_ptr<const NetworkNamespace> network_namespace;  ///< null: the machine's own network
  Verify verify = Verify::nothing;
  std::string ca_pem;                 ///< what verify trusts
  long redirects = 0;
  std::size_t max_bytes = 64 << 20;   ///< an answer is cut here, without an error
  bool keep_headers = false;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::seconds idle_timeout{10};
  std::chrono::milliseconds total_timeout{0};  ///< 0: none
};

struct TransferResult {
  enum class Outcome { done, timeout, idle, refused, unresolved, tls, untrusted, denied, cancelled, failed };
  Outcome outcome = Outcome::failed;
  std::string detail;       ///< libcurl's words
  long status = 0;          ///< of HTTP
  std::string reason;       ///< `Not Found`
  std::string location;
  std::string peer;         ///< `192.0.2.1:443`
  std::string headers;
  std::string body;
  std::size_t received = 0; ///< bytes on the wire, also those that were cut
  Duration length{0};       ///< real time
};

/// A new connection for every transfer, as routers do. Loop thread only.
class Transfers {
 public:
  using Id = std::uint64_t;
  using Done = std::move_only_function<void(TransferResult)>;

  explicit Transfers(EventLoop& loop);
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  /// `done` is called from the loop, never from inside start().
  Id start(TransferRequest request, Done done);
  /// Nothing is called any more.
  void cancel(Id id);
  std::size_t active() const { return transfers_.size(); }

 private:
  struct Transfer;
  struct Hooks;
  void begin(Transfer& transfer);
  void act(int fd, int events);
  void collect();
  void finish(Transfer& transfer, int code);

  EventLoop& loop_;
  void* multi_;
  int timer_;
  Id next_id_ = 1;
  std::unordered_map<Id, std::unique_ptr<Transfer>> transfers_;
};

}  // namespace openstrat::sim
