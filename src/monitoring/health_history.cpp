#include "monitoring/health_history.hpp"

#include <algorithm>
#include <tuple>

#include "base/metrics.hpp"
#include "db/database.hpp"
#include "fleet/site_tallies_service.hpp"
#include "tasks/queue.hpp"

namespace openstrat::monitoring {
namespace {

constexpr std::size_t kStep = 500;
constexpr int kForgetStep = 5000;
constexpr const char* kTask = "monitoring.sample_health";
/// Steps that charts are easily read with, smallest first.
constexpr std::chrono::seconds kSteps[] = {std::chrono::minutes(1), std::chrono::minutes(5), std::chrono::minutes(15), std::chrono::hours(1)};
constexpr int kHandyPoints = 1500;

bool is_worse(const HealthSample& a, const HealthSample& b) { return std::tie(a.offline, a.open_faults) > std::tie(b.offline, b.open_faults); }

}  // namespace

HealthHistory::HealthHistory(db::Database& database, metrics::Registry& metrics, const Clock& clock, const Settings& settings)
    : database_(database), open_faults_(metrics.gauge("openstrat_faults_open", "Open faults of all teams, counted once a minute")), clock_(clock), settings_(settings) {}

Result<std::vector<HealthSample>> HealthHistory::look(Timestamp minute) {
  return database_.read([&](db::Session& session) -> Result<std::vector<HealthSample>> {
    const auto tallies = fleet::site_tallies(session);
    if (!tallies) return fail(tallies.error());
    auto open = health_store::open_faults(session);
    if (!open) return fail(open.error());
    std::vector<HealthSample> samples;
    for (const auto& tally : *tallies) {
      const auto faults = open->extract(tally.customer_id);
      samples.push_back({.customer_id = tally.customer_id, .at = minute, .online = tally.online, .offline = tally.offline, .pending = tally.pending,
                         .open_faults = faults.empty() ? 0 : faults.mapped()});
    }
    for (const auto& [customer, faults] : *open) samples.push_back({.customer_id = customer, .at = minute, .open_faults = faults});
    return samples;
  });
}

Status HealthHistory::sample() {
  const Timestamp now = clock_.now();
  const auto samples = look(std::chrono::floor<std::chrono::minutes>(now));
  if (!samples) return fail(samples.error());
  std::int64_t open = 0;
  for (const auto& one : *samples) open += one.open_faults;
  open_faults_.set(static_cast<double>(open));

  const auto known = database_.read([&](db::Session& session) { return health_store::customers(session); });
  if (!known) return fail(known.error());
  const auto in_steps = [&](const auto& all, const auto& write) -> Status {
    for (std::size_t done = 0; done < all.size(); done += kStep) {
      const auto part = std::span(all).subspan(done, std::min(kStep, all.size() - done));
      if (auto written = database_.write([&](db::Session& session) { return write(session, part); }); !written) return written;
    }
    return {};
  };
  if (auto written = in_steps(*samples, [](db::Session& session, auto part) { return health_store::insert(session, part); }); !written) return written;
  return in_steps(*known, [&](db::Session& session, auto part) { return health_store::trim(session, part, now - settings_.keep_health); });
}

void HealthHistory::register_tasks(tasks::Queue& queue) {
  // A look that failed is repeated soon or not at all: an old minute cannot be looked at any more.
  queue.handle(kTask, {.max_attempts = 2, .first_backoff = std::chrono::seconds(5)}, [this](const tasks::Task&) { return sample(); });
  queue.schedule("sample fleet health", "* * * * *", kTask);
}

Result<HealthHistory::Range> HealthHistory::range_of(std::optional<Timestamp> from, std::optional<Timestamp> until, std::optional<int> step_s, Timestamp now) {
  Range range{.until = until.value_or(now)};
  range.from = from.value_or(range.until - std::chrono::days(1));
  if (range.from >= range.until) return invalid_field("to", "must be later than from");
  const auto length = range.until - range.from;
  if (step_s) {
    range.step = std::chrono::seconds(*step_s);
    if (*step_s % 60 != 0) return invalid_field("step", "must be whole minutes, in seconds");
  } else {
    const auto fits = std::ranges::find_if(kSteps, [&](std::chrono::seconds step) { return length / step <= kHandyPoints; });
    range.step = fits == std::end(kSteps) ? std::chrono::days(1) : *fits;
  }
  if (length / range.step > kMostPoints) return invalid_field("step", "is too short for this range: an answer has 10,500 points at most");
  return range;
}

Result<std::vector<HealthSample>> HealthHistory::read(const Tenant& tenant, const Range& range) {
  if (tenant.sites)
    return fail(Errc::forbidden, "insufficient_role", "Your role is limited to some sites; the history counts all of them.");
  std::vector<HealthSample> points;
  const auto read = database_.read([&](db::Session& session) {
    points.clear();
    return health_store::for_each(session, tenant, range.from, range.until, [&](const HealthSample& sample) {
      const Timestamp step{sample.at.time_since_epoch() / range.step * range.step};
      const bool same = !points.empty() && points.back().at == step;
      if (same && !is_worse(sample, points.back())) return;
      if (!same) points.emplace_back();
      points.back() = sample;
      points.back().at = step;
    });
  });
  if (!read) return fail(read.error());
  return points;
}

Status HealthHistory::forget_team(CustomerId customer) {
  while (true) {
    const auto removed = database_.write([&](db::Session& session) { return health_store::remove_of_customer(session, customer, kForgetStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kForgetStep) return {};
  }
}

}  // namespace openstrat::monitoring
