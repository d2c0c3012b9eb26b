#include "bench/load/load.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <chrono>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace openstrat::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kSubBuckets = 16;

std::size_t bucket_of(std::uint64_t us) {
  if (us < kSubBuckets) return us;
  const int shift = std::bit_width(us) - 5;  // keeps the top five bits
  return static_cast<std::size_t>(shift) * kSubBuckets + (us >> shift);
}

std::uint64_t lower_bound_of(std::size_t bucket) {
  if (bucket < 2 * kSubBuckets) return bucket;
  const std::size_t shift = bucket / kSubBuckets - 1;
  return (bucket % kSubBuckets + kSubBuckets) << shift;
}

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
struct FreeSession {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};

class Driver;

/// One slot of the driver: a connection after the other.
class Slot {
 public:
  explicit Slot(Driver& driver) : driver_(driver) {}
  ~Slot() { drop(); }
  /// Sends the request, on the open connection if there is one. Its latency counts from `due`.
  void ask(std::string_view request, SteadyClock::time_point due);
  void advance();

 private:
  enum class Step { idle, connecting, handshaking, sending, receiving };
  enum class Io { done, blocked, failed };

  Io connect_done();
  Io handshake();
  Io send();
  Io receive();
  bool answer_complete();
  void answered();
  void connect();
  void drop();
  long read_some(char* out, std::size_t size);

  Driver& driver_;
  int socket_ = -1;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::unique_ptr<SSL_SESSION, FreeSession> session_;
  Step step_ = Step::idle;
  std::string_view request_;
  std::size_t sent_ = 0;
  std::string answer_;
  std::size_t wanted_ = 0;  ///< bytes of the whole answer, once its head is here
  SteadyClock::time_point began_;
};

/// One thread: slots that wait for their turn, and the requests of this thread (every `threads`th).
class Driver {
 public:
  Driver(const LoadOptions& options, unsigned slots, unsigned number)
      : options_(options), epoll_(::epoll_create1(EPOLL_CLOEXEC)), context_(SSL_CTX_new(TLS_client_method())), next_(number) {
    if (!options.ciphers.empty()) {
      SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION);
      if (SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str()) != 1) throw std::runtime_error("unknown ciphers");
    }
    address_.sin_family = AF_INET;
    address_.sin_port = htons(options.port);
    if (inet_pton(AF_INET, options.host.c_str(), &address_.sin_addr) != 1) throw std::runtime_error("host must be an IPv4 address");
    for (unsigned i = 0; i < slots; ++i) idle_.push_back(slots_.emplace_back(std::make_unique<Slot>(*this)).get());
  }
  ~Driver() {
    slots_.clear();
    ::close(epoll_);
  }

  LoadResult run() {
    begin_ = SteadyClock::now();
    const auto end = begin_ + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(options_.seconds));
    std::array<epoll_event, 256> events;
    const int wait_ms = options_.rate > 0 ? 1 : 20;
    while (SteadyClock::now() < end && !(options_.once && idle_.size() == slots_.size() && !requests_left() && issued_ > 0)) {
      give_work();
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), wait_ms);
      for (int i = 0; i < count; ++i) static_cast<Slot*>(events[static_cast<std::size_t>(i)].data.ptr)->advance();
    }
    result.seconds = std::chrono::duration<double>(SteadyClock::now() - begin_).count();
    return result;
  }

  void waits(Slot& slot) { idle_.push_back(&slot); }

  int open_socket(Slot& slot) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // Closing with a reset keeps the client's ports free: thousands of new connections a second would use them up in TIME_WAIT.
    const linger reset{1, 0};
    if (!options_.keep_alive) ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &slot;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    ::connect(socket, reinterpret_cast<const sockaddr*>(&address_), sizeof address_);
    return socket;
  }

  const LoadOptions& options() const { return options_; }
  SSL_CTX* context() { return context_.get(); }
  LoadResult result;

 private:
  bool requests_left() const { return !options_.once || next_ < options_.requests.size(); }

  /// Not paced: everyone who waits. Paced: as many as are due by now, each with the time it was due, so that a slow server
  /// cannot hide its slowness by slowing us down.
  void give_work() {
    const auto now = SteadyClock::now();
    const double due = std::chrono::duration<double>(now - begin_).count() * options_.rate / options_.threads;
    while (!idle_.empty() && requests_left() && (options_.rate == 0 || static_cast<double>(issued_) < due)) {
      Slot& slot = *idle_.front();
      idle_.pop_front();
      const auto late_by = std::chrono::duration<double>((due - static_cast<double>(issued_)) * options_.threads / options_.rate);
      const auto due_at = options_.rate == 0 ? now : now - std::chrono::duration_cast<SteadyClock::duration>(late_by);
      const auto& request = options_.requests[next_ % options_.requests.size()];
      next_ += options_.threads;
      ++issued_;
      slot.ask(request, due_at);
    }
  }

  const LoadOptions& options_;
  const int epoll_;
  const std::unique_ptr<SSL_CTX, FreeContext> context_;
  sockaddr_in address_{};
  SteadyClock::time_point begin_;
  std::size_t next_;         ///< index of the next request
  std::uint64_t issued_ = 0;
  std::deque<Slot*> idle_;
  std::vector<std::unique_ptr<Slot>> slots_;
};

void Slot::ask(std::string_view request, SteadyClock::time_point due) {
  began_ = due;
  request_ = request;
  sent_ = wanted_ = 0;
  answer_.clear();
  if (socket_ < 0) return connect();
  step_ = Step::sending;
  advance();
}

void Slot::connect() {
  drop();
  sent_ = wanted_ = 0;
  answer_.clear();
  socket_ = driver_.open_socket(*this);
  step_ = Step::connecting;
  if (driver_.options().tls) {
    ssl_.reset(SSL_new(driver_.context()));
    SSL_set_fd(ssl_.get(), socket_);
    SSL_set_connect_state(ssl_.get());
    if (session_) SSL_set_session(ssl_.get(), session_.get());
  }
}

void Slot::drop() {
  if (ssl_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN);  // or its session would count as broken
  ssl_.reset();
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void Slot::advance() {
  for (;;) {
    Io io = Io::done;
    switch (step_) {
      case Step::idle: return;
      case Step::connecting: io = connect_done(); break;
      case Step::handshaking: io = handshake(); break;
      case Step::sending: io = send(); break;
      case Step::receiving: io = receive(); break;
    }
    if (io == Io::blocked) return;
    if (io == Io::done) continue;
    ++driver_.result.failed;
    return connect();
  }
}

Slot::Io Slot::connect_done() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return Io::failed;
  tcp_info info{};
  size = sizeof info;
  ::getsockopt(socket_, IPPROTO_TCP, TCP_INFO, &info, &size);
  if (info.tcpi_state == TCP_SYN_SENT) return Io::blocked;
  step_ = ssl_ ? Step::handshaking : Step::sending;
  return Io::done;
}

Slot::Io Slot::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    step_ = Step::sending;
    if (SSL_session_reused(ssl_.get()) == 1) ++driver_.result.resumed;
    return Io::done;
  }
  const int error = SSL_get_error(ssl_.get(), result);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? Io::blocked : Io::failed;
}

Slot::Io Slot::send() {
  while (sent_ < request_.size()) {
    const auto rest = request_.substr(sent_);
    ERR_clear_error();
    const long count = ssl_ ? SSL_write(ssl_.get(), rest.data(), static_cast<int>(rest.size()))
                            : ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count > 0) {
      sent_ += static_cast<std::size_t>(count);
      continue;
    }
    const bool blocked = ssl_ ? SSL_get_error(ssl_.get(), static_cast<int>(count)) == SSL_ERROR_WANT_WRITE : errno == EAGAIN;
    return blocked ? Io::blocked : Io::failed;
  }
  step_ = Step::receiving;
  return Io::done;
}

/// > 0 bytes, 0 blocked, < 0 ended.
long Slot::read_some(char* out, std::size_t size) {
  if (!ssl_) {
    const auto count = ::recv(socket_, out, size, 0);
    return count > 0 ? count : count < 0 && errno == EAGAIN ? 0 : -1;
  }
  ERR_clear_error();
  const int count = SSL_read(ssl_.get(), out, static_cast<int>(size));
  if (count > 0) return count;
  return SSL_get_error(ssl_.get(), count) == SSL_ERROR_WANT_READ ? 0 : -1;
}

Slot::Io Slot::receive() {
  char buffer[16384];
  while (!answer_complete()) {
    const long count = read_some(buffer, sizeof buffer);
    if (count == 0) return Io::blocked;
    if (count < 0) return Io::failed;
    answer_.append(buffer, static_cast<std::size_t>(count));
  }
  answered();
  return Io::done;
}

bool Slot::answer_complete() {
  if (wanted_ == 0) {
    const auto end = answer_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    wanted_ = end + 4;
    std::size_t length = 0;
    const std::string_view head(answer_.data(), end);
    const auto field = std::ranges::search(head, std::string_view("content-length:"),
                                           [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    if (!field.empty()) {
      const char* digits = &*field.begin() + field.size();
      while (*digits == ' ') ++digits;
      std::from_chars(digits, head.data() + head.size(), length);
    }
    wanted_ += length;
  }
  return answer_.size() >= wanted_;
}

void Slot::answered() {
  const auto now = SteadyClock::now();
  LoadResult& result = driver_.result;
  ++result.answered;
  if (answer_.size() < 10 || answer_[9] != '2') ++result.not_2xx;
  result.latency.add(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now - began_).count()));
  step_ = Step::idle;
  driver_.waits(*this);
  if (driver_.options().keep_alive) return;
  if (ssl_ && driver_.options().resume) session_.reset(SSL_get1_session(ssl_.get()));
  drop();
}

}  // namespace

void Histogram::add(std::uint64_t us) {
  ++buckets_[std::min(bucket_of(us), buckets_.size() - 1)];
  ++count_;
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
}

std::uint64_t Histogram::percentile(double fraction) const {
  if (count_ == 0) return 0;
  auto rest = std::min(static_cast<std::uint64_t>(fraction * static_cast<double>(count_)), count_ - 1);
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i] > rest) return lower_bound_of(i);
    rest -= buckets_[i];
  }
  return lower_bound_of(buckets_.size() - 1);
}

LoadResult run_load(const LoadOptions& options) {
  std::vector<std::unique_ptr<Driver>> drivers;
  for (unsigned i = 0; i < options.threads; ++i)
    drivers.push_back(std::make_unique<Driver>(options, std::max(1u, options.connections / options.threads), i));
  std::vector<LoadResult> results(options.threads);
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < options.threads; ++i) threads.emplace_back([&, i] { results[i] = drivers[i]->run(); });
  }
  LoadResult all;
  for (const LoadResult& one : results) {
    all.answered += one.answered;
    all.not_2xx += one.not_2xx;
    all.failed += one.failed;
    all.resumed += one.resumed;
    all.seconds = std::max(all.seconds, one.seconds);
    all.latency.merge(one.latency);
  }
  return all;
}

}  // namespace openstrat::bench
