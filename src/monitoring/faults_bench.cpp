// 1,000,000 faults of one team over 100,000 sites: how long lists take. faults_bench URL (sqlite:PATH, or postgresql://… of an empty database)
#include <fmt/core.h>

#include <algorithm>
#include <functional>

#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "bus/schema.hpp"
#include "control_plane/schema.hpp"
#include "db/database.hpp"
#include "db/migrations.hpp"
#include "fleet/schema.hpp"
#include "monitoring/fault_reader.hpp"
#include "monitoring/fault_store.hpp"
#include "monitoring/health_history.hpp"
#include "monitoring/schema.hpp"
#include "tasks/schema.hpp"

using namespace openstrat;
using namespace openstrat::monitoring;

namespace {

constexpr int kFaults = 1'000'000, kSites = 100'000, kOpen = 3000, kStep = 2000, kRounds = 200;
const Tenant kTenant{CustomerId(*Uuid::parse("11111111-2222-4333-8444-555555555555"))};

constexpr db::Query kSite{"bench.site",
                          "INSERT INTO site (customer_id, id, number, pid, name, has_pulse, adopted_at, facts_hash, oem, token_version, revision, created_at, updated_at, "
                          "state_rank) VALUES (?1, ?2, ?3, ?4, ?5, TRUE, 1, 0, '{}', 1, 1, 1, 1, 3)"};

std::vector<db::Migration> all_migrations() {
  std::vector<db::Migration> all;
  for (const auto& area : {tasks::migrations(), bus::migrations(), control_plane::migrations(), fleet::migrations(), migrations()})
    all.insert(all.end(), area.begin(), area.end());
  std::ranges::sort(all, {}, &db::Migration::number);
  return all;
}

/// Every 30 seconds one, for a year; the newest of some sites last.
Fault fault(int number, SiteId site, Timestamp now) {
  Fault fault{.customer_id = kTenant.customer_id, .id = FaultId(uuid_v4(secure_rng())), .pid = fmt::format("flt_{:027}", number), .type = number % 50 == 0 ? "wantunnel" : "site",
              .kind = fmt::format("offline-{}", number), .resource_id = site.to_string(), .site_id = site, .message = fmt::format("Site Offline: Branch {:05}", number % kSites),
              .severity = number % 10 == 0 ? Severity::low : Severity::critical, .cause = "Disconnected", .created_at = now - std::chrono::seconds(30) * number};
  if (number >= kOpen) fault.resolved_at = fault.created_at + std::chrono::minutes(7);
  return fault;
}

Status fill(db::Database& database, Timestamp now) {
  std::vector<SiteId> sites;
  for (int i = 0; i < kSites; ++i) sites.emplace_back(uuid_v4(secure_rng()));
  for (int first = 0; first < kSites; first += kStep)
    if (auto done = database.write([&](db::Session& session) -> Status {
          for (int i = first; i < first + kStep; ++i)
            if (const auto put = session.execute(kSite, db::params(kTenant.customer_id, sites[i], i, fmt::format("site_{:027}", i), fmt::format("Branch {:05}", i))); !put)
              return fail(put.error());
          return {};
        });
        !done)
      return done;
  for (int first = 0; first < kFaults; first += kStep)
    if (auto done = database.write([&](db::Session& session) -> Status {
          for (int i = first; i < first + kStep; ++i)
            if (const auto put = fault_store::open(session, fault(i, sites[i % kSites], now), now); !put) return fail(put.error());
          return {};
        });
        !done)
      return done;
  return {};
}

int measure(const char* what, const std::function<Result<std::size_t>(int)>& ask, int rounds = kRounds) {
  std::vector<double> times;
  std::size_t size = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto begun = system_clock().monotonic();
    const auto found = ask(i);
    if (!found) return fmt::print("{}: {}\n", what, found.error().message()), 1;
    times.push_back(std::chrono::duration<double, std::milli>(system_clock().monotonic() - begun).count());
    size = *found;
  }
  std::ranges::sort(times);
  fmt::print("{:44} p50 {:7.2f} ms  p99 {:7.2f} ms  {} rows\n", what, times[times.size() / 2], times[times.size() * 99 / 100], size);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const auto database = db::open({.url = argv[1]}, system_clock());
  if (!database || !db::migrate(**database, all_migrations())) return 1;
  const Timestamp now = system_clock().now();
  FaultReader reader(**database, system_clock());
  const auto some = reader.list(kTenant, {}, {}, 1);
  if (!some) return fmt::print("{}\n", some.error().message()), 1;
  if (some->faults.empty())
    if (const auto filled = fill(**database, now); !filled) return fmt::print("{}\n", filled.error().message()), 1;
  const auto list = [&](FaultFilter filter) {
    return [&reader, filter](int) -> Result<std::size_t> {
      const auto page = reader.list(kTenant, filter, {}, 50);
      if (!page) return fail(page.error());
      return page->faults.size();
    };
  };
  int failures = measure("first page", list({}));
  failures += measure("anywhere by cursor", [&](int i) -> Result<std::size_t> {
    const auto page = reader.list(kTenant, {}, FaultPosition{now - std::chrono::hours(40) * i, FaultId{}}, 50);
    if (!page) return fail(page.error());
    return page->faults.size();
  });
  failures += measure("unresolved", list({.status = FaultStatus::unresolved}));
  failures += measure("recent (3,000 open)", list({.status = FaultStatus::recent}));
  const auto newest = reader.list(kTenant, {}, {}, 1);
  if (!newest || newest->faults.empty()) return 1;
  failures += measure("of one site", list({.site = newest->faults.front().fault.site_id}));
  failures += measure("one severity in ten", list({.severities = {Severity::low}}));
  failures += measure("text that one site in 100,000 has", list({.search = "Branch 04711"}), 20);
  failures += measure("text that nothing has (50,000 looked at)", list({.search = "nothing of that kind"}), 20);
  failures += measure("page 1 by number, with its total", [&](int) -> Result<std::size_t> {
    const auto page = reader.page(kTenant, {}, 50, 0);
    if (!page) return fail(page.error());
    return page->faults.size();
  }, 20);
  metrics::Registry registry;
  const Settings settings;
  HealthHistory health(**database, registry, system_clock(), settings);
  failures += measure("health sample over 100,000 sites", [&](int) -> Result<std::size_t> {
    if (const auto done = health.sample(); !done) return fail(done.error());
    return std::size_t{1};
  }, 20);
  return failures;
}
