// One connection of a browser or a REST client: requests in their order, an answer to each.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "sim/access/stream.hpp"
#include "sim/rest/http.hpp"
#include "sim/rest/rest.hpp"

namespace openstrat::sim {

/// Lives as long as its stream. Reads nothing while a request is being answered.
class WebConnection : public std::enable_shared_from_this<WebConnection> {
 public:
  static constexpr Duration kRequestLimit = std::chrono::seconds(30);  ///< for all of a request to arrive; real time, like the next
  static constexpr Duration kIdleLimit = std::chrono::seconds(60);

  static void open(Router& router, std::shared_ptr<Stream> stream);

 private:
  WebConnection(Router& router, std::shared_ptr<Stream> stream) : router_(router), stream_(std::move(stream)) {}

  void received(std::string_view bytes);
  void go_on();  ///< with what has arrived
  void go_on_soon();
  void handle(const HttpRequest& request);
  void handle_rest(const HttpRequest& request, std::string_view target);
  void answer(const HttpAnswer& answer, bool with_body = true);
  void refuse(const HttpAnswer& answer);  ///< and hang up
  bool is_offered(std::string_view what) const;
  void limit_time(Duration length);
  void stop_timer();

  Router& router_;
  std::shared_ptr<Stream> stream_;
  HttpReader reader_;
  std::optional<EventLoop::TimerId> timer_;
  bool busy_ = false;        ///< a request is being answered
  bool keep_alive_ = true;   ///< of that request
  bool arriving_ = false;    ///< part of a request is here; its time runs
};

}  // namespace openstrat::sim
