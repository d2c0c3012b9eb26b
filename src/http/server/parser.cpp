#include "http/server/parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/text.hpp"

namespace openstrat::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using BeastView = beast::string_view;

constexpr std::size_t kBodyReserve = 64 * 1024;  ///< what a client may make us set aside by a header alone
constexpr std::size_t kChunkLine = 4096;         ///< longest chunk-size line that is waited for

std::string_view view(BeastView text) { return {text.data(), text.size()}; }

ParseFailure failure_of(const error_code& code) {
  using beast::http::error;
  if (code == error::header_limit)
    return {431, "header_too_large", "The request line and header fields are larger than the server accepts."};
  if (code == error::body_limit) return {413, "payload_too_large", "The request body is larger than this operation accepts."};
  if (code == error::bad_version) return {400, "malformed_request", "Only HTTP/1.0 and HTTP/1.1 are served here."};
  return {400, "malformed_request", "The request is not well-formed HTTP/1.1."};
}

}  // namespace

class RequestParser::Impl final : public beast::http::basic_parser<true> {
 public:
  explicit Impl(const ServerLimits& limits) : limits_(limits) {
    eager(true);
    header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(limits.header_bytes, 1 << 30)));
    body_limit(boost::none);  // Beast looks at it before we know the target: set in on_header_impl
  }

  const ServerLimits& limits_;
  Request request_;
  ParseFailure failure_;
  bool header_complete_ = false;
  bool expects_continue_ = false;
  bool has_host_ = false;
  bool http11_ = false;

  void fail(error_code& error, ParseFailure failure) {
    failure_ = failure;
    error = beast::http::error::bad_value;
  }

 private:
  void on_request_impl(beast::http::verb, BeastView method, BeastView target, int version, error_code& error) override {
    http11_ = version >= 11;
    const auto known = http::parse_method(view(method));
    if (!known) {
      const bool standard = method == "TRACE" || method == "CONNECT";
      return standard ? fail(error, {405, "method_not_allowed", "This method is not allowed."})
                      : fail(error, {501, "method_not_implemented", "This method is not known to the server."});
    }
    request_.method = *known;
    request_.target = view(target);
    if (!split_target(view(target)))
      fail(error, {400, "malformed_request", "The request target must be an absolute path."});
  }

  /// Origin form, absolute form (what proxies send) and `*`.
  bool split_target(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (!text::starts_with_ignoring_case(target, scheme)) continue;
      const auto path = target.find_first_of("/?", scheme.size());
      target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
      break;
    }
    if (const auto fragment = target.find('#'); fragment != std::string_view::npos) target = target.substr(0, fragment);
    const auto question = target.find('?');
    std::string_view path = target.substr(0, question);
    if (question != std::string_view::npos) request_.query = target.substr(question + 1);
    if (path.empty()) path = "/";
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    request_.path = path;
    return path.starts_with('/') || (path == "*" && request_.method == Method::options);
  }

  void on_field_impl(beast::http::field known, BeastView name, BeastView value, error_code& error) override {
    if (header_complete_) return;  // trailers carry nothing that we use
    using beast::http::field;
    if (request_.headers.entries().size() >= limits_.header_fields)
      return fail(error, {431, "header_too_large", "The request has more header fields than the server accepts."});
    // Beast ignores codings that it does not know; the body would be read as the next request.
    if (known == field::transfer_encoding && !text::equal_ignoring_case(view(value), "chunked"))
      return fail(error, {501, "transfer_encoding_unsupported", "The only transfer coding served here is chunked."});
    if (known == field::expect && text::equal_ignoring_case(view(value), "100-continue")) expects_continue_ = true;
    if (known == field::host) {
      if (has_host_) return fail(error, {400, "malformed_request", "The request has more than one Host field."});
      has_host_ = true;
    }
    request_.headers.add(view(name), std::string(view(value)));
  }

  void on_header_impl(error_code& error) override {
    header_complete_ = true;
    if (http11_ && !has_host_)
      return fail(error, {400, "malformed_request", "An HTTP/1.1 request needs a Host field."});
    std::optional<std::size_t> own;
    if (limits_.body_limit && !is_done()) own = limits_.body_limit(request_.method, request_.path);
    const std::size_t limit = own.value_or(limits_.body_bytes);
    const auto length = content_length();
    if (length && *length > limit) {
      error = beast::http::error::body_limit;
      return;
    }
    if (length) request_.body.reserve(std::min<std::size_t>(*length, kBodyReserve));
    body_limit(limit);
  }

  void on_response_impl(int, BeastView, int, error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(BeastView body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}
};

RequestParser::RequestParser(const ServerLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;

RequestParser::Step RequestParser::put(std::string_view input) {
  error_code error;
  const std::size_t consumed = impl_->put(boost::asio::const_buffer(input.data(), input.size()), error);
  if (error == beast::http::error::need_more) {
    const std::size_t waiting = input.size() - consumed;
    if (impl_->header_complete_ && waiting > kChunkLine) {
      impl_->failure_ = {400, "malformed_request", "A chunk header or trailer is too long."};
      return {State::failed, consumed};
    }
    return {State::need_more, consumed};
  }
  if (error) {
    if (impl_->failure_.code.empty()) impl_->failure_ = failure_of(error);
    return {State::failed, consumed};
  }
  return {impl_->is_done() ? State::complete : State::need_more, consumed};
}

bool RequestParser::header_done() const { return impl_->header_complete_; }
bool RequestParser::expects_continue() const { return impl_->expects_continue_ && impl_->request_.body.empty(); }
bool RequestParser::keep_alive() const { return impl_->keep_alive(); }
bool RequestParser::knows_chunks() const { return impl_->http11_; }
const ParseFailure& RequestParser::failure() const { return impl_->failure_; }
Request RequestParser::take() { return std::move(impl_->request_); }

}  // namespace openstrat::http
