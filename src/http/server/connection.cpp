#include "http/server/connection.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/text.hpp"

namespace openstrat::http {
namespace {

constexpr std::size_t kPipelineOutput = 64 * 1024;  ///< answers in waiting that stop the reading of further requests
constexpr std::size_t kInlineBody = 16 * 1024;      ///< bodies up to here are copied behind their head
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

bool has_no_content(const Response& response) {
  return response.body.empty() && !response.shared_body && response.content_type.empty();
}

}  // namespace

/// Small enough to live inside a move_only_function. Answers on the connection's thread.
class Connection::Answer {
 public:
  explicit Answer(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

  void operator()(Response response) {
    const auto worker = std::move(connection_->keep_worker_);
    Connection& connection = *connection_;
    // Inside another connection's turn the shared buffers are taken: then, too, the answer waits in the queue.
    if (worker->on_own_thread() && (!worker->busy || connection.running_)) {
      connection.answer(std::move(response));
    } else {
      worker->post([held = std::move(connection_), response = std::move(response)]() mutable {
        held->answer(std::move(response));
      });
    }
  }

 private:
  std::shared_ptr<Connection> connection_;
};

class Connection::Piece {
 public:
  explicit Piece(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

  void operator()(std::optional<std::string> piece) {
    const auto worker = std::move(connection_->keep_worker_);
    Connection& connection = *connection_;
    if (worker->on_own_thread() && (!worker->busy || connection.running_)) {
      connection.take_piece(std::move(piece));
    } else {
      worker->post([held = std::move(connection_), piece = std::move(piece)]() mutable { held->take_piece(std::move(piece)); });
    }
  }

 private:
  std::shared_ptr<Connection> connection_;
};

Connection::Connection(Worker& worker, std::size_t listener, int socket, boost::asio::ip::tcp protocol,
                       const IpAddress& peer)
    : worker_(worker), socket_(worker.context()), peer_(peer), listener_(static_cast<std::uint32_t>(listener)) {
  boost::system::error_code error;
  socket_.assign(protocol, socket, error);
  if (error) ::close(socket);  // not open: the first read ends the connection
  if (!worker_.shared().options.listeners[listener].tls || !worker_.tls()) return;
  tls_context_ = worker_.tls();
  tls_.emplace(*tls_context_, socket, worker_.wire());
  phase_ = Phase::handshake;
}

void Connection::start() {
  if (!socket_.is_open()) return close();
  wait_for(phase_ == Phase::handshake ? Wait::handshake : Wait::header);
  run();
}

/// Everything that happens to a connection ends up here: go on as far as possible, then say what is waited for.
void Connection::run() {
  const auto self = shared_from_this();
  worker_.busy = running_ = true;
  advance();
  keep_unread();
  worker_.wire().clear();
  worker_.busy = running_ = false;
  schedule();
}

void Connection::advance() {
  if (phase_ == Phase::handshake) handshake();
  for (;;) {
    read_requests();
    if (phase_ == Phase::closed || phase_ == Phase::handshake) return;
    if (phase_ == Phase::lingering) return discard_input();
    const bool had_output = has_output();
    if (!flush()) return close();
    if (has_output()) return;
    if (broken_off_) return close();
    if (source_) {
      if (awaiting_piece_) return;
      ask_for_piece();
      continue;
    }
    if (close_after_output_ && phase_ == Phase::reading) return finish();
    // An emptied output buffer may have made room for requests that are already here.
    if (!had_output || phase_ != Phase::reading) return;
  }
}

void Connection::handshake() {
  ListenerCounters& counters = worker_.own_counters(listener_);
  switch (tls_->handshake()) {
    case TlsStream::Outcome::done:
      phase_ = Phase::reading;
      counters.handshakes.add();
      if (tls_->resumed()) counters.resumed.add();
      return;
    case TlsStream::Outcome::want_read:
      if (!send_wire()) close();
      return;
    case TlsStream::Outcome::closed:
    case TlsStream::Outcome::failed:
      counters.handshakes_failed.add();
      send_wire();  // the alert
      return close();
  }
}

void Connection::read_requests() {
  while (phase_ == Phase::reading && !close_after_output_ && body_.empty() && head_.size() < kPipelineOutput) {
    if (!input_.empty() && parse()) continue;
    switch (fill()) {
      case Input::data: continue;
      case Input::none: return;
      case Input::ended: close_after_output_ = true; return;  // answers under way still go out
    }
  }
}

/// True: one request (or error) further. False: more input is needed.
bool Connection::parse() {
  if (!parser_) {
    const auto begin = input_.find_first_not_of("\r\n");  // empty lines between requests are tolerated
    input_.remove_prefix(std::min(begin, input_.size()));
    if (input_.empty()) return false;
    parser_.emplace(worker_.shared().options.limits);
    body_deadline_ = {};
  }
  const auto step = parser_->put(input_);
  input_.remove_prefix(step.consumed);
  progress_ += step.consumed;
  switch (step.state) {
    case RequestParser::State::complete: dispatch(); return true;
    case RequestParser::State::failed: refuse(parser_->failure()); return true;
    case RequestParser::State::need_more: break;
  }
  if (parser_->header_done()) {
    if (body_deadline_ == Duration{})
      body_deadline_ = worker_.shared().clock.monotonic() + worker_.shared().options.timeouts.body;
    if (parser_->expects_continue() && input_.empty() && !std::exchange(continue_sent_, true)) head_ += kContinue;
  }
  return false;
}

void Connection::dispatch() {
  const ServerShared& shared = worker_.shared();
  Request request = parser_->take();
  keep_alive_ = parser_->keep_alive();
  http11_ = parser_->knows_chunks();
  parser_.reset();
  hook.unlink();
  phase_ = Phase::handling;
  method_ = request.method;
  request.received_at = shared.clock.now();
  request.remote = client_of(request);
  request.tls = came_over_tls(request);
  const auto given_id = request.headers.find("X-Request-Id");
  request.request_id = given_id && is_request_id(*given_id) ? std::string(*given_id) : worker_.new_request_id(request.received_at);
  request_id_ = request.request_id;
  worker_.own_counters(listener_).requests.add();
  keep_worker_ = worker_.shared_from_this();
  try {
    shared.handler(std::move(request), Responder(Answer(shared_from_this())));
  } catch (const std::exception& error) {  // the Responder that was destroyed on the way has answered 500
    log::error("request handler failed", {{"request_id", request_id_}, {"error", error.what()}});
  }
}

void Connection::answer(Response response) {
  if (phase_ != Phase::handling) return;  // cut in the meantime
  phase_ = Phase::reading;
  first_request_ = continue_sent_ = false;
  if (response.status == 500 && has_no_content(response)) {
    response.content_type = "application/json";
    response.body = worker_.shared().error_body(500, "internal_error", "The request could not be completed.", request_id_);
  }
  if (!keep_alive_ || worker_.draining()) close_after_output_ = true;
  if (response.stream) begin_stream(std::move(response));
  else queue(std::move(response), request_id_);
  if (!running_) run();
}

void Connection::begin_stream(Response response) {
  framing_ = http11_ ? Framing::chunked : Framing::until_close;
  if (framing_ == Framing::until_close) close_after_output_ = true;
  append_head(head_, response, 0,
              {.persistence = close_after_output_ ? Persistence::close : Persistence::keep_alive,
               .framing = framing_,
               .request_id = request_id_,
               .date = worker_.date(worker_.shared().clock.now())});
  if (method_ == Method::head) return;
  phase_ = Phase::handling;
  source_ = std::move(response.stream);
}

void Connection::ask_for_piece() {
  awaiting_piece_ = true;
  release_output();  // the next piece may be hours away
  keep_worker_ = worker_.shared_from_this();
  const auto source = source_;  // stays while it is being asked
  source->next(PieceTaker(Piece(shared_from_this())));
}

void Connection::take_piece(std::optional<std::string> piece) {
  awaiting_piece_ = false;
  if (!source_) return;  // cut in the meantime
  const bool chunked = framing_ == Framing::chunked;
  if (!piece || piece->empty()) {
    source_.reset();
    broken_off_ = !piece;
    phase_ = Phase::reading;
    if (chunked && piece) head_ += "0\r\n\r\n";
    if (worker_.draining()) close_after_output_ = true;
  } else {
    if (chunked) append_chunk_size(head_, piece->size());
    if (piece->size() <= kInlineBody) {
      head_ += *piece;
      if (chunked) head_ += "\r\n";
    } else {
      if (chunked) *piece += "\r\n";
      owned_body_ = *std::move(piece);
      body_ = owned_body_;
    }
  }
  if (!running_) run();
}

/// Answers what never became a request, then closes.
void Connection::refuse(ParseFailure failure) {
  ListenerCounters& counters = worker_.own_counters(listener_);
  counters.request_errors.add();
  const ServerShared& shared = worker_.shared();
  const std::string id = worker_.new_request_id(shared.clock.now());
  close_after_output_ = linger_after_output_ = true;
  method_ = Method::get;
  parser_.reset();
  Response response{.status = failure.status, .content_type = "application/json"};
  response.body = shared.error_body(failure.status, failure.code, failure.message, id);
  if (failure.status == 405) response.headers.set("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  queue(std::move(response), id);
}

void Connection::queue(Response response, std::string_view request_id) {
  const std::size_t size = response.shared_body ? response.shared_body->size() : response.body.size();
  append_head(head_, response, size,
              {.persistence = close_after_output_ ? Persistence::close : Persistence::keep_alive,
               .request_id = request_id,
               .date = worker_.date(worker_.shared().clock.now())});
  if (method_ == Method::head || forbids_body(response.status) || size == 0) return;
  if (size <= kInlineBody) {
    head_ += response.shared_body ? *response.shared_body : response.body;
    return;
  }
  shared_body_ = std::move(response.shared_body);
  owned_body_ = std::move(response.body);
  body_ = shared_body_ ? *shared_body_ : owned_body_;
}

void Connection::expired() {
  switch (wait_reason) {
    case Wait::handshake:
      worker_.own_counters(listener_).handshakes_failed.add();
      return close();
    case Wait::header:
      if (!parser_) return close();
      refuse({408, "request_timeout", "The request header did not arrive in time."});
      return run();
    case Wait::progress: return progress_expired();
    case Wait::idle:
    case Wait::linger: return close();
  }
}

void Connection::progress_expired() {
  const auto& timeouts = worker_.shared().options.timeouts;
  const bool slow = std::exchange(progress_, 0) < timeouts.min_bytes_per_check;
  if (has_output()) return slow ? close() : wait_for(Wait::progress);
  if (!slow && worker_.shared().clock.monotonic() < body_deadline_) return wait_for(Wait::progress);
  refuse({408, "request_timeout", "The request body did not arrive in time."});
  run();
}

void Connection::drain() {
  const bool at_rest = phase_ == Phase::reading && !parser_ && input_.empty() && !has_output();
  if (at_rest) close();
}

/// What the connection waits for now, and for how long.
void Connection::schedule() {
  switch (phase_) {
    case Phase::closed: return;
    case Phase::handshake:
      if (!unsent_.empty()) arm_write();
      return arm_read();
    case Phase::lingering:
      wait_for(Wait::linger);
      return arm_read();
    case Phase::handling:
    case Phase::reading: break;
  }
  if (has_output()) {
    wait_for(Wait::progress);
    return arm_write();
  }
  if (phase_ == Phase::handling) {  // pipelined requests stay in the socket
    hook.unlink();                  // nobody's deadline runs while the server makes the next piece
    return watch_client();
  }
  if (!parser_) {
    release_buffers();
    wait_for(first_request_ ? Wait::header : Wait::idle);
  } else {
    wait_for(parser_->header_done() ? Wait::progress : Wait::header);
  }
  arm_read();
}

/// Waiting longer for the same thing does not move the deadline.
void Connection::wait_for(Wait reason) {
  if (hook.is_linked() && wait_reason == reason) return;
  if (reason == Wait::progress) progress_ = 0;
  worker_.wait(*this, reason);
}

bool Connection::behind_proxy() const {
  return std::ranges::any_of(worker_.shared().options.trusted_proxies, [&](const Cidr& proxy) { return proxy.contains(peer_); });
}

bool Connection::came_over_tls(const Request& request) const {
  if (!behind_proxy()) return tls_.has_value();
  const auto protocol = request.headers.find("X-Forwarded-Proto");
  return protocol ? text::equal_ignoring_case(*protocol, "https") : tls_.has_value();
}

/// The last address of X-Forwarded-For that no trusted proxy of ours has: what stands before it may be invented.
IpAddress Connection::client_of(const Request& request) const {
  const auto& proxies = worker_.shared().options.trusted_proxies;
  if (proxies.empty() || !behind_proxy()) return peer_;
  IpAddress client = peer_;
  const auto& headers = request.headers.entries();
  for (auto header = headers.rbegin(); header != headers.rend(); ++header) {
    if (!text::equal_ignoring_case(header->first, "X-Forwarded-For")) continue;
    const auto hops = text::split(header->second, ',');
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
      const auto address = IpAddress::parse(text::trim(*hop));
      if (!address) return client;
      client = *address;
      if (std::ranges::none_of(proxies, [&](const Cidr& proxy) { return proxy.contains(client); })) return client;
    }
  }
  return client;
}

}  // namespace openstrat::http
