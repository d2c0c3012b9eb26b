#include "http/server/worker.hpp"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/rng.hpp"
#include "http/server/connection.hpp"

namespace openstrat::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::size_t kScratch = 64 * 1024;
constexpr int kBacklog = 65535;      // the kernel lowers it to net.core.somaxconn
constexpr int kAcceptsAtOnce = 64;   // then the connections that are already open get their turn
constexpr Duration kEvictionAge = std::chrono::seconds(1);

/// Unique, not secret: request ids. The state is seeded from the CSPRNG once a thread.
class FastRng final : public Rng {
 public:
  FastRng() : state_{secure_rng().next_u64() | 1, secure_rng().next_u64()} {}
  void fill(std::span<std::uint8_t> out) override {
    while (!out.empty()) {
      const std::uint64_t word = next();
      const std::size_t count = std::min(out.size(), sizeof word);
      std::memcpy(out.data(), &word, count);
      out = out.subspan(count);
    }
  }

 private:
  std::uint64_t next() {  // xoroshiro128+
    const std::uint64_t a = state_[0];
    std::uint64_t b = state_[1];
    const std::uint64_t result = a + b;
    b ^= a;
    state_[0] = (a << 24 | a >> 40) ^ b ^ (b << 16);
    state_[1] = b << 37 | b >> 27;
    return result;
  }
  std::array<std::uint64_t, 2> state_;
};

IpAddress address_of(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) return IpAddress::v4(ntohl(reinterpret_cast<const sockaddr_in&>(peer).sin_addr.s_addr));
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr, bytes.size());
  return IpAddress::from_bytes(bytes);
}

std::unexpected<Error> bind_failure(const std::string& endpoint, const boost::system::error_code& error) {
  return fail(Errc::unavailable, "cannot listen on " + endpoint + ": " + error.message());
}

}  // namespace

struct Worker::Listener {
  Listener(asio::io_context& context, std::size_t i) : index(i), acceptor(context) {}
  std::size_t index;
  tcp::acceptor acceptor;
};

struct Worker::Lists {
  template <DeadlineHook Connection::* Hook>
  using List = boost::intrusive::list<Connection, boost::intrusive::member_hook<Connection, DeadlineHook, Hook>,
                                      boost::intrusive::constant_time_size<false>>;
  std::array<List<&Connection::hook>, kWaits> waiting;
  List<&Connection::member> all;
};

std::string ServerShared::error_body(int status, std::string_view code, std::string_view message,
                                     std::string_view request_id) const {
  return options.error_body ? options.error_body(status, code, message, request_id)
                            : default_error_body(status, code, message, request_id);
}

Worker::Worker(std::shared_ptr<const ServerShared> shared, std::size_t max_connections)
    : shared_(std::move(shared)),
      max_connections_(max_connections),
      context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),  // one thread runs it; posting from others stays safe
      timer_(context_),
      counters_(shared_->options.listeners.size()),
      lists_(std::make_unique<Lists>()),
      scratch_(kScratch) {
  const auto& t = shared_->options.timeouts;
  const Duration shortest = std::min({t.handshake, t.header, t.body, t.idle, t.progress_check, t.linger});
  tick_ = std::clamp<Duration>(shortest / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
}

Worker::~Worker() = default;

Result<std::uint16_t> Worker::listen(std::size_t listener, std::uint16_t port) {
  const ListenerOptions& options = shared_->options.listeners[listener];
  const std::string text = options.address.to_string();
  boost::system::error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(text, error), port);
  if (error) return bind_failure(text, error);
  auto made = std::make_unique<Listener>(context_, listener);
  tcp::acceptor& acceptor = made->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (error) return bind_failure(text, error);
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.set_option(tcp::no_delay(true), error);  // accepted sockets inherit it
  // `::` serves IPv4 as well unless the same port has an IPv4 listener of its own.
  const bool own_v4 = std::ranges::any_of(shared_->options.listeners, [&](const ListenerOptions& other) {
    return other.address.is_v4() && other.port == options.port && options.port != 0;
  });
  if (!error && !options.address.is_v4()) acceptor.set_option(asio::ip::v6_only(own_v4), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (!error) acceptor.native_non_blocking(true, error);
  const auto bound = error ? tcp::endpoint() : acceptor.local_endpoint(error);
  if (error) return bind_failure(text + " port " + std::to_string(port), error);
  listeners_.push_back(std::move(made));
  return bound.port();
}

Status Worker::check_free(std::size_t listener) {
  const ListenerOptions& options = shared_->options.listeners[listener];
  if (options.port == 0) return {};
  const std::string text = options.address.to_string();
  boost::system::error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(text, error), options.port);
  tcp::acceptor probe(context_);
  if (!error) probe.open(endpoint.protocol(), error);
  if (!error) probe.set_option(tcp::acceptor::reuse_address(true), error);  // old connections in TIME_WAIT do not matter
  if (!error && !options.address.is_v4()) probe.set_option(asio::ip::v6_only(true), error);
  if (!error) probe.bind(endpoint, error);
  if (error) return bind_failure(text + " port " + std::to_string(options.port), error);
  return {};
}

void Worker::start() {
  for (auto& listener : listeners_) wait_for_connection(*listener);
  tick();
  thread_ = std::jthread([this] {
    pthread_setname_np(pthread_self(), "http-io");
    context_.run();
    finished_.store(true, std::memory_order_release);
  });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::post(std::move_only_function<void()> work) {
  asio::post(context_, [work = std::move(work)]() mutable { work(); });
}

std::string Worker::new_request_id(Timestamp now) {
  thread_local FastRng rng;
  return "req_" + ksuid(now, rng);
}

void Worker::wait_for_connection(Listener& listener) {
  listener.acceptor.async_wait(tcp::acceptor::wait_read, [this, &listener](const boost::system::error_code& error) {
    if (!error) accept_some(listener);
  });
}

void Worker::accept_some(Listener& listener) {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int socket = ::accept4(listener.acceptor.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      adopt(listener, socket, address_of(peer));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      if (!out_of_files_) log::warning("cannot accept connections", {{"reason", std::strerror(errno)}});
      out_of_files_ = true;  // tick() goes on
      return;
    }
    break;
  }
  wait_for_connection(listener);
}

void Worker::adopt(Listener& listener, int socket, const IpAddress& peer) {
  ListenerCounters& counters = counters_[listener.index];
  counters.accepted.add();
  if (open_ >= max_connections_ && !make_room()) {
    counters.refused.add();
    ::close(socket);
    return;
  }
  const tcp protocol = shared_->options.listeners[listener.index].address.is_v4() ? tcp::v4() : tcp::v6();
  const auto connection = std::make_shared<Connection>(*this, listener.index, socket, protocol, peer);
  lists_->all.push_back(*connection);
  ++open_;
  counters.open.add();
  connection->start();
}

/// A full house: the kept-alive connection that was quiet for longest gives way, then a client that dawdles over its
/// handshake or header. Who works gets to finish.
bool Worker::make_room() {
  for (const Wait reason : {Wait::idle, Wait::handshake, Wait::header}) {
    auto& list = lists_->waiting[static_cast<std::size_t>(reason)];
    if (list.empty()) continue;
    const Duration waited = shared_->clock.monotonic() - (list.front().waits_until - time_limit(reason));
    if (reason != Wait::idle && waited < kEvictionAge) continue;
    list.front().shared_from_this()->close();
    return true;
  }
  return false;
}

Duration Worker::time_limit(Wait reason) const {
  const auto& t = shared_->options.timeouts;
  switch (reason) {
    case Wait::handshake: return t.handshake;
    case Wait::header: return t.header;
    case Wait::progress: return t.progress_check;
    case Wait::idle: return t.idle;
    case Wait::linger: return t.linger;
  }
  std::unreachable();
}

void Worker::wait(Connection& connection, Wait reason) {
  connection.hook.unlink();
  connection.wait_reason = reason;
  connection.waits_until = shared_->clock.monotonic() + time_limit(reason);
  lists_->waiting[static_cast<std::size_t>(reason)].push_back(connection);
}

void Worker::closed(Connection& connection) {
  connection.hook.unlink();
  connection.member.unlink();
  --open_;
  counters_[connection.listener()].open.subtract();
  finish_if_drained();
}

void Worker::tick() {
  const Duration now = shared_->clock.monotonic();
  for (std::size_t i = 0; i < kWaits; ++i) expire(static_cast<Wait>(i), now);
  if (out_of_files_) {
    out_of_files_ = false;
    for (auto& listener : listeners_)
      if (listener->acceptor.is_open()) accept_some(*listener);
  }
  timer_.expires_after(tick_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void Worker::expire(Wait reason, Duration now) {
  auto& list = lists_->waiting[static_cast<std::size_t>(reason)];
  while (!list.empty() && list.front().waits_until <= now) {
    const auto connection = list.front().shared_from_this();
    connection->hook.unlink();
    connection->expired();
  }
}

void Worker::drain() {
  post([this] {
    for (auto& listener : listeners_) {
      accept_some(*listener);  // who is in the queue already would see a reset
      boost::system::error_code ignored;
      listener->acceptor.close(ignored);
    }
    draining_ = true;
    for (auto next = lists_->all.begin(); next != lists_->all.end();) {
      const auto connection = (next++)->shared_from_this();
      connection->drain();
    }
    finish_if_drained();
  });
}

void Worker::cut() {
  post([this] {
    draining_ = true;
    while (!lists_->all.empty()) lists_->all.front().shared_from_this()->close();
    finish_if_drained();
  });
}

void Worker::finish_if_drained() {
  if (draining_ && open_ == 0) context_.stop();
}

}  // namespace openstrat::http
