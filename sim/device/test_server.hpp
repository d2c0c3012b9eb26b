// A tiny HTTP server for tests: one connection after the other on a thread of its own.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/core.h>

#include "base/text.hpp"

namespace openstrat::sim::testing {

struct HttpRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string from;  ///< address of the client
};

struct HttpAnswer {
  int status = 200;
  std::string body;
  std::string location;
};

class TestServer {
 public:
  using Handler = std::function<HttpAnswer(const HttpRequest&)>;

  explicit TestServer(Handler handler) : handler_(std::move(handler)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    listen(listener_, 128);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TestServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  int port() const { return port_; }
  std::string url(std::string_view path) const { return fmt::format("http://127.0.0.1:{}{}", port_, path); }
  std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  /// Targets of the requests whose target contains `part`.
  std::vector<std::string> targets(std::string_view part) const {
    std::vector<std::string> found;
    for (const HttpRequest& request : requests()) {
      if (request.target.contains(part)) found.push_back(request.target);
    }
    return found;
  }

 private:
  void serve() {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    for (int fd = accept(listener_, reinterpret_cast<sockaddr*>(&peer), &size); fd >= 0;
         fd = accept(listener_, reinterpret_cast<sockaddr*>(&peer), &size)) {
      HttpRequest request = read_request(fd);
      char from[INET_ADDRSTRLEN] = {};
      inet_ntop(AF_INET, &peer.sin_addr, from, sizeof from);
      request.from = from;
      const HttpAnswer answer = handler_(request);
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
      }
      const std::string location = answer.location.empty() ? std::string() : "Location: " + answer.location + "\r\n";
      const std::string out = fmt::format("HTTP/1.1 {} Something\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}", answer.status,
                                          answer.body.size(), location, answer.body);
      for (std::size_t sent = 0; sent < out.size();) {
        const ssize_t part = send(fd, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
        if (part <= 0) break;
        sent += static_cast<std::size_t>(part);
      }
      close(fd);
    }
  }

  static HttpRequest read_request(int fd) {
    std::string in;
    std::size_t end = std::string::npos;
    const auto more = [&] {
      char buffer[16384];
      const ssize_t size = recv(fd, buffer, sizeof buffer, 0);
      if (size > 0) in.append(buffer, static_cast<std::size_t>(size));
      return size > 0;
    };
    while ((end = in.find("\r\n\r\n")) == std::string::npos && more()) {
    }
    HttpRequest request;
    if (end == std::string::npos) return request;
    const std::string head = in.substr(0, end);
    const auto lines = text::split(head, '\n');
    const auto words = text::split(text::trim(lines[0]), ' ');
    request.method = words[0];
    request.target = words.size() > 1 ? words[1] : "";
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const std::size_t colon = lines[i].find(':');
      if (colon != std::string_view::npos) request.headers[text::lower(lines[i].substr(0, colon))] = text::trim(lines[i].substr(colon + 1));
    }
    const auto length = text::parse_int(request.headers["content-length"]);
    const std::size_t wanted = end + 4 + static_cast<std::size_t>(length.value_or(0));
    while (in.size() < wanted && more()) {
    }
    request.body = in.substr(end + 4);
    return request;
  }

  const Handler handler_;
  const int listener_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::thread thread_;
};

}  // namespace openstrat::sim::testing
