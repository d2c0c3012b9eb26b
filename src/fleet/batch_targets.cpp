#include "fleet/batch_targets.hpp"

#include <unordered_map>

#include "db/in_list.hpp"
#include "db/session.hpp"
#include "db/within.hpp"
#include "fleet/site_order.hpp"

namespace openstrat::fleet {
namespace {

constexpr std::size_t kStep = 1000;

std::optional<std::string> refusal_of(SiteState state) {
  switch (state) {
    case SiteState::deleting: return "site_deleting";
    case SiteState::pending: return "never_adopted";
    case SiteState::online:
    case SiteState::offline: return std::nullopt;
  }
  std::unreachable();
}

}  // namespace

Result<std::vector<BatchTarget>> batch_targets(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites) {
  std::unordered_map<SiteId, BatchTarget> found;
  for (std::size_t done = 0; done < sites.size(); done += kStep) {
    const std::vector<SiteId> part(sites.begin() + static_cast<std::ptrdiff_t>(done),
                                   sites.begin() + static_cast<std::ptrdiff_t>(std::min(sites.size(), done + kStep)));
    auto values = db::params(tenant.customer_id);
    const std::string sql = "SELECT s.id, s.name, s.state_rank, s.software_version FROM site s WHERE s.customer_id = ?1 AND s.id IN " +
                            db::in_list(part, values) + " LIMIT " + std::to_string(kStep);
    const db::Within query(db::Query{"sites.targets", sql.c_str()}, tenant, "s.customer_id", "s.id", values);
    const auto rows = session.query(query, std::move(values));
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) {
      const SiteState state = state_of_rank(row.get<std::int64_t>(2));
      const auto id = row.get<SiteId>(0);
      found.emplace(id, BatchTarget{.customer_id = tenant.customer_id, .site_id = id, .name = row.get<std::string>(1), .state = state,
                                    .version = row.get<std::optional<std::string>>(3), .refusal = refusal_of(state)});
    }
  }
  std::vector<BatchTarget> targets;
  targets.reserve(sites.size());
  for (const SiteId site : sites) {
    const auto target = found.find(site);
    if (target != found.end()) targets.push_back(target->second);
    else targets.push_back({.customer_id = tenant.customer_id, .site_id = site, .name = {}, .version = {}, .refusal = "resource_missing"});
  }
  return targets;
}

std::string_view refusal_text(std::string_view code) {
  if (code == "site_deleting") return "The site is being deleted and takes no new jobs.";
  if (code == "never_adopted") return "No router was adopted into this site yet, so there is nobody to run the job.";
  if (code == "resource_missing") return "There is no such site, or you may not see it.";
  return "The site takes no jobs.";
}

}  // namespace openstrat::fleet
