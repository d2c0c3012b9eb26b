// The only file of the simulator that includes Beast. Its parser is all we need, so it is compiled here as headers;
// src/http/boost_impl.cpp, which has the whole library, belongs to the server.
#undef BOOST_BEAST_SEPARATE_COMPILATION
#undef BOOST_ASIO_SEPARATE_COMPILATION
#include "sim/rest/http.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/core.h>

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

namespace http = boost::beast::http;

std::string text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct HttpReader::Parser {
  Parser() {
    request.eager(true);
    request.header_limit(kHeaderLimit);
    request.body_limit(kBodyLimit);
  }
  http::request_parser<http::string_body> request;
  bool told_to_go_on = false;
};

HttpReader::HttpReader() = default;
HttpReader::~HttpReader() = default;

bool HttpReader::started() const { return parser_ != nullptr || !buffer_.empty(); }

HttpReader::State HttpReader::read() {
  if (parser_ == nullptr) {
    if (buffer_.empty()) return State::more;  // an idle connection has no parser
    parser_ = std::make_unique<Parser>();
  }
  auto& request = parser_->request;
  boost::system::error_code error;
  while (!request.is_done() && !buffer_.empty()) {
    const std::size_t used = request.put(boost::asio::const_buffer(buffer_.data(), buffer_.size()), error);
    buffer_.erase(0, used);
    if (error == http::error::need_more) break;
    if (error == http::error::body_limit) return State::body_too_large;
    if (error == http::error::header_limit) return State::header_too_large;
    if (error) return State::bad;
  }
  if (request.is_done()) return State::whole;
  // Beast looks at the limit when the header is whole; a line without end must not wait for that.
  if (!request.is_header_done() && buffer_.size() > kHeaderLimit) return State::header_too_large;
  const bool asks = request.is_header_done() && text::equal_ignoring_case(text_of(request.get()[http::field::expect]), "100-continue");
  if (!asks || parser_->told_to_go_on) return State::more;
  parser_->told_to_go_on = true;
  return State::wants_go_on;
}

HttpRequest HttpReader::take() {
  HttpRequest taken;
  const bool keep_alive = parser_->request.keep_alive();
  auto message = parser_->request.release();
  parser_.reset();
  taken.method = text_of(message.method_string());
  taken.target = text_of(message.target());
  taken.host = text_of(message[http::field::host]);
  taken.authorization = text_of(message[http::field::authorization]);
  taken.content_type = text_of(message[http::field::content_type]);
  taken.body = std::move(message.body());
  taken.keep_alive = keep_alive;
  return taken;
}

std::string_view reason_of(int status) {
  const auto known = http::obsolete_reason(static_cast<http::status>(status));
  return {known.data(), known.size()};
}

std::string to_bytes(const HttpAnswer& answer, bool keep_alive, bool with_body) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\nConnection: {}\r\n", answer.status, reason_of(answer.status), keep_alive ? "keep-alive" : "close");
  for (const auto& [name, value] : answer.headers) out.append(name).append(": ").append(value).append("\r\n");
  if (!answer.content_type.empty()) out.append("Content-Type: ").append(answer.content_type).append("\r\n");
  if (answer.status != 204) out += fmt::format("Content-Length: {}\r\n", answer.body.size());
  out += "\r\n";
  if (with_body) out += answer.body;
  return out;
}

}  // namespace openstrat::sim
