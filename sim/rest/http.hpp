// HTTP/1.1 as the router's web server speaks it: bytes to requests, answers to bytes. No sockets here.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openstrat::sim {

struct HttpRequest {
  std::string method;
  std::string target;
  std::string host;
  std::string authorization;
  std::string content_type;
  std::string body;
  bool keep_alive = true;
};

struct HttpAnswer {
  int status = 200;
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< besides those that every answer has
};

std::string_view reason_of(int status);  ///< `Not Found`
/// `with_body` false: the answer to HEAD, whose length is that of the body it does not have.
std::string to_bytes(const HttpAnswer& answer, bool keep_alive, bool with_body = true);

/// Takes bytes as they come, gives requests one after the other. What follows a request stays until that was taken.
class HttpReader {
 public:
  static constexpr std::size_t kHeaderLimit = 16 << 10;
  static constexpr std::size_t kBodyLimit = 64 << 10;

  enum class State {
    more,           ///< nothing whole yet
    wants_go_on,    ///< `Expect: 100-continue`: told once, then more
    whole,          ///< take()
    bad,            ///< not HTTP; like the next two, the end of the connection
    header_too_large,
    body_too_large,
  };

  HttpReader();
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  void add(std::string_view bytes) { buffer_.append(bytes); }
  State read();
  HttpRequest take();
  /// Whether part of a request is here.
  bool started() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::string buffer_;
};

}  // namespace openstrat::sim
