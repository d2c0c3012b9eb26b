#include "fleet/site_overview.hpp"

#include <algorithm>
#include <map>

#include "db/database.hpp"
#include "db/in_list.hpp"
#include "db/within.hpp"
#include "fleet/site_order.hpp"

namespace openstrat::fleet {
namespace {

using db::params;
using db::Query;

constexpr auto kFresh = std::chrono::seconds(5);
constexpr auto kBackupAge = std::chrono::hours(48);
constexpr auto kLately = std::chrono::hours(24);
constexpr int kMost = 20;                  // of each list
constexpr std::size_t kMostEntries = 1000;

constexpr Query kCounts{"site.counts", "SELECT s.state_rank, s.software_version, s.model, COUNT(*) FROM site s WHERE s.customer_id = ?1 "
                                       "GROUP BY s.state_rank, s.software_version, s.model"};
constexpr Query kOffline{"site.newest_offline", "SELECT s.id, s.seen_order FROM site s WHERE s.customer_id = ?1 AND s.state_rank = 0 "
                                                "AND s.seen_order > 0 AND s.seen_order < 9000000000000000000 ORDER BY s.seen_order DESC, s.id DESC LIMIT ?2"};
constexpr Query kOpenJobs{"job.open_counts", "SELECT j.state, COUNT(*) FROM job j WHERE j.customer_id = ?1 AND j.state IN ('pending', 'sent', 'busy') "
                                             "GROUP BY j.state"};
constexpr Query kFailedJobs{"job.failed_count", "SELECT COUNT(*) FROM job j WHERE j.customer_id = ?1 AND j.failed_at >= ?2 AND j.state = 'failed'"};
constexpr Query kFailures{"job.newest_failed", "SELECT j.site_id, j.failed_at, j.description, j.failure_reason FROM job j WHERE j.customer_id = ?1 "
                                               "AND j.failed_at >= ?2 AND j.state = 'failed' ORDER BY j.failed_at DESC LIMIT ?3"};

Result<std::vector<db::Row>> within(db::Session& session, const Query& text, const Tenant& tenant, std::string_view customer, std::string_view site,
                                    db::Params values) {
  const db::Within query(text, tenant, customer, site, values);
  return session.query(query, std::move(values));
}

std::vector<SiteSummary::Share> biggest(const std::map<std::string, std::int64_t>& counts) {
  std::vector<SiteSummary::Share> shares;
  for (const auto& [name, sites] : counts) shares.push_back({name, sites});
  std::ranges::stable_sort(shares, std::ranges::greater(), &SiteSummary::Share::sites);
  if (shares.size() > kMost) shares.resize(kMost);
  return shares;
}

/// Who may see the same sites shares an answer.
std::string key_of(const Tenant& tenant) {
  std::string key = tenant.customer_id.to_string();
  if (!tenant.sites) return key;
  const auto limits = tenant.sites->condition("s.customer_id", "s.id", 2);
  key += '\n' + limits.sql;
  for (const auto& value : limits.values) key += '\n' + std::to_string(value.size()) + ' ' + value;
  return key;
}

Status count_sites(db::Session& session, const Tenant& tenant, SiteSummary& summary) {
  const auto rows = within(session, kCounts, tenant, "s.customer_id", "s.id", params(tenant.customer_id));
  if (!rows) return fail(rows.error());
  std::map<std::string, std::int64_t> versions, models;
  for (const auto& row : *rows) {
    const auto sites = row.get<std::int64_t>(3);
    summary.total += sites;
    summary.by_rank.at(static_cast<std::size_t>(row.get<std::int64_t>(0))) += sites;
    if (const auto version = row.get<std::optional<std::string>>(1)) versions[*version] += sites;
    if (const auto model = row.get<std::optional<std::string>>(2)) models[*model] += sites;
  }
  summary.versions = biggest(versions), summary.models = biggest(models);
  return {};
}

Status count_jobs(db::Session& session, const Tenant& tenant, Timestamp now, SiteSummary& summary) {
  const auto open = within(session, kOpenJobs, tenant, "j.customer_id", "j.site_id", params(tenant.customer_id));
  if (!open) return fail(open.error());
  for (const auto& row : *open)
    (row.get<std::string>(0) == "pending" ? summary.jobs_pending : summary.jobs_running) += row.get<std::int64_t>(1);
  const auto failed = within(session, kFailedJobs, tenant, "j.customer_id", "j.site_id", params(tenant.customer_id, now - kLately));
  if (!failed) return fail(failed.error());
  summary.jobs_failed = failed->front().get<std::int64_t>(0);
  return {};
}

}  // namespace

Result<std::shared_ptr<const SiteSummary>> SiteOverview::of(const Tenant& tenant) {
  const std::string key = key_of(tenant);
  const Timestamp now = clock_.now();
  {
    auto entries = entries_.lock();
    const auto found = entries->find(key);
    if (found != entries->end() && now - found->second.at < kFresh) return found->second.summary;
  }
  auto counted = database_.read([&](db::Session& session) { return count(session, tenant, now); });
  if (!counted) return fail(counted.error());
  const auto summary = std::make_shared<const SiteSummary>(std::move(*counted));
  auto entries = entries_.lock();
  if (entries->size() >= kMostEntries) entries->clear();
  (*entries)[key] = {now, summary};
  return summary;
}

Result<SiteSummary> SiteOverview::count(db::Session& session, const Tenant& tenant, Timestamp now) {
  SiteSummary summary;
  if (auto counted = count_sites(session, tenant, summary); !counted) return fail(counted.error());
  if (auto counted = count_jobs(session, tenant, now, summary); !counted) return fail(counted.error());
  auto known = facets_.overview(session, tenant, now - kBackupAge, kMost);
  if (!known) return fail(known.error());
  summary.open_faults = known->open_faults;
  summary.without_backup = known->without_backup;
  if (auto added = add_attention(session, tenant, now, std::move(known->concerns), summary); !added) return fail(added.error());
  return summary;
}

Status SiteOverview::add_attention(db::Session& session, const Tenant& tenant, Timestamp now, std::vector<Concern> concerns, SiteSummary& summary) {
  const auto offline = within(session, kOffline, tenant, "s.customer_id", "s.id", params(tenant.customer_id, kMost));
  if (!offline) return fail(offline.error());
  for (const auto& row : *offline)
    concerns.push_back({.site_id = row.get<SiteId>(0), .kind = "offline", .rank = kRankCritical, .since = row.get<Timestamp>(1), .detail = "No heartbeat since then"});
  const auto failures = within(session, kFailures, tenant, "j.customer_id", "j.site_id", params(tenant.customer_id, now - kLately, kMost));
  if (!failures) return fail(failures.error());
  for (const auto& row : *failures)
    concerns.push_back({.site_id = row.get<SiteId>(0), .kind = "job_failed", .rank = kRankHigh, .since = row.get<Timestamp>(1),
                        .detail = row.get<std::string>(2) + ": " + row.get<std::optional<std::string>>(3).value_or("failed")});

  std::ranges::stable_sort(concerns, [](const Concern& a, const Concern& b) { return a.rank != b.rank ? a.rank < b.rank : a.since > b.since; });
  std::vector<SiteId> sites;
  std::erase_if(concerns, [&](const Concern& concern) {
    if (sites.size() >= kMost || std::ranges::find(sites, concern.site_id) != sites.end()) return true;
    sites.push_back(concern.site_id);
    return false;
  });
  if (sites.empty()) return {};
  auto values = params(tenant.customer_id);
  const std::string sql = "SELECT id, name FROM site WHERE customer_id = ?1 AND id IN " + db::in_list(sites, values);
  const auto rows = session.query(Query{"sites.names", sql.c_str()}, std::move(values));
  if (!rows) return fail(rows.error());
  std::unordered_map<SiteId, std::string> names;
  for (const auto& row : *rows) names[row.get<SiteId>(0)] = row.get<std::string>(1);
  for (Concern& concern : concerns)
    if (const auto name = names.find(concern.site_id); name != names.end()) summary.attention.push_back({std::move(concern), name->second});
  return {};
}

}  // namespace openstrat::fleet
