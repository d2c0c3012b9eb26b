// One I/O thread: its event loop, its listening sockets, its connections and their deadlines. Nothing is shared with the
// other threads but read-only options; other threads reach it by post().
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "http/server.hpp"
#include "http/server/serialize.hpp"
#include "http/server/tls.hpp"

namespace openstrat::http {

class Connection;

/// Written by one thread, read by any: no locked instruction.
class Counter {
 public:
  void add(std::uint64_t count = 1) { value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed); }
  void subtract(std::uint64_t count = 1) { add(-count); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

struct ListenerCounters {
  Counter accepted, refused, open, handshakes, resumed, handshakes_failed, requests, request_errors, received, sent;
};

/// What every thread reads and none writes.
struct ServerShared {
  ServerOptions options;
  RequestHandler handler;
  const Clock& clock;
  std::string error_body(int status, std::string_view code, std::string_view message, std::string_view request_id) const;
};

/// Why a connection waits. Each has one list per thread, ordered by deadline because each has one fixed duration.
enum class Wait { handshake, header, progress, idle, linger };
constexpr std::size_t kWaits = 5;

using DeadlineHook = boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Worker : public std::enable_shared_from_this<Worker> {
 public:
  Worker(std::shared_ptr<const ServerShared> shared, std::size_t max_connections);
  ~Worker();

  /// Before start(). `port` 0 lets the system choose; the answer is the bound port.
  Result<std::uint16_t> listen(std::size_t listener, std::uint16_t port);
  /// Whether nobody listens there. SO_REUSEPORT would let a second server of the same user in, which then gets a part of the connections.
  Status check_free(std::size_t listener);
  void set_tls(std::shared_ptr<TlsContext> context) { tls_ = std::move(context); }

  void start();
  void join();
  void post(std::move_only_function<void()> work);
  bool on_own_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

  /// Any thread. Stops listening, ends idle connections; the loop ends by itself once no connection is left.
  void drain();
  /// Any thread. Cuts every connection.
  void cut();
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  const ListenerCounters& counters(std::size_t listener) const { return counters_[listener]; }

  // For connections of this worker, on its thread.
  const ServerShared& shared() const { return *shared_; }
  boost::asio::io_context& context() { return context_; }
  const std::shared_ptr<TlsContext>& tls() const { return tls_; }
  ListenerCounters& own_counters(std::size_t listener) { return counters_[listener]; }
  std::span<char> scratch() { return scratch_; }
  std::string& wire() { return wire_; }
  std::string new_request_id(Timestamp now);
  std::string_view date(Timestamp now) { return date_.at(now); }
  bool draining() const { return draining_; }
  /// Puts the connection at the end of the list: its time runs from now.
  void wait(Connection& connection, Wait reason);
  void closed(Connection& connection);

  /// The connection whose code runs now: a second one must not start inside it, they share scratch() and wire().
  bool busy = false;

 private:
  struct Listener;
  struct Lists;

  void wait_for_connection(Listener& listener);
  void accept_some(Listener& listener);
  void adopt(Listener& listener, int socket, const IpAddress& peer);
  bool make_room();
  void tick();
  void expire(Wait reason, Duration now);
  Duration time_limit(Wait reason) const;
  void finish_if_drained();

  std::shared_ptr<const ServerShared> shared_;
  const std::size_t max_connections_;
  boost::asio::io_context context_;
  boost::asio::steady_timer timer_;
  Duration tick_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<ListenerCounters> counters_;
  std::shared_ptr<TlsContext> tls_;
  std::unique_ptr<Lists> lists_;
  std::size_t open_ = 0;
  bool draining_ = false;
  bool out_of_files_ = false;
  std::atomic<bool> finished_{false};
  std::vector<char> scratch_;
  std::string wire_;
  HttpDate date_;
  std::jthread thread_;
};

}  // namespace openstrat::http
