#include "sim/device/job.hpp"

#include <fmt/core.h>

#include "base/log.hpp"
#include "base/net.hpp"
#include "ros_language/parser.hpp"
#include "sim/behaviour/device_mode.hpp"
#include "sim/device/action.hpp"
#include "sim/device/change_history.hpp"
#include "sim/device/monitor.hpp"
#include "sim/device/network.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kMaxOutput = 1 << 20;
constexpr std::uint64_t kTicksPerTurn = 40;         ///< about ten thousand steps
constexpr std::size_t kStackReserve = 72 << 10;     ///< for what the host itself needs below the language

/// v7 says where; texts of the parser say so themselves.
std::string described(const RunError& error, const Version& version) {
  const bool located = error.message.contains("(line ");
  return version >= Version{7, 0, 0} && !located ? error.to_string() : error.message;
}

}  // namespace

Job::Job(Router& router, std::uint64_t id, JobRequest request)
    : router_(router), id_(id), request_(std::move(request)), started_(router.clock()),
      commands_(router.config(), router.lookup(), router.facts(), *this, request_.printed) {}

void Job::start() {
  const std::uint64_t token = begin_wait();
  suspended_ = true;
  wake(token);
}

void Job::wake(std::uint64_t token) {
  if (token != wait_ || !suspended_) return;
  suspended_ = false;
  router_.services().loop.soon([self = shared_from_this()] { self->resume(); });
}

void Job::resume() {
  if (ended_) return;
  try {
    if (fiber_ == nullptr) fiber_ = std::make_unique<Fiber>(router_.services().stacks, [this] { body(); });
    fiber_->resume();
  } catch (const std::bad_alloc&) {  // no stack to be had: too many scripts wait at once
    outcome_.error = "out of memory";
  }
  if (fiber_ != nullptr && !fiber_->finished()) return;
  ended_ = true;
  const std::shared_ptr<Job> self = shared_from_this();
  fiber_.reset();
  router_.ended(*this, outcome_);
}

void Job::wait() {
  suspended_ = true;
  fiber_->suspend();
  if (killed_) throw ScriptKilled();
}

void Job::kill() {
  killed_ = true;
  wake(wait_);
}

void Job::end_now() {
  killed_ = true;
  suspended_ = false;
  ++wait_;
  request_.done = nullptr;
  resume();
}

/// Nothing may leave the fiber: whatever goes wrong below is the end of this script, not of the fleet.
void Job::body() {
  try {
    std::vector<NamedValue> variables;
    for (const auto& [name, value] : request_.variables) variables.push_back({name, value});
    if (!killed_) outcome_ = request_.task ? run_task() : run_source(request_.source, request_.context, variables);
  } catch (const std::exception& error) {
    openstrat::log::error("a simulated script ended in an unexpected way", {{"router", router_.identity()}, {"why", error.what()}});
    outcome_.error = "failure: internal error";
  }
  outcome_.killed = outcome_.killed || killed_;
}

Session Job::own_session() const {
  Session session = router_.session();
  const std::size_t left = fiber_->stack_left();
  session.limits.stack_bytes = std::min(session.limits.stack_bytes, left > kStackReserve ? left - kStackReserve : 0);
  return session;
}

JobOutcome Job::run_task() {
  JobOutcome outcome;
  try {
    outcome.value = request_.task(*this);
  } catch (const ScriptError& error) {
    outcome.error = outcome.words = error.message();
  } catch (const ScriptKilled&) {
    outcome.killed = !fatal_;
  }
  if (fatal_) outcome.error = std::exchange(fatal_, std::nullopt);
  return outcome;
}

JobOutcome Job::run_source(std::string source, DirId context, std::span<const NamedValue> variables) {
  JobOutcome outcome;
  const Session session = own_session();
  ParseOptions options{.personality = session.personality, .menus = session.menus, .context = context};
  options.stack_bytes = std::min(options.stack_bytes, session.limits.stack_bytes);
  const auto script = parse(std::move(source), options);
  if (!script) {
    outcome.error = outcome.words = script.error().to_string();
    return outcome;
  }
  RunResult result = Interpreter(*this, session).run(*script, variables);
  outcome.value = std::move(result.value);
  outcome.killed = result.killed && !fatal_;
  if (fatal_) {
    outcome.error = outcome.words = std::exchange(fatal_, std::nullopt);
  } else if (result.error) {
    outcome.error = described(*result.error, router_.version());
    outcome.words = result.error->message;
  }
  return outcome;
}

void Job::put(std::string_view line) {
  if (!request_.output) return;
  request_.output(line);
  wait_for_room();
}

/// Whoever prints without end waits for whoever reads; not inside a command, where rows must stay.
void Job::wait_for_room() {
  for (auto terminal = request_.terminal.lock(); reading_ == 0 && terminal != nullptr && terminal->is_full(); terminal = request_.terminal.lock()) {
    const std::uint64_t token = begin_wait();
    terminal->when_drained([self = weak_from_this(), token] {
      if (const auto job = self.lock()) job->wake(token);
    });
    terminal.reset();
    wait();
  }
}

std::size_t Job::line_width() const {
  const auto terminal = request_.terminal.lock();
  return terminal == nullptr ? 0 : terminal->width();
}

void Job::confirm(std::string_view question) {
  refuse_waiting();
  auto terminal = request_.terminal.lock();
  if (terminal == nullptr) return;
  const std::uint64_t token = begin_wait();
  const auto answer = std::make_shared<std::string>();
  const bool asked = terminal->ask(question, [self = weak_from_this(), token, answer](std::string line) {
    *answer = std::move(line);
    if (const auto job = self.lock()) job->wake(token);
  });
  terminal.reset();  // whoever hangs up is not kept by the question
  if (!asked) return;
  wait();
  if (*answer != "y" && *answer != "Y" && *answer != "yes") throw ScriptError("action cancelled");
}

void Job::log(std::string_view topics, std::string_view message) { router_.write_log(topics, message); }

void Job::refuse_waiting() const {
  if (reading_ > 0) throw ScriptError("failure: a condition can not wait");
}

void Job::delay(std::chrono::nanoseconds length) {
  refuse_waiting();
  const std::uint64_t token = begin_wait();
  router_.services().loop.after(std::chrono::duration_cast<Duration>(length), [self = weak_from_this(), token] {
    if (const auto job = self.lock()) job->wake(token);
  });
  wait();
}

void Job::elsewhere(std::function<void()> work) {
  refuse_waiting();
  Services& services = router_.services();
  const std::uint64_t token = begin_wait();
  const auto finish = [&loop = services.loop, self = weak_from_this(), token] {
    loop.release();
    if (const auto job = self.lock()) job->wake(token);
  };
  services.loop.hold();
  const bool taken = services.slow_work.post([&loop = services.loop, work = std::move(work), finish] {
    work();
    loop.post(finish);
  });
  if (!taken) {
    services.loop.release();
    throw ScriptError("failure: too busy");
  }
  wait();
}

void Job::tick() {
  if (killed_) throw ScriptKilled();
  if (reading_ > 0 || ++ticks_ % kTicksPerTurn != 0) return;
  const std::uint64_t token = begin_wait();
  router_.services().loop.soon([self = shared_from_this(), token] { self->wake(token); });
  wait();
}

Value Job::execute(const ExecuteRequest& asked) {
  refuse_waiting();
  JobRequest request;
  request.source = router_.source_of(asked.source);
  request.policies = router_.policies_for(asked.source, request_.policies);
  request.user = request_.user;
  const auto output = std::make_shared<std::string>();
  const std::string file = asked.file.empty() ? std::string() : std::string(asked.file) + ".txt";
  if (asked.as_string || !file.empty()) {
    request.output = [output](std::string_view line) {
      if (output->size() + line.size() < kMaxOutput) output->append(line).append("\r\n");
    };
  }
  const std::uint64_t token = begin_wait();
  const auto finished = std::make_shared<bool>(false);
  request.done = [self = weak_from_this(), token, output, finished, file, router = &router_, as_string = asked.as_string](const JobOutcome& outcome) {
    *finished = true;
    if (outcome.error && as_string) output->append(*outcome.error).append("\r\n");
    if (!file.empty() && !router->files().write(file, *output, router->clock())) router->write_log("system,error", "not enough disk space");
    if (const auto job = self.lock(); job != nullptr && as_string) job->wake(token);
  };
  const auto id = router_.run(std::move(request));
  if (!id) throw ScriptError("failure: too many scripts are running");
  if (!asked.as_string) {
    // The new job has the processor first: what it does without waiting is done when `:execute` returns.
    router_.services().loop.soon([self = shared_from_this(), token] { self->wake(token); });
    wait();
    return Value::id(*id);
  }
  wait();
  return Value::str(*output);
}

Value Job::resolve(std::string_view name, std::string_view, std::string_view type) {
  refuse_waiting();
  if (const auto literal = IpAddress::parse(name)) return *(literal->is_v4() ? parse_ip(name) : parse_ip6(name));
  if (const auto known = router_.network().address_of(name)) {
    if (auto value = known->is_v4() ? parse_ip(known->to_string()) : parse_ip6(known->to_string())) return *value;
  }
  if (!router_.online()) {
    delay(std::chrono::seconds(10));
    throw ScriptError("failure: dns server failure");
  }
  const bool ipv6 = type == "ipv6";
  const std::uint64_t token = begin_wait();
  const auto answer = std::make_shared<std::optional<std::string>>();
  router_.services().resolver.start(std::string(name), ipv6, [self = weak_from_this(), token, answer](std::optional<std::string> address) {
    *answer = std::move(address);
    if (const auto job = self.lock()) job->wake(token);
  });
  wait();
  auto value = *answer ? (ipv6 ? parse_ip6(**answer) : parse_ip(**answer)) : std::nullopt;
  if (!value) throw ScriptError("failure: dns name does not exist");
  return *value;
}

void Job::write_file(std::string_view name, std::string contents, bool append) {
  if (!router_.files().write(name, std::move(contents), router_.clock(), append)) throw ScriptError("failure: not enough disk space");
}

void Job::save_file(std::string_view name, std::string contents, bool append) {
  require(Policy::ftp);
  write_file(name, std::move(contents), append);
}

void Job::save_export(std::string_view name, std::string contents) {
  require(Policy::ftp);
  router_.write_file_soon(std::string(name), std::move(contents));
}

void Job::require(Policy policy) const {
  if (!request_.policies.has(policy)) throw ScriptError("not enough permissions (9)");
}

void Job::check_policy(const CommandCall& call) const {
  const bool reads = call.name == "get" || call.name == "find" || call.name == "print" || call.name == "export";
  require(reads ? Policy::read : Policy::write);
  if (call.name == "export" && call.has("show-sensitive")) require(Policy::sensitive);
  if (!reads && (call.menu == "/user" || call.menu.starts_with("/user/"))) require(Policy::policy);
}

/// What the router does about it is no part of the command.
void Job::row_changed(std::string_view menu, RowId row, Change change) {
  struct Pause {
    Config& config;
    RowJournal* journal;
    ~Pause() { config.record_into(journal); }
  } pause{router_.config(), router_.config().record_into(nullptr)};
  router_.row_changed(menu, row, change);
}

Value Job::run_command(const CommandCall& call) {
  const bool owned = commands_.owns(call);
  if (call.menu == "/system/scheduler" && (call.name == "add" || call.name == "enable") && !device_allows(router_.config(), "scheduler")) throw ScriptError(std::string(kNotAllowed));
  const bool reads = owned && (call.name == "get" || call.name == "find" || call.name == "print");
  if (reading_ > 0 && !reads) throw ScriptError("failure: a condition can only read");
  if (!owned) {
    const Action* action = find_action(call.menu, call.name);
    if (action != nullptr) {
      require(action->policy);
      return action->run != nullptr ? (this->*action->run)(call) : action->apply(*this, call);
    }
    if (const Monitor* monitor = find_monitor(call.menu, call.name)) {
      require(Policy::read);
      return run_monitor(*this, call, *monitor);
    }
    require(Policy::write);
    return call.wants_value && call.has("as-value") ? Value::array(Array()) : Value();  // accepted, without effect here
  }
  check_policy(call);
  const bool shows = call.name == "print" && !call.wants_value && !call.has("as-value") && !call.has("file");
  return shows && (call.has("interval") || call.has("follow") || call.has("follow-only")) ? print_on(call) : run_owned(call);
}

Value Job::run_owned(const CommandCall& call) {
  if (reading_ == 0) router_.refresh(call.menu);
  ++reading_;
  struct Leave {
    Job& job;
    Actor before;
    RowJournal journal = {};
    ~Leave() {
      --job.reading_;
      job.router_.facts().act_as(std::move(before));
      if (job.reading_ > 0) return;
      job.router_.config().record_into(nullptr);
      if (!journal.edits().empty()) job.router_.extension<ChangeHistory>().add(job.request_.user, std::move(journal));
    }
  } leave{*this, router_.facts().act_as({.user = request_.user, .sensitive = request_.policies.has(Policy::sensitive)})};
  if (reading_ == 1) router_.config().record_into(&leave.journal);
  return commands_.run(call);
}

}  // namespace openstrat::sim
