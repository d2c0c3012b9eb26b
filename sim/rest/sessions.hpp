// Who uses a router's REST interface, and whose turn it is: requests of one user run one after the other.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "sim/access/accounts.hpp"
#include "sim/device/router.hpp"
#include "sim/rest/http.hpp"

namespace openstrat::sim {

/// An extension of its router (Router::extension). Empty until the first request.
class RestSessions {
 public:
  static constexpr Duration kLoginLasts = std::chrono::minutes(10);
  static constexpr Duration kTimeLimit = std::chrono::seconds(60);
  static constexpr std::size_t kMostOrders = 512;  ///< waiting and running, of all users

  explicit RestSessions(Router& router);
  ~RestSessions();
  RestSessions(const RestSessions&) = delete;
  RestSessions& operator=(const RestSessions&) = delete;

  /// Checks the password each time, logs in when there was no login of this user in the last ten minutes.
  /// Errors: unauthenticated; forbidden for a group that may use REST but not the API behind it.
  Result<Login> login(const std::string& user, std::string_view password, std::string_view peer);

  /// Runs `task` with the user's rights when it is its turn. `done` comes once, after sixty seconds at the latest; it
  /// does not come when the router loses its power.
  void run(const Login& login, std::function<HttpAnswer(Host&)> task, std::function<void(HttpAnswer)> done);

 private:
  struct Order {
    Login login;
    std::function<HttpAnswer(Host&)> task;
    std::function<void(HttpAnswer)> done;  ///< empty once it has been called
    HttpAnswer answer;
    std::optional<EventLoop::TimerId> limit;
    std::optional<std::uint64_t> job;      ///< set while it runs
  };
  struct User {
    std::optional<Login> login;
    std::optional<EventLoop::TimerId> expiry;
    std::deque<std::shared_ptr<Order>> orders;  ///< the first one runs
  };

  void enter(const std::string& name, Login login);
  void expire(const std::string& name);
  void start_next(const std::string& name);
  bool start(const std::shared_ptr<Order>& order);
  void ended(const std::shared_ptr<Order>& order, const JobOutcome& outcome);
  void ran_out_of_time(const std::shared_ptr<Order>& order);
  void give(Order& order, HttpAnswer answer);
  void forget(const std::string& name);
  void power_lost();

  Router& router_;
  Watch power_;
  std::map<std::string, User> users_;
  std::size_t orders_ = 0;
};

}  // namespace openstrat::sim
