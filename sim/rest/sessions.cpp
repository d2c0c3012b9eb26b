#include "sim/rest/sessions.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/rest/body.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kVia = "rest-api";

HttpAnswer session_closed() { return error_answer(400, "Session closed"); }

}  // namespace

RestSessions::RestSessions(Router& router) : router_(router) {
  power_ = router_.watch_power([this](bool on) {
    if (!on) power_lost();
  });
}

RestSessions::~RestSessions() { power_lost(); }

void RestSessions::power_lost() {
  EventLoop& loop = router_.services().loop;
  for (auto& [name, user] : users_) {
    if (user.expiry) loop.cancel(*user.expiry);
    for (const auto& order : user.orders) {
      if (order->limit) loop.cancel(*order->limit);
      order->done = nullptr;
    }
  }
  users_.clear();
  orders_ = 0;
}

Result<Login> RestSessions::login(const std::string& name, std::string_view password, std::string_view peer) {
  Accounts accounts(router_);
  auto checked = accounts.check(name, password, kVia, peer);
  if (!checked) {
    accounts.log_failure(name, kVia, peer);
    return checked;
  }
  if (!checked->policies.has(Policy::api)) {  // REST is a client of the API
    router_.write_log("system,error,critical", fmt::format("login failure for user {} via api", name));
    return fail(Errc::forbidden, "std failure: not allowed (9)");
  }
  const auto known = users_.find(name);
  if (known != users_.end() && known->second.login) {
    if (router_.config().find("/user/active", known->second.login->active)) return *known->second.login;
    expire(name);
  }
  auto entered = accounts.login(name, password, kVia, peer);
  if (entered) enter(name, *entered);
  return entered;
}

void RestSessions::enter(const std::string& name, Login login) {
  router_.write_log("system,info,account", fmt::format("user {} logged in via api", name));
  User& user = users_[name];
  user.login = std::move(login);
  user.expiry = router_.services().loop.after(kLoginLasts, [this, name] {
    const auto known = users_.find(name);
    if (known == users_.end() || !known->second.login) return;
    known->second.expiry.reset();
    Accounts(router_).logout(*known->second.login);
    expire(name);
  });
}

void RestSessions::expire(const std::string& name) {
  const auto known = users_.find(name);
  if (known == users_.end()) return;
  if (known->second.expiry) router_.services().loop.cancel(*known->second.expiry);
  known->second.expiry.reset();
  known->second.login.reset();
  forget(name);
}

/// A user without login and requests costs nothing.
void RestSessions::forget(const std::string& name) {
  const auto known = users_.find(name);
  if (known != users_.end() && !known->second.login && known->second.orders.empty()) users_.erase(known);
}

void RestSessions::run(const Login& login, std::function<HttpAnswer(Host&)> task, std::function<void(HttpAnswer)> done) {
  if (orders_ == kMostOrders) return done(error_answer(503));
  const auto order = std::make_shared<Order>();
  order->login = login;
  order->task = std::move(task);
  order->done = std::move(done);
  order->limit = router_.services().loop.after(kTimeLimit, [this, weak = std::weak_ptr(order)] {
    if (const auto late = weak.lock()) ran_out_of_time(late);
  });
  User& user = users_[login.user];
  user.orders.push_back(order);
  ++orders_;
  if (user.orders.size() == 1) start_next(login.user);
}

void RestSessions::start_next(const std::string& name) {
  for (auto known = users_.find(name); known != users_.end() && !known->second.orders.empty(); known = users_.find(name)) {
    const auto order = known->second.orders.front();
    if (start(order)) return;
    known->second.orders.pop_front();
    --orders_;
    give(*order, error_answer(503));
  }
  forget(name);
}

bool RestSessions::start(const std::shared_ptr<Order>& order) {
  JobRequest request;
  request.type = "api-login";
  request.user = order->login.user;
  request.policies = order->login.policies;
  request.task = [order](Host& host) {
    order->answer = order->task(host);
    return Value();
  };
  request.done = [this, order](const JobOutcome& outcome) { ended(order, outcome); };
  order->job = router_.run(std::move(request));
  return order->job.has_value();
}

void RestSessions::ended(const std::shared_ptr<Order>& order, const JobOutcome& outcome) {
  const std::string name = order->login.user;
  const auto known = users_.find(name);
  // Not there any more: the power went meanwhile, and with it everybody who waited.
  if (known == users_.end() || known->second.orders.empty() || known->second.orders.front() != order) return;
  known->second.orders.pop_front();
  --orders_;
  if (outcome.killed) give(*order, session_closed());
  else if (outcome.error) give(*order, error_answer(400, *outcome.error));
  else give(*order, std::move(order->answer));
  start_next(name);
}

void RestSessions::ran_out_of_time(const std::shared_ptr<Order>& order) {
  order->limit.reset();
  const std::string name = order->login.user;
  if (order->job) {
    router_.kill(*order->job);  // ended() follows and lets the next one run
  } else if (const auto known = users_.find(name); known != users_.end()) {
    orders_ -= std::erase(known->second.orders, order);
  }
  give(*order, session_closed());
}

void RestSessions::give(Order& order, HttpAnswer answer) {
  if (order.limit) router_.services().loop.cancel(*order.limit);
  order.limit.reset();
  const auto done = std::exchange(order.done, nullptr);
  if (done) done(std::move(answer));
}

}  // namespace openstrat::sim
