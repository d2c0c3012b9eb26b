// The head of an HTTP/1.1 answer as bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "http/message.hpp"

namespace openstrat::http {

enum class Persistence { keep_alive, close };
enum class Framing { length, chunked, until_close };

struct HeadOptions {
  Persistence persistence = Persistence::keep_alive;
  Framing framing = Framing::length;
  std::string_view request_id;
  std::string_view date;  ///< of HttpDate
};

std::string_view reason_phrase(int status);

/// Appends status line, header fields and the empty line. Content-Length, Connection, Date and X-Request-Id are the
/// server's: what a handler set under these names is left out, and line breaks in its values become spaces.
void append_head(std::string& out, const Response& response, std::size_t body_size, const HeadOptions& options);

/// The line before a chunk.
void append_chunk_size(std::string& out, std::size_t size);

/// Statuses that never have a body (1xx, 204, 304).
bool forbids_body(int status);

/// `Sun, 06 Nov 1994 08:49:37 GMT`, rendered at most once a second.
class HttpDate {
 public:
  std::string_view at(Timestamp now);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

/// The body of an error that the server itself answers, when ServerOptions::error_body is not set.
std::string default_error_body(int status, std::string_view code, std::string_view message, std::string_view request_id);

}  // namespace openstrat::http
