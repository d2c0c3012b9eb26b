// Who sees which frame: scopes, and for those who are limited to some sites of the team, which these are.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/site_limits.hpp"
#include "realtime/frame.hpp"

namespace openstrat::realtime {

/// The sites of a team that certain limits let through. One for all who have the same limits. Thread-safe.
class Sight {
 public:
  Sight(Tenant tenant, std::vector<SiteId> sites) : tenant_(std::move(tenant)) { replace(std::move(sites)); }
  bool sees(SiteId site) const;
  const Tenant& tenant() const { return tenant_; }
  /// True when these are others than before.
  bool replace(std::vector<SiteId> sites);

 private:
  using Sites = std::vector<SiteId>;  ///< sorted
  const Tenant tenant_;
  std::atomic<std::shared_ptr<const Sites>> sites_;
};

/// Keeps the sights that somebody uses, so that an event costs no query. Thread-safe.
class Sights {
 public:
  /// Every site of the tenant's team that the tenant's limits let through. May block.
  using Load = std::function<Result<std::vector<SiteId>>(const Tenant&)>;
  explicit Sights(Load load) : load_(std::move(load)) {}

  Result<std::shared_ptr<const Sight>> of(CustomerId customer, std::shared_ptr<const SiteLimits> limits);
  /// Asks the database again; returns those that have changed.
  std::vector<std::shared_ptr<const Sight>> refresh();

 private:
  Load load_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<Sight>> by_limits_;
};

struct Rights {
  struct Grant {
    bool held = false;
    std::shared_ptr<const Sight> sight;  ///< null: every site
    bool operator==(const Grant&) const = default;
  };
  std::array<Grant, kTopics> grants;

  bool sees(Topic topic, const std::optional<SiteId>& site) const;
  bool operator==(const Rights&) const = default;
};

using LimitsByScope = std::map<std::string, std::shared_ptr<const SiteLimits>, std::less<>>;
/// `scopes` sorted. `limits` may be null: none. May block.
Result<Rights> rights_of(CustomerId customer, const std::vector<std::string>& scopes, const LimitsByScope* limits, Sights& sights);

}  // namespace openstrat::realtime
