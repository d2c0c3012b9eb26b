#include "sim/api/session.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "sim/api/challenge.hpp"

namespace openstrat::sim::api {
namespace {

constexpr Version kPlainLogin{6, 43, 0};
constexpr Version kNoChallenge{6, 45, 1};
constexpr Version kSaysEmpty{7, 18, 0};
constexpr Version kV7{7, 0, 0};
constexpr Duration kLoginLimit = std::chrono::minutes(1);
constexpr Duration kRetry = std::chrono::milliseconds(50);
constexpr Duration kReaderRest = std::chrono::milliseconds(20);
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::string_view kVia = "api";

std::vector<std::string> path_words(std::string_view command) {
  std::vector<std::string> words;
  for (const std::string_view word : text::split(command.substr(1), '/')) words.emplace_back(word);
  return words;
}

/// An argument that the API handles itself.
bool take_argument(ApiCall& call, std::string_view name) {
  return std::erase_if(call.arguments, [&](const ApiArgument& argument) { return argument.name == name; }) > 0;
}

const ApiArgument* argument_of(const ApiCall& call, std::string_view name) {
  const auto found = std::ranges::find(call.arguments, name, &ApiArgument::name);
  return found == call.arguments.end() ? nullptr : &*found;
}

/// How often a print with `=interval=` prints; nullopt: once.
std::optional<std::chrono::nanoseconds> interval_of(const ApiCall& call) {
  const ApiArgument* given = call.path.command->name == "print" ? argument_of(call, "interval") : nullptr;
  if (given == nullptr) return std::nullopt;
  const auto number = parse_num(given->value);
  const auto time = number ? std::nullopt : parse_time(given->value);
  if (!number && !time) throw ScriptError("invalid value for argument interval");
  return std::chrono::nanoseconds(std::max<std::int64_t>(number ? number->as_num() * kSecond : time->as_time_ns(), kSecond / 10));
}

}  // namespace

Session::Session(Router& router, std::shared_ptr<Stream> stream) : router_(router), stream_(std::move(stream)) {}

void Session::start(Router& router, std::shared_ptr<Stream> stream) {
  const std::shared_ptr<Session> session(new Session(router, stream));
  stream->on_bytes = [session](std::string_view bytes) { session->receive(bytes); };
  stream->on_closed = [session] { session->closed(); };
  EventLoop& loop = router.services().loop;
  const auto limit = Duration(static_cast<std::int64_t>(static_cast<double>(kLoginLimit.count()) * loop.speed()));  // of real time
  session->login_timer_ = loop.after(limit, [weak = std::weak_ptr(session)] {
    if (const auto self = weak.lock()) {
      self->login_timer_.reset();
      if (!self->login_) self->stream_->close();
    }
  });
  stream->start();
}

void Session::receive(std::string_view bytes) {
  decoder_.feed(bytes);
  while (!over_) {
    auto words = decoder_.next();
    if (!words) break;
    take(Request(std::move(*words)));
  }
  if (!over_ && decoder_.failed()) login_ ? stream_->close() : say_fatal("not logged in");
}

void Session::take(Request request) {
  if (request.command == "/login") return log_in(request);
  if (request.command == "/quit") return say_fatal("session terminated on request");
  if (!login_) return say_fatal("not logged in");
  if (request.command == "/cancel") return cancel(request);
  waiting_bytes_ += request.bytes();
  waiting_.push_back(std::move(request));
  begin_waiting();
}

void Session::closed() {
  over_ = true;
  drop_everything();
  if (login_timer_) router_.services().loop.cancel(*login_timer_);
  login_timer_.reset();
  log_out();
}

void Session::log_out() {
  active_.reset();
  if (login_) Accounts(router_).logout(*login_);
  login_.reset();
}

void Session::drop_everything() {
  waiting_.clear();
  waiting_bytes_ = 0;
  for (const CommandRef& command : commands_) {
    command->answered = true;
    command->follower.reset();
    if (command->job) router_.kill(*command->job);
  }
  commands_.clear();
}

// ---- logging in ---------------------------------------------------------------------------------------------------

void Session::log_in(const Request& request) {
  const bool plain = request.find("password") != nullptr && router_.version() >= kPlainLogin;
  if (plain) return admit(request, Accounts(router_).login(request.value("name"), request.value("password"), kVia, stream_->peer()));
  if (request.find("response") != nullptr) return challenge(request);
  std::array<std::uint8_t, 16> random{};
  router_.rng().fill(random);
  challenge_ = crypto::hex(random);
  say_done(request.tag, challenge_);
}

void Session::challenge(const Request& request) {
  Accounts accounts(router_);
  const std::string user = request.value("name");
  const auto password = accounts.password_of(user);
  const bool proved = password && router_.version() < kNoChallenge && !challenge_.empty() && request.value("response") == challenge_response(*password, challenge_);
  challenge_.clear();
  if (proved) return admit(request, accounts.login_proved(user, kVia, stream_->peer()));
  accounts.log_failure(user, kVia, stream_->peer());
  admit(request, fail(Errc::unauthenticated, "invalid user name or password (6)"));
}

void Session::admit(const Request& request, Result<Login> login) {
  if (!login) {
    say_trap({router_.version() < kPlainLogin ? "cannot log in" : login.error().message(), std::nullopt}, request.tag);
    return say_done(request.tag);
  }
  log_out();
  login_ = std::move(*login);
  decoder_.set_limits(kUserLimits);
  active_ = router_.watch_rows("/user/active", [weak = weak_from_this(), row = login_->active](RowId changed, Change change) {
    const auto self = weak.lock();
    if (self == nullptr || changed != row || change != Change::removed) return;
    self->router_.services().loop.soon([self] { self->stream_->close(); });
  });
  say_done(request.tag);
}

// ---- commands -----------------------------------------------------------------------------------------------------

void Session::begin_waiting() {
  while (!over_ && !waiting_.empty() && running_ < kMaxRunning && router_.job_count() < Router::kMaxJobs) {
    const Request request = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_bytes_ -= request.bytes();
    begin(request);
  }
  if (over_) return;
  stream_->pause_reading(waiting_bytes_ > kMaxWaiting);
  if (waiting_.empty() || running_ > 0 || retrying_) return;
  retrying_ = true;
  router_.services().loop.after(kRetry, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) {
      self->retrying_ = false;
      self->begin_waiting();
    }
  });
}

void Session::begin(const Request& request) {
  const auto refuse = [&](const std::vector<Trap>& traps) {
    for (const Trap& trap : traps) say_trap(trap, request.tag);
    say_done(request.tag);
  };
  if (!request.command.starts_with('/')) return refuse({{"no such command", 0}});
  std::vector<std::string> words = path_words(request.command);
  const bool listens = words.back() == "listen";
  if (listens || words.back() == "getall") words.back() = "print";
  ApiCall call{.path = find_api_path(router_, words), .arguments = request.attributes, .proplist = {}, .query = {}};
  if (!call.path.command) return refuse(unknown_command(call.path, words));
  if (call.path.command->name == "execute" && router_.version() < kV7 && take_argument(call, "as-string")) return refuse({{"unknown parameter", std::nullopt}});
  if (const ApiArgument* list = argument_of(call, ".proplist")) {
    for (const std::string_view name : text::split(list->value, ',')) call.proplist.emplace_back(name);
    take_argument(call, ".proplist");
  }
  try {
    call.query = Query::parse(request.queries);
  } catch (const ScriptError& error) {
    return refuse({trap_of(error.message(), router_.version())});
  }
  const bool prints = call.path.command->name == "print";
  const bool only = prints && take_argument(call, "follow-only");
  const bool follows = (prints && take_argument(call, "follow")) || only || listens;
  if (!listens && !only) return run(request.tag, std::move(call), follows);
  if (!login_->policies.has(Policy::read)) return refuse({{"not enough permissions (9)", std::nullopt}});
  if (commands_.size() >= kMaxFollowers) return refuse({{"failure: too many commands", std::nullopt}});
  const auto command = std::make_shared<Command>(Command{.tag = request.tag});
  commands_.push_back(command);
  follow(command, std::move(call));
}

void Session::run(const Tag& tag, ApiCall call, bool follows) {
  const auto command = std::make_shared<Command>(Command{.tag = tag});
  const auto kept = std::make_shared<const ApiCall>(std::move(call));
  JobRequest request;
  request.type = "api-login";
  request.user = login_->user;
  request.policies = login_->policies;
  request.task = [weak = weak_from_this(), command, kept](Host& host) -> Value {
    if (const auto self = weak.lock()) self->work(host, *kept, command);
    return {};
  };
  request.done = [weak = weak_from_this(), command, kept, follows](const JobOutcome& outcome) {
    if (const auto self = weak.lock()) self->ended(command, *kept, follows, outcome);
  };
  commands_.push_back(command);
  ++running_;
  command->job = router_.run(std::move(request));
  if (!command->job) ended(command, *kept, false, {.error = "failure: router is not ready", .killed = false, .value = {}});
}

/// On the job's fiber: everything here may take its time.
void Session::work(Host& host, const ApiCall& call, const CommandRef& command) {
  const auto interval = interval_of(call);
  if (!interval) {
    command->ret = run_api_call(router_, host, call, [&](ApiRow row) { tell_row(host, std::move(row), command, std::nullopt); });
    return;
  }
  ApiCall once = call;
  take_argument(once, "interval");
  for (std::int64_t section = 0;; ++section) {
    run_api_call(router_, host, once, [&](ApiRow row) { tell_row(host, std::move(row), command, section); });
    host.delay(*interval);
  }
}

void Session::tell_row(Host& host, ApiRow row, const CommandRef& command, std::optional<std::int64_t> section) {
  while (!over_ && stream_->pending_bytes() > kPauseRows) host.delay(kReaderRest);
  if (command->answered) return;
  if (section) row.emplace_back(".section", std::to_string(*section));
  ++command->rows;
  say_row(row, command->tag);
}

void Session::ended(const CommandRef& command, const ApiCall& call, bool follows, const JobOutcome& outcome) {
  --running_;
  command->job.reset();
  if (!command->answered) {
    const bool interrupted = outcome.killed && !outcome.error;
    const bool fine = !outcome.error && !interrupted;
    if (interrupted) say_trap({"interrupted", 2}, command->tag);
    if (outcome.error) say_trap(trap_of(*outcome.error, router_.version()), command->tag);
    if (fine && follows) {
      follow(command, call);
    } else {
      const bool empty = fine && call.path.command->name == "print" && command->rows == 0 && !command->ret && router_.version() >= kSaysEmpty;
      if (empty) say({"!empty"}, command->tag);
      say_done(command->tag, fine ? command->ret : std::nullopt);
      commands_.remove(command);
    }
  }
  begin_waiting();
}

void Session::follow(const CommandRef& command, ApiCall call) {
  const Actor actor{.user = login_->user, .sensitive = login_->policies.has(Policy::sensitive)};
  command->follower = Follower::start(router_, std::move(call), actor, [weak = weak_from_this(), tag = command->tag](ApiRow row) {
    const auto self = weak.lock();
    if (self == nullptr || self->over_) return;
    if (self->stream_->pending_bytes() > kMaxUnread) return self->stream_->close();
    self->say_row(row, tag);
  });
}

void Session::cancel(const Request& request) {
  const ApiArgument* wanted = request.find("tag");
  for (const CommandRef& command : std::list(commands_)) {
    if (wanted == nullptr || command->tag == wanted->value) interrupt(command);
  }
  std::vector<Tag> given_up;
  std::erase_if(waiting_, [&](const Request& waiting) {
    if (wanted != nullptr && waiting.tag != wanted->value) return false;
    waiting_bytes_ -= waiting.bytes();
    given_up.push_back(waiting.tag);
    return true;
  });
  for (const Tag& tag : given_up) {
    say_trap({"interrupted", 2}, tag);
    say_done(tag);
  }
  say_done(request.tag);
}

void Session::interrupt(const CommandRef& command) {
  command->answered = true;
  command->follower.reset();
  if (command->job) router_.kill(*command->job);
  say_trap({"interrupted", 2}, command->tag);
  say_done(command->tag);
  commands_.remove(command);
}

// ---- replies ------------------------------------------------------------------------------------------------------

void Session::say(Words words, const Tag& tag) {
  if (tag) words.push_back(".tag=" + *tag);
  stream_->write(encode(words));
}

void Session::say_row(const ApiRow& row, const Tag& tag) {
  std::string out;
  append_word(out, "!re");
  for (const auto& [name, value] : row) {
    append_length(out, static_cast<std::uint32_t>(name.size() + value.size() + 2));
    out.append("=").append(name).append("=").append(value);
  }
  if (tag) append_word(out, ".tag=" + *tag);
  append_length(out, 0);
  stream_->write(out);
}

void Session::say_trap(const Trap& trap, const Tag& tag) {
  Words words{"!trap"};
  if (trap.category) words.push_back("=category=" + std::to_string(*trap.category));
  words.push_back("=message=" + trap.message);
  say(std::move(words), tag);
}

void Session::say_done(const Tag& tag, const std::optional<std::string>& ret) {
  Words words{"!done"};
  if (ret) words.push_back("=ret=" + *ret);
  say(std::move(words), tag);
}

void Session::say_fatal(std::string_view why) {
  over_ = true;
  drop_everything();
  log_out();
  say({"!fatal", std::string(why)}, std::nullopt);
  stream_->close_after_write();
}

}  // namespace openstrat::sim::api
