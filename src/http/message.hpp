// One HTTP request and its answer as plain values. Beast stays behind server.cpp.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/net.hpp"

namespace openstrat::http {

enum class Method { get, head, post, put, patch, delete_, options };
std::string_view to_string(Method method);  ///< "GET", …
std::optional<Method> parse_method(std::string_view text);

/// Few entries, linear look-up, names compared without case.
class Headers {
 public:
  std::optional<std::string_view> find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name).has_value(); }
  void set(std::string_view name, std::string value);  ///< replaces
  void add(std::string_view name, std::string value);
  const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

struct Request {
  Method method = Method::get;
  std::string target;        ///< as sent: path and query, still percent-encoded
  std::string path;          ///< without query, percent-decoded per segment is the router's work; one trailing slash removed
  std::string query;         ///< after '?', still encoded
  Headers headers;
  std::string body;
  IpAddress remote;          ///< the client: peer, or X-Forwarded-For of a trusted proxy
  bool tls = false;
  std::string request_id;    ///< X-Request-Id of the client (≤ 64 printable characters) or `req_<ksuid>`
  Timestamp received_at{};
};

/// Takes one piece of a body, exactly once, from any thread: bytes, or an empty text at the end. Destroyed unused = the
/// body is broken off, which the client sees because the last chunk is missing.
class PieceTaker {
 public:
  explicit PieceTaker(std::move_only_function<void(std::optional<std::string>)> take) : take_(std::move(take)) {}
  PieceTaker(PieceTaker&&) = default;
  PieceTaker& operator=(PieceTaker&&) = default;
  ~PieceTaker();
  void operator()(std::string piece);

 private:
  std::move_only_function<void(std::optional<std::string>)> take_;
};

/// A body that is made while it is sent. The next piece is asked for once the client has taken the one before, so that a slow
/// client holds up the making instead of filling the memory.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// On an I/O thread: must not block. Not called again before `taker` has been used.
  virtual void next(PieceTaker taker) = 0;
  /// True: it goes on until the client has enough, so that a client which closes its side wants no more. Else such a client still
  /// gets the rest of its answer.
  virtual bool is_endless() const { return false; }
};

struct Response {
  int status = 200;
  std::string content_type;  ///< empty: no Content-Type
  Headers headers;
  std::string body;
  std::shared_ptr<const std::string> shared_body;  ///< instead of `body` for large constants (static files)
  std::shared_ptr<BodySource> stream;  ///< instead of either
};

/// Answers one request, exactly once, from any thread. Destroyed unused = 500.
class Responder {
 public:
  explicit Responder(std::move_only_function<void(Response)> send) : send_(std::move(send)) {}
  Responder(Responder&&) = default;
  Responder& operator=(Responder&&) = default;
  ~Responder();
  void operator()(Response response);

 private:
  std::move_only_function<void(Response)> send_;
};

/// What the server calls on its I/O thread once a request is complete: answer at once or hop to a worker; never block.
using RequestHandler = std::function<void(Request, Responder)>;

}  // namespace openstrat::http
