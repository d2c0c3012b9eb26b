// The byte half of Connection: sockets, TLS records, buffers.
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "http/server/connection.hpp"

namespace openstrat::http {
namespace {

constexpr std::size_t kReadMore = 16 * 1024;
constexpr std::size_t kTlsRecord = 16 * 1024;
constexpr std::size_t kWireBatch = 128 * 1024;   ///< TLS output made before it is sent
constexpr std::size_t kLingerBytes = 1024 * 1024;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

void release(std::string& buffer) { std::string().swap(buffer); }

}  // namespace

/// Makes input_ longer.
Connection::Input Connection::fill() {
  std::size_t count = 0;
  if (input_.empty()) {
    const auto scratch = worker_.scratch();
    const Input got = receive(scratch, count);
    if (got == Input::data) input_ = {scratch.data(), count};
    return got;
  }
  keep_unread();
  const std::size_t before = stash_.size();
  stash_.resize(before + kReadMore);
  const Input got = receive({stash_.data() + before, kReadMore}, count);
  stash_.resize(before + count);
  input_ = stash_;
  return got;
}

Connection::Input Connection::receive(std::span<char> out, std::size_t& count) {
  count = 0;
  if (tls_) {
    switch (tls_->read(out, count)) {
      case TlsStream::Outcome::done: break;
      case TlsStream::Outcome::want_read: return Input::none;
      case TlsStream::Outcome::closed:
      case TlsStream::Outcome::failed: return Input::ended;
    }
  } else {
    if (drained_) return Input::none;
    const auto got = ::recv(socket_.native_handle(), out.data(), out.size(), 0);
    if (got < 0) return would_block() ? Input::none : Input::ended;
    if (got == 0) return Input::ended;
    count = static_cast<std::size_t>(got);
    drained_ = count < out.size();
  }
  worker_.own_counters(listener_).received.add(count);
  return Input::data;
}

/// The scratch belongs to whoever runs next: moves what is unread into our own buffer.
void Connection::keep_unread() {
  if (input_.empty()) {
    stash_.clear();
    input_ = {};
    return;
  }
  const bool in_stash = input_.data() >= stash_.data() && input_.data() < stash_.data() + stash_.size();
  if (in_stash) {
    stash_.erase(0, static_cast<std::size_t>(input_.data() - stash_.data()));
  } else {
    stash_.assign(input_);
  }
  input_ = stash_;
}

/// Sends as much as the socket takes. False: the connection is broken.
bool Connection::flush() {
  if (!(tls_ ? flush_tls() : flush_plain())) return false;
  if (head_sent_ < head_.size() || body_sent_ < body_.size()) return true;
  head_.clear();
  body_ = {};
  owned_body_.clear();
  shared_body_.reset();
  head_sent_ = body_sent_ = 0;
  return true;
}

bool Connection::flush_plain() {
  while (head_sent_ < head_.size() || body_sent_ < body_.size()) {
    std::array<iovec, 2> parts{{{head_.data() + head_sent_, head_.size() - head_sent_},
                                {const_cast<char*>(body_.data()) + body_sent_, body_.size() - body_sent_}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
    if (sent < 0) return would_block();
    const auto count = static_cast<std::size_t>(sent);
    const std::size_t of_head = std::min(count, head_.size() - head_sent_);
    head_sent_ += of_head;
    body_sent_ += count - of_head;
    progress_ += count;
    worker_.own_counters(listener_).sent.add(count);
  }
  return true;
}

bool Connection::flush_tls() {
  const auto encrypt = [this](std::string_view text, std::size_t& done) {
    while (done < text.size() && worker_.wire().size() < kWireBatch) {
      const auto record = text.substr(done, kTlsRecord);
      if (!tls_->write(record)) return false;
      done += record.size();
      worker_.own_counters(listener_).sent.add(record.size());
    }
    return true;
  };
  do {
    if (!unsent_.empty()) {
      if (!send_wire()) return false;
      if (!unsent_.empty()) return true;
    }
    if (!encrypt(head_, head_sent_) || (head_sent_ == head_.size() && !encrypt(body_, body_sent_))) return false;
    const bool all = head_sent_ == head_.size() && body_sent_ == body_.size();
    if (all && close_after_output_ && phase_ == Phase::reading && !std::exchange(close_notify_sent_, true))
      tls_->close_notify();
    if (!send_wire()) return false;
    if (all) return true;
  } while (unsent_.empty());
  return true;
}

/// Sends the records of this turn, after those that are left over from earlier ones.
bool Connection::send_wire() {
  std::string& wire = worker_.wire();
  if (!unsent_.empty()) {
    unsent_ += wire;
    wire.clear();
  }
  const std::string_view bytes = unsent_.empty() ? wire : unsent_;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto sent = ::send(socket_.native_handle(), bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (sent < 0) {
      if (would_block()) break;
      return false;
    }
    done += static_cast<std::size_t>(sent);
  }
  progress_ += done;
  if (unsent_.empty()) {
    unsent_.assign(bytes.substr(done));
  } else {
    unsent_.erase(0, done);
  }
  wire.clear();
  return true;
}

/// Between requests a connection holds no buffers.
void Connection::release_buffers() {
  release_output();
  release(stash_);
  input_ = {};
}

void Connection::release_output() {
  release(head_);
  release(unsent_);
  release(owned_body_);
}

/// After the last answer. Closing with unread input would reset the connection and may destroy the answer on its way.
void Connection::finish() {
  if (!linger_after_output_) return close();
  ::shutdown(socket_.native_handle(), SHUT_WR);
  phase_ = Phase::lingering;
  drained_ = false;
  discard_input();
}

void Connection::discard_input() {
  input_ = {};
  while (phase_ == Phase::lingering && !drained_) {
    const auto scratch = worker_.scratch();
    const auto count = ::recv(socket_.native_handle(), scratch.data(), scratch.size(), 0);
    if (count < 0 && would_block()) return;
    if (count <= 0) return close();
    lingered_ += static_cast<std::size_t>(count);
    if (lingered_ > kLingerBytes) return close();
  }
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  boost::system::error_code ignored;
  socket_.close(ignored);
  parser_.reset();
  source_.reset();
  tls_.reset();
  release_buffers();
  worker_.closed(*this);
}

void Connection::arm_read() {
  if (std::exchange(read_armed_, true)) return;
  socket_.async_wait(boost::asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->read_armed_ = false;
                       if (error || self->phase_ == Phase::closed) return;
                       self->drained_ = false;
                       if (self->tls_) self->tls_->readable();
                       self->run();
                     });
}

/// Whether the client has closed its side, whatever it sent before.
bool Connection::client_left() {
  pollfd state{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/// While an endless answer waits for its next piece: a client that goes away is noticed at once, not at the next piece.
void Connection::watch_client() {
  if (!source_ || !source_->is_endless() || std::exchange(read_armed_, true)) return;
  socket_.async_wait(boost::asio::ip::tcp::socket::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->read_armed_ = false;
                       if (error || self->phase_ == Phase::closed) return;
                       self->drained_ = false;
                       if (self->tls_) self->tls_->readable();
                       if (!self->source_) return self->run();  // the answer has ended meanwhile: this is the next request
                       // What it sent stays unread till then, so looking again at once would never stop; the next piece looks again.
                       if (self->client_left()) self->close();
                     });
}

void Connection::arm_write() {
  if (std::exchange(write_armed_, true)) return;
  socket_.async_wait(boost::asio::ip::tcp::socket::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->write_armed_ = false;
                       if (!error && self->phase_ != Phase::closed) self->run();
                     });
}

}  // namespace openstrat::http
