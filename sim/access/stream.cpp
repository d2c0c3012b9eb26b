#include "sim/access/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

namespace openstrat::sim {
namespace {

constexpr Duration kHandshakeLimit = std::chrono::seconds(20);
constexpr Duration kFarewellLimit = std::chrono::seconds(10);
constexpr std::size_t kReadBytes = 16 << 10;
constexpr int kReadsPerTurn = 4;

}  // namespace

void Stream::SslFree::operator()(ssl_st* ssl) const { SSL_free(ssl); }

Stream::Stream(Router& router, Accepted connection)
    : router_(router), fd_(std::move(connection.fd)), service_(std::move(connection.service)), peer_(std::move(connection.peer)),
      peer_port_(connection.peer_port), session_(std::move(connection.session)) {}

Stream::~Stream() {
  if (fd_) router_.services().loop.unwatch(fd_.get());
}

std::shared_ptr<Stream> Stream::plain(Router& router, Accepted connection) { return std::shared_ptr<Stream>(new Stream(router, std::move(connection))); }

std::shared_ptr<Stream> Stream::tls(Router& router, Accepted connection, TlsContext context) {
  std::shared_ptr<Stream> stream(new Stream(router, std::move(connection)));
  stream->ssl_.reset(SSL_new(context.get()));
  if (stream->ssl_ == nullptr) throw std::bad_alloc();
  stream->context_ = std::move(context);
  SSL_set_fd(stream->ssl_.get(), stream->fd_.get());
  SSL_set_accept_state(stream->ssl_.get());
  stream->shaking_ = true;
  return stream;
}

void Stream::start() {
  power_ = router_.watch_power([this](bool on) {
    if (!on) close();
  });
  if (shaking_) limit_time(kHandshakeLimit);
  follow();
}

/// Time-outs of the network are real, however fast the router's own time passes.
void Stream::limit_time(Duration length) {
  EventLoop& loop = router_.services().loop;
  if (timer_) loop.cancel(*timer_);
  const auto scaled = Duration(static_cast<std::int64_t>(static_cast<double>(length.count()) * loop.speed()));
  timer_ = loop.after(scaled, [self = weak_from_this()] {
    if (const auto stream = self.lock()) {
      stream->timer_.reset();
      stream->close();
    }
  });
}

void Stream::follow() {
  if (!fd_) return;
  std::uint32_t wanted = 0;
  if (shaking_ || (!choked_ && !paused_) || closing_) wanted |= EPOLLIN;  // a farewell has to see the peer go
  if (needs_writing_ || (!shaking_ && pending_bytes() > 0)) wanted |= EPOLLOUT;
  if (watched_ == wanted && watched_ != 0) return;
  watched_ = wanted;
  router_.services().loop.watch(fd_.get(), wanted, [self = shared_from_this()](std::uint32_t events) { self->ready(events); });
}

void Stream::ready(std::uint32_t events) {
  if (!fd_) return;
  const auto self = shared_from_this();
  needs_writing_ = false;
  if (shaking_ && !shake_hands()) return follow();
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 && (events & EPOLLIN) == 0) return close();
  if (pending_bytes() > 0) flush();
  if (fd_ && ((events & EPOLLIN) != 0 || ssl_ != nullptr)) read_some();
  follow();
}

bool Stream::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) {
    if (tls_result(result) == Progress::over) close();
    return false;
  }
  shaking_ = false;
  if (timer_) router_.services().loop.cancel(*timer_);
  timer_.reset();
  return true;
}

Stream::Progress Stream::tls_result(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE: return Progress::some;
    case SSL_ERROR_WANT_READ: return Progress::blocked;
    case SSL_ERROR_WANT_WRITE: needs_writing_ = true; return Progress::blocked;
    default: return Progress::over;
  }
}

Stream::Progress Stream::receive(char* into, std::size_t room, std::size_t& got) {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    return tls_result(SSL_read_ex(ssl_.get(), into, room, &got));
  }
  const ssize_t size = recv(fd_.get(), into, room, 0);
  if (size > 0) {
    got = static_cast<std::size_t>(size);
    return Progress::some;
  }
  return size < 0 && (errno == EAGAIN || errno == EINTR) ? Progress::blocked : Progress::over;
}

void Stream::read_some() {
  char buffer[kReadBytes];
  for (int i = 0; fd_ && !shaking_ && (closing_ || (!choked_ && !paused_)); ++i) {
    if (i == kReadsPerTurn) {
      if (ssl_ == nullptr || SSL_pending(ssl_.get()) == 0) return;  // the loop tells us again
      return router_.services().loop.soon([self = shared_from_this()] { self->ready(0); });
    }
    std::size_t got = 0;
    const Progress progress = receive(buffer, sizeof buffer, got);
    if (progress == Progress::blocked) return;
    if (progress == Progress::over) return close();
    if (closing_ || !on_bytes) continue;
    const auto told = on_bytes;  // it may be replaced, or dropped by close(), while it runs
    told({buffer, got});
  }
}

void Stream::write(std::string_view bytes) {
  if (!fd_ || closing_ || bytes.empty()) return;
  out_.append(bytes);
  if (watched_ != 0 && !shaking_ && pending_bytes() == bytes.size()) flush();
  choked_ = choked_ || pending_bytes() > kPauseReading;
  follow();
}

Stream::Progress Stream::send_out() {
  const std::string_view rest = std::string_view(out_).substr(sent_);
  if (ssl_ != nullptr) {
    std::size_t sent = 0;
    ERR_clear_error();
    const Progress progress = tls_result(SSL_write_ex(ssl_.get(), rest.data(), rest.size(), &sent));
    sent_ += sent;
    return progress;
  }
  const ssize_t size = send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
  if (size > 0) {
    sent_ += static_cast<std::size_t>(size);
    return Progress::some;
  }
  return size < 0 && (errno == EAGAIN || errno == EINTR) ? Progress::blocked : Progress::over;
}

void Stream::flush() {
  while (fd_ && pending_bytes() > 0) {
    const Progress progress = send_out();
    if (progress == Progress::over) return close();
    if (progress == Progress::blocked) break;
  }
  if (!fd_) return;
  if (pending_bytes() == 0) {
    out_ = std::string();  // gives the memory back: most connections are idle
    sent_ = 0;
  } else if (sent_ > kPauseReading) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
  if (choked_ && pending_bytes() <= kResumeReading) {
    choked_ = false;
    // TLS may hold bytes that the loop does not know of.
    router_.services().loop.soon([self = shared_from_this()] { self->ready(EPOLLIN); });
  }
  if (pending_bytes() > 0) return;
  if (closing_) {
    if (ssl_ != nullptr) SSL_shutdown(ssl_.get());
    shutdown(fd_.get(), SHUT_WR);
  } else if (on_drained) {
    const auto told = on_drained;
    told();
  }
}

void Stream::pause_reading(bool pause) {
  if (paused_ == pause) return;
  paused_ = pause;
  follow();
  if (pause || !fd_) return;
  router_.services().loop.soon([self = shared_from_this()] { self->ready(EPOLLIN); });
}

/// Waits for the peer to close its side too, so that no unread byte of it makes the kernel reset what we have just sent.
void Stream::close_after_write() {
  if (!fd_ || closing_) return;
  closing_ = true;
  limit_time(kFarewellLimit);
  flush();
  follow();
}

void Stream::close() {
  if (!fd_) return;
  const auto self = shared_from_this();
  EventLoop& loop = router_.services().loop;
  if (timer_) loop.cancel(*timer_);
  timer_.reset();
  loop.unwatch(fd_.get());
  ssl_.reset();
  fd_.reset();
  session_.reset();
  power_.reset();
  out_ = std::string();
  sent_ = 0;
  const auto told = std::move(on_closed);
  on_bytes = nullptr;
  on_drained = nullptr;
  on_closed = nullptr;
  if (told) told();
}

}  // namespace openstrat::sim
