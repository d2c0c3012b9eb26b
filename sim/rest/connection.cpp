#include "sim/rest/connection.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "sim/rest/page.hpp"
#include "sim/rest/sessions.hpp"

namespace openstrat::sim {
namespace {

struct Credentials {
  std::string user;
  std::string password;
};

std::optional<Credentials> credentials_of(std::string_view header) {
  constexpr std::string_view kScheme = "basic ";
  if (!text::starts_with_ignoring_case(header, kScheme)) return std::nullopt;
  const auto decoded = crypto::unbase64(text::trim(header.substr(kScheme.size())));
  if (!decoded) return std::nullopt;
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

HttpAnswer unauthorized() {
  HttpAnswer answer = error_answer(401);
  answer.headers.emplace_back("WWW-Authenticate", "Basic realm=\"RouterOS\"");
  return answer;
}

std::optional<RestRequest::Method> method_of(std::string_view name) {
  if (name == "GET") return RestRequest::Method::get;
  if (name == "PUT") return RestRequest::Method::put;
  if (name == "PATCH") return RestRequest::Method::patch;
  if (name == "DELETE") return RestRequest::Method::remove;
  if (name == "POST") return RestRequest::Method::post;
  return std::nullopt;
}

/// `/rest/x` of `http://192.168.88.1/rest/x`.
std::string_view without_origin(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.starts_with('/') || scheme == std::string_view::npos) return target;
  const std::size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

bool is_json(std::string_view content_type) { return text::equal_ignoring_case(text::trim(content_type.substr(0, content_type.find(';'))), "application/json"); }

}  // namespace

void WebConnection::open(Router& router, std::shared_ptr<Stream> stream) {
  const std::shared_ptr<WebConnection> connection(new WebConnection(router, std::move(stream)));
  Stream& bytes = *connection->stream_;
  bytes.on_bytes = [connection](std::string_view received) { connection->received(received); };
  bytes.on_drained = [connection] {
    if (!connection->busy_) connection->go_on_soon();
  };
  bytes.on_closed = [connection] { connection->stop_timer(); };
  connection->limit_time(kIdleLimit);
  bytes.start();
}

void WebConnection::received(std::string_view bytes) {
  reader_.add(bytes);
  if (!busy_) go_on();
}

/// From the loop, not from here: a client may have sent thousands of requests at once.
void WebConnection::go_on_soon() {
  router_.services().loop.soon([self = weak_from_this()] {
    const auto connection = self.lock();
    if (connection != nullptr && !connection->busy_ && !connection->stream_->closed()) connection->go_on();
  });
}

void WebConnection::go_on() {
  if (stream_->pending_bytes() > Stream::kPauseReading) return;  // on_drained comes
  switch (reader_.read()) {
    case HttpReader::State::whole: break;
    case HttpReader::State::wants_go_on: stream_->write("HTTP/1.1 100 Continue\r\n\r\n"); [[fallthrough]];
    case HttpReader::State::more:
      if (reader_.started() && !arriving_) {
        arriving_ = true;
        limit_time(kRequestLimit);
      }
      return;
    case HttpReader::State::bad: return refuse(error_page(400));
    case HttpReader::State::header_too_large: return refuse(error_page(431));
    case HttpReader::State::body_too_large: return refuse(error_answer(413));
  }
  stop_timer();
  arriving_ = false;
  busy_ = true;
  stream_->pause_reading(true);
  const HttpRequest request = reader_.take();
  keep_alive_ = request.keep_alive;
  handle(request);
}

void WebConnection::refuse(const HttpAnswer& answer) {
  stop_timer();
  busy_ = true;  // nothing that follows is read
  stream_->write(to_bytes(answer, false));
  stream_->close_after_write();
}

void WebConnection::answer(const HttpAnswer& answer, bool with_body) {
  if (stream_->closed()) return;
  stream_->write(to_bytes(answer, keep_alive_, with_body));
  if (!keep_alive_) return stream_->close_after_write();
  if (stream_->closed()) return;
  busy_ = false;
  limit_time(kIdleLimit);
  stream_->pause_reading(false);
  go_on_soon();
}

/// What `/ip service webserver` of newer versions may have turned off.
bool WebConnection::is_offered(std::string_view what) const {
  const Row* record = router_.config().record("/ip/service/webserver");
  const std::string* set = record == nullptr ? nullptr : record->find(std::string(what) + (stream_->is_tls() ? "-secure" : "-plain"));
  return set == nullptr || *set != "no";
}

void WebConnection::handle(const HttpRequest& request) {
  const std::string_view target = without_origin(request.target);
  const std::string_view path = target.substr(0, target.find('?'));
  if (request.method == "OPTIONS") return answer(error_answer(503));
  if (path == "/rest" || path.starts_with("/rest/")) {
    if (!serves_rest(router_, stream_->is_tls())) return answer(error_page(404));
    if (!is_offered("rest")) return answer(error_page(403));
    return handle_rest(request, target);
  }
  const bool head = request.method == "HEAD";
  if (path != "/") return answer(error_page(404), !head);
  if (!head && request.method != "GET") return answer(error_page(501));
  answer(is_offered("index") ? login_page(router_) : error_page(403), !head);
}

void WebConnection::handle_rest(const HttpRequest& request, std::string_view target) {
  const auto method = method_of(request.method);
  if (!method) return answer(error_answer(501), request.method != "HEAD");
  const auto credentials = credentials_of(request.authorization);
  if (!credentials) return answer(unauthorized());
  RestSessions& sessions = router_.extension<RestSessions>();
  const auto login = sessions.login(credentials->user, credentials->password, stream_->peer());
  if (!login) return answer(login.error().code() == Errc::forbidden ? error_answer(500, login.error().message()) : unauthorized());

  RestRequest rest;
  rest.method = *method;
  rest.target = parse_target(target);
  if (!rest.target.words.empty()) rest.target.words.erase(rest.target.words.begin());  // `rest`
  rest.base_url = std::string(stream_->is_tls() ? "https://" : "http://") + request.host + "/rest";
  const bool has_body = !request.body.empty() && *method != RestRequest::Method::get && *method != RestRequest::Method::remove;
  if (has_body && !is_json(request.content_type)) return answer(error_answer(415));
  auto body = parse_body(has_body ? std::string_view(request.body) : std::string_view());
  if (!body) return answer(error_answer(400, "Failed to parse json"));
  rest.body = *std::move(body);

  sessions.run(
      *login, [&router = router_, rest = std::move(rest)](Host& host) { return answer_rest(router, host, rest); },
      [self = weak_from_this()](const HttpAnswer& outcome) {
        if (const auto connection = self.lock()) connection->answer(outcome);
      });
}

void WebConnection::limit_time(Duration length) {
  stop_timer();
  EventLoop& loop = router_.services().loop;
  const auto scaled = Duration(static_cast<std::int64_t>(static_cast<double>(length.count()) * loop.speed()));
  timer_ = loop.after(scaled, [self = weak_from_this()] {
    const auto connection = self.lock();
    if (connection == nullptr) return;
    connection->timer_.reset();
    connection->stream_->close();
  });
}

void WebConnection::stop_timer() {
  if (timer_) router_.services().loop.cancel(*timer_);
  timer_.reset();
}

}  // namespace openstrat::sim
