// One client connection: reads requests, hands them to the handler one at a time, writes answers. Lives on its worker's thread.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/server/parser.hpp"
#include "http/server/worker.hpp"

namespace openstrat::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Worker& worker, std::size_t listener, int socket, boost::asio::ip::tcp protocol, const IpAddress& peer);

  void start();
  /// The time of the reason it waits for is over.
  void expired();
  /// The server stops: ends now if no request is under way, else after its answer.
  void drain();
  /// Ends at once, without a word.
  void close();
  std::size_t listener() const { return listener_; }

  DeadlineHook hook;    ///< in one of the worker's lists by Wait
  DeadlineHook member;  ///< in the worker's list of all connections
  Wait wait_reason = Wait::idle;
  Duration waits_until{};

 private:
  enum class Phase { handshake, reading, handling, lingering, closed };
  enum class Input { data, none, ended };
  class Answer;  // what a Responder holds
  class Piece;   // what a PieceTaker holds

  // connection.cpp: from request to answer
  void run();
  void advance();
  void handshake();
  void read_requests();
  bool parse();
  void dispatch();
  void answer(Response response);
  void refuse(ParseFailure failure);  ///< by value: the parser that holds it is dropped
  void queue(Response response, std::string_view request_id);
  void begin_stream(Response response);
  void ask_for_piece();
  void watch_client();
  bool client_left();
  void take_piece(std::optional<std::string> piece);
  void progress_expired();
  void schedule();
  void wait_for(Wait reason);
  IpAddress client_of(const Request& request) const;
  bool came_over_tls(const Request& request) const;
  bool behind_proxy() const;

  // connection_io.cpp: bytes
  Input fill();
  Input receive(std::span<char> out, std::size_t& count);
  void keep_unread();
  bool flush();
  bool flush_plain();
  bool flush_tls();
  bool send_wire();
  bool has_output() const { return head_sent_ < head_.size() || body_sent_ < body_.size() || !unsent_.empty(); }
  void release_buffers();
  void release_output();
  void finish();
  void discard_input();
  void arm_read();
  void arm_write();

  std::shared_ptr<Worker> keep_worker_;  ///< while a Responder is out; declared first, so that it is destroyed last
  Worker& worker_;
  boost::asio::ip::tcp::socket socket_;
  std::shared_ptr<TlsContext> tls_context_;
  std::optional<TlsStream> tls_;
  std::optional<RequestParser> parser_;  ///< only while a request is under way: idle connections stay small
  std::string_view input_;               ///< unread bytes, in the worker's scratch or in stash_
  std::string stash_;                    ///< unread bytes while the connection waits
  std::string head_;                     ///< answers to be sent: heads and small bodies
  std::string_view body_;                ///< then a large body, in one of the next two
  std::string owned_body_;
  std::shared_ptr<const std::string> shared_body_;
  std::shared_ptr<BodySource> source_;   ///< of the answer that is being streamed; the phase stays `handling` till its end
  std::string unsent_;                   ///< TLS records that the socket did not take
  std::size_t head_sent_ = 0;
  std::size_t body_sent_ = 0;
  std::string request_id_;
  Duration body_deadline_{};
  std::size_t progress_ = 0;             ///< bytes moved since the last check
  std::size_t lingered_ = 0;
  IpAddress peer_;
  std::uint32_t listener_;
  Phase phase_ = Phase::reading;
  Method method_ = Method::get;
  Framing framing_ = Framing::length;
  bool http11_ = true;
  bool awaiting_piece_ = false;
  bool broken_off_ = false;
  bool running_ = false;
  bool keep_alive_ = true;
  bool close_after_output_ = false;
  bool linger_after_output_ = false;
  bool close_notify_sent_ = false;
  bool drained_ = false;                 ///< the last recv() emptied the socket
  bool continue_sent_ = false;
  bool first_request_ = true;
  bool read_armed_ = false;
  bool write_armed_ = false;
};

}  // namespace openstrat::http
