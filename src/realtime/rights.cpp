#include "realtime/rights.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace openstrat::realtime {
namespace {

/// By Topic. What everybody in the team may know needs no scope.
constexpr std::array<std::string_view, kTopics> kScopes{"", "site:view", "job:view", "backup:view", "fault:view", "user:view", "role:view", "api:view"};

/// Limits are made anew whenever somebody's roles are looked up; what they ask the database tells whether they are the same.
std::string key_of(CustomerId customer, const SiteLimits& limits) {
  const auto condition = limits.condition("c", "s", 1);
  std::string key = customer.to_string() + '\n' + condition.sql;
  for (const auto& value : condition.values) key += '\n' + value;
  return key;
}

}  // namespace

bool Sight::sees(SiteId site) const { return std::ranges::binary_search(*sites_.load(), site); }

bool Sight::replace(std::vector<SiteId> sites) {
  std::ranges::sort(sites);
  const auto before = sites_.load();
  if (before && *before == sites) return false;
  sites_ = std::make_shared<const Sites>(std::move(sites));
  return true;
}

Result<std::shared_ptr<const Sight>> Sights::of(CustomerId customer, std::shared_ptr<const SiteLimits> limits) {
  const std::string key = key_of(customer, *limits);
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = by_limits_.find(key); found != by_limits_.end())
      if (auto sight = found->second.lock()) return std::shared_ptr<const Sight>(std::move(sight));
  }
  Tenant tenant{customer, std::move(limits)};
  auto sites = load_(tenant);
  if (!sites) return fail(sites.error());
  auto made = std::make_shared<Sight>(std::move(tenant), *std::move(sites));
  const std::scoped_lock lock(mutex_);
  auto& kept = by_limits_[key];
  if (auto other = kept.lock()) return std::shared_ptr<const Sight>(std::move(other));  // somebody was faster
  kept = made;
  return std::shared_ptr<const Sight>(std::move(made));
}

std::vector<std::shared_ptr<const Sight>> Sights::refresh() {
  std::vector<std::shared_ptr<Sight>> in_use;
  {
    const std::scoped_lock lock(mutex_);
    std::erase_if(by_limits_, [](const auto& entry) { return entry.second.expired(); });
    for (const auto& [key, sight] : by_limits_)
      if (auto alive = sight.lock()) in_use.push_back(std::move(alive));
  }
  std::vector<std::shared_ptr<const Sight>> changed;
  for (const auto& sight : in_use) {
    auto sites = load_(sight->tenant());
    if (!sites) {
      log::warning("which sites a role is limited to cannot be looked up", {log::of(sites.error())});
      sites = std::vector<SiteId>();  // nobody sees what cannot be told to be his
    }
    if (sight->replace(*std::move(sites))) changed.push_back(sight);
  }
  return changed;
}

bool Rights::sees(Topic topic, const std::optional<SiteId>& site) const {
  const Grant& grant = grants[static_cast<std::size_t>(topic)];
  return grant.held && (!grant.sight || (site && grant.sight->sees(*site)));
}

Result<Rights> rights_of(CustomerId customer, const std::vector<std::string>& scopes, const LimitsByScope* limits, Sights& sights) {
  Rights rights;
  for (std::size_t i = 0; i < kTopics; ++i) {
    Rights::Grant& grant = rights.grants[i];
    grant.held = kScopes[i].empty() || std::ranges::binary_search(scopes, kScopes[i], std::less<>{});
    if (!grant.held || limits == nullptr || kScopes[i].empty()) continue;
    const auto limit = limits->find(kScopes[i]);
    if (limit == limits->end() || !limit->second) continue;
    auto sight = sights.of(customer, limit->second);
    if (!sight) return fail(sight.error());
    grant.sight = *std::move(sight);
  }
  return rights;
}

}  // namespace openstrat::realtime
