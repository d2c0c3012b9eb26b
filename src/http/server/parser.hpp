// One HTTP/1.x request out of bytes, over Beast's parser (which stays behind parser.cpp).
#pragma once

#include <memory>
#include <string_view>

#include "http/message.hpp"
#include "http/server.hpp"

namespace openstrat::http {

/// Why a request was not accepted, in the words of the error body.
struct ParseFailure {
  int status = 400;
  std::string_view code;
  std::string_view message;
};

class RequestParser {
 public:
  enum class State { need_more, complete, failed };
  struct Step {
    State state;
    std::size_t consumed;  ///< the rest must be passed again, with more behind it
  };

  explicit RequestParser(const ServerLimits& limits);
  ~RequestParser();

  Step put(std::string_view input);

  bool header_done() const;
  bool expects_continue() const;  ///< `Expect: 100-continue`, the body has not begun to arrive
  bool keep_alive() const;
  bool knows_chunks() const;  ///< HTTP/1.1
  const ParseFailure& failure() const;
  /// After State::complete: method, target, path, query, headers, body.
  Request take();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace openstrat::http
