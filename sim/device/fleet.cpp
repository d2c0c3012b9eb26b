#include "sim/device/fleet.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/config/import.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kPasteAgain = std::chrono::seconds(45);
constexpr std::size_t kManyRouters = 100;
constexpr std::size_t kLinesOfMany = 100;  ///< a thousand lines each would be most of a fleet's memory

bool is_poll(std::string_view url) {
  url = url.substr(0, url.find('?'));
  return url.ends_with("/poll");
}

std::string bootstrap_of(const FleetOptions& options) {
  if (!options.bootstrap.empty() || options.server.empty()) return options.bootstrap;
  std::string server = options.server;
  while (server.ends_with('/')) server.pop_back();
  return fmt::format("/tool fetch url=\"{}/{}\" dst-path=openstrat.rsc; :delay 2s; /import file-name=openstrat.rsc; /file remove openstrat.rsc",
                     server, options.runbook);
}

}  // namespace

Fleet::Fleet(FleetOptions options)
    : options_(std::move(options)), services_(options_.loop), bootstrap_(bootstrap_of(options_)),
      life_(std::make_unique<Life>(services_.loop, options_.life, options_.births.seed)) {
  services_.observer = this;
  if (options_.count > kManyRouters) services_.log_lines = kLinesOfMany;
}

Fleet::~Fleet() { services_.observer = nullptr; }

void Fleet::start() {
  members_.reserve(options_.count);
  for (std::size_t i = 0; i < options_.count; ++i) {
    members_.push_back({std::make_unique<Router>(services_, birth(options_.births, i))});
    Router& router = *members_.back().router;
    index_.emplace(&router, i);
    if (!options_.exports.empty()) import_leniently(router.config(), options_.exports[i % options_.exports.size()], router.facts());
    router.power_on();
    for (const std::string& script : options_.scripts) run(router, script, [](const Printed&) {});
    const double at = static_cast<double>(i) / options_.adoptions_per_second;
    if (!bootstrap_.empty()) plan_adoption(i, Duration(static_cast<std::int64_t>(at * 1e6)));
    else life_->begin(router);
  }
}

void Fleet::plan_adoption(std::size_t index, Duration delay) {
  services_.loop.after(delay, [this, index] { adopt(index); });
}

/// Somebody pastes the command into the router's terminal, and again later if it did not work.
void Fleet::adopt(std::size_t index) {
  Router& router = *members_[index].router;
  const bool running = run(router, bootstrap_, [this, index](const Printed& printed) {
    if (adopted(index)) return life_->begin(*members_[index].router);
    ++stats_.adoptions_failed;
    if (printed.error) stats_.last_error = *printed.error;
    plan_adoption(index, kPasteAgain);
  });
  if (!running) plan_adoption(index, kPasteAgain);
}

bool Fleet::run(Router& router, std::string source, std::function<void(Printed)> done) {
  const auto printed = std::make_shared<Printed>();
  JobRequest request;
  request.source = std::move(source);
  request.type = "login";
  request.output = [printed](std::string_view line) {
    if (printed->output.size() < (1 << 20)) printed->output.append(line).append("\n");
  };
  request.done = [printed, done = std::move(done)](const JobOutcome& outcome) {
    printed->error = outcome.killed && !outcome.error ? std::optional<std::string>("interrupted") : outcome.error;
    done(std::move(*printed));
  };
  return router.run(std::move(request)).has_value();
}

Router* Fleet::find(std::string_view who) {
  if (const auto index = text::parse_int(who); index && *index >= 0 && static_cast<std::size_t>(*index) < members_.size()) {
    return members_[static_cast<std::size_t>(*index)].router.get();
  }
  for (const Member& member : members_) {
    const RouterSpec& spec = member.router->spec();
    if (spec.serial == who || spec.software_id == who || member.router->identity() == who) return member.router.get();
  }
  return nullptr;
}

bool Fleet::adopted(std::size_t index) const {
  for (const FoundRow& row : members_[index].router->config().rows("/system/scheduler")) {
    const std::string* name = row.row->find("name");
    if (name != nullptr && name->ends_with("-poll")) return true;
  }
  return false;
}

Fleet::Member* Fleet::member_of(const Router& router) {
  const auto known = index_.find(&router);
  return known == index_.end() ? nullptr : &members_[known->second];
}

void Fleet::fetched(Router& router, const FetchReport& report) {
  const bool poll = is_poll(report.url);
  ++(report.upload ? stats_.uploads : poll ? stats_.polls : stats_.fetches);
  if (!report.ok) {
    ++(report.upload ? stats_.uploads_failed : poll ? stats_.polls_failed : stats_.fetches_failed);
    stats_.last_error = report.error;
  }
  if (!poll) return;
  if (Member* member = member_of(router)) member->poll_answered = report.ok;
}

void Fleet::script_failed(Router&, const std::string& reason) {
  ++stats_.scripts_failed;
  stats_.last_error = reason;
}

FleetStats Fleet::stats() const {
  FleetStats stats = stats_;
  stats.routers = members_.size();
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Router& router = *members_[i].router;
    stats.adopted += adopted(i) ? 1 : 0;
    stats.online += router.power() == Power::on && router.link() && members_[i].poll_answered ? 1 : 0;
  }
  stats.reboots = life_->counts().reboots;
  stats.outages = life_->counts().outages;
  stats.edits = life_->counts().edits;
  return stats;
}

}  // namespace openstrat::sim
