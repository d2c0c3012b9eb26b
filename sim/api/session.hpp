// One connection of the API.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "sim/access/accounts.hpp"
#include "sim/access/stream.hpp"
#include "sim/api/codec.hpp"
#include "sim/api/follower.hpp"
#include "sim/api/request.hpp"
#include "sim/api/trap.hpp"

namespace openstrat::sim::api {

/// Lives as long as its stream. Commands are jobs of the router and go on side by side; what the connection asks for beyond
/// kMaxRunning waits, and beyond kMaxWaiting the client does.
class Session : public std::enable_shared_from_this<Session> {
 public:
  static constexpr std::size_t kMaxRunning = 16;
  static constexpr std::size_t kMaxWaiting = 256 << 10;   ///< bytes of requests
  static constexpr std::size_t kMaxFollowers = 100;
  static constexpr std::size_t kMaxUnread = 8 << 20;      ///< of rows that a follower tells; a slower client is left behind
  static constexpr std::size_t kPauseRows = 1 << 20;      ///< above it, a job waits with its next row

  static void start(Router& router, std::shared_ptr<Stream> stream);

 private:
  struct Command {
    std::optional<std::string> tag;
    std::optional<std::uint64_t> job;
    std::shared_ptr<Follower> follower;
    bool answered = false;  ///< interrupted: what its job still says is not wanted
    std::size_t rows = 0;
    std::optional<std::string> ret;
  };
  using CommandRef = std::shared_ptr<Command>;
  using Tag = std::optional<std::string>;

  Session(Router& router, std::shared_ptr<Stream> stream);
  void receive(std::string_view bytes);
  void take(Request request);

  void closed();
  void drop_everything();
  void log_out();

  void log_in(const Request& request);
  void challenge(const Request& request);
  void admit(const Request& request, Result<Login> login);
  void cancel(const Request& request);

  void begin(const Request& request);
  void begin_waiting();
  void run(const Tag& tag, ApiCall call, bool follows);
  void follow(const CommandRef& command, ApiCall call);
  void work(Host& host, const ApiCall& call, const CommandRef& command);
  void tell_row(Host& host, ApiRow row, const CommandRef& command, std::optional<std::int64_t> section);
  void ended(const CommandRef& command, const ApiCall& call, bool follows, const JobOutcome& outcome);
  void interrupt(const CommandRef& command);

  void say(Words words, const Tag& tag);
  void say_row(const ApiRow& row, const Tag& tag);
  void say_trap(const Trap& trap, const Tag& tag);
  void say_done(const Tag& tag, const std::optional<std::string>& ret = std::nullopt);
  void say_fatal(std::string_view why);

  Router& router_;
  const std::shared_ptr<Stream> stream_;  ///< its callbacks hold us until it is closed
  Decoder decoder_{kStrangerLimits};
  std::optional<Login> login_;
  Watch active_;          ///< of our row in `/user/active`
  std::string challenge_;
  std::optional<EventLoop::TimerId> login_timer_;
  std::list<CommandRef> commands_;
  std::size_t running_ = 0;  ///< commands with a job
  bool retrying_ = false;    ///< a timer looks again whether the router has room for what waits
  std::deque<Request> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool over_ = false;
};

}  // namespace openstrat::sim::api
