// A REST client for tests, on the thread of the router it talks to.
#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>
#include <fmt/core.h>
#include <gmock/gmock.h>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "sim/access/test_peer.hpp"

namespace openstrat::sim::testing {

inline auto starts(std::string text) { return ::testing::StartsWith(std::move(text)); }

struct RestReply {
  int status = 0;
  std::string head;
  std::string body;
  std::string text() const { return fmt::format("{} {}", status, body); }
  /// Of the one object in the body.
  std::string value(std::string_view name) const {
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse(body, error);
    const boost::json::object* object = error ? nullptr : parsed.if_object();
    const boost::json::value* found = object == nullptr ? nullptr : object->if_contains(name);
    return found == nullptr || !found->is_string() ? "" : std::string(found->get_string());
  }
};

class RestClient {
 public:
  explicit RestClient(ServedRouter& served, std::string_view service = "www", std::string_view user = "admin", std::string_view password = "")
      : peer_(served, service) {
    log_in_as(user, password);
    if (service != "www-ssl") return;
    peer_.start_tls("DEFAULT");
    peer_.shake_hands();
  }

  void log_in_as(std::string_view user, std::string_view password) { credentials_ = crypto::base64(fmt::format("{}:{}", user, password)); }

  RestReply ask(std::string_view method, std::string_view path, std::string_view body = {}, std::string_view headers = "Content-Type: application/json\r\n") {
    send(method, path, body, headers);
    return read(method == "HEAD");
  }
  void send(std::string_view method, std::string_view path, std::string_view body = {}, std::string_view headers = "Content-Type: application/json\r\n") {
    const std::string authorization = credentials_.empty() ? "" : fmt::format("Authorization: Basic {}\r\n", credentials_);
    peer_.send(fmt::format("{} {} HTTP/1.1\r\nHost: router.example\r\n{}{}Content-Length: {}\r\n\r\n{}", method, path, authorization, headers, body.size(), body));
  }
  void send_raw(std::string_view bytes) { peer_.send(bytes); }
  RestReply read(bool without_body = false) {
    RestReply reply;
    while (!reply.head.ends_with("\r\n\r\n")) {
      const std::string byte = peer_.read(1);
      if (byte.empty()) return reply;
      reply.head += byte;
    }
    reply.status = std::atoi(reply.head.substr(9, 3).c_str());
    const std::size_t length = reply.head.find("Content-Length: ");
    if (length != std::string::npos && !without_body) reply.body = peer_.read(static_cast<std::size_t>(std::atoi(reply.head.c_str() + length + 16)));
    return reply;
  }
  bool is_closed() { return peer_.is_closed(); }

 private:
  Peer peer_;
  std::string credentials_;
};

}  // namespace openstrat::sim::testing
