#include "protection/policies.hpp"

#include <string>
#include <vector>

#include "db/database.hpp"
#include "identity/user_service.hpp"
#include "protection/team_store.hpp"

namespace openstrat::protection {
namespace {

using std::chrono::minutes;

constexpr SecurityPolicy kLeast;           // what everybody has to keep
constexpr int kLongestMinimum = 64;        // passwords have at most 128 characters
constexpr int kMostDays = 3650;
constexpr int kMostHistory = 24;
constexpr minutes kShortestSession{5};
constexpr minutes kLongestSession = std::chrono::days(90);

std::vector<FieldError> wrong_values(const SecurityPolicy& policy) {
  std::vector<FieldError> wrong;
  const auto check = [&](const char* name, auto value, auto least, auto most) {
    if (value < least || value > most) wrong.push_back({name, "must be from " + std::to_string(least) + " to " + std::to_string(most)});
  };
  check("min_length", policy.min_length, kLeast.min_length, kLongestMinimum);
  check("max_age_days", policy.max_age_days, 0, kMostDays);
  check("history", policy.history, kLeast.history, kMostHistory);
  if (policy.session_idle) check("session_idle_minutes", policy.session_idle->count(), kShortestSession.count(), kLongestSession.count());
  if (policy.session_absolute) check("session_absolute_minutes", policy.session_absolute->count(), kShortestSession.count(), kLongestSession.count());
  return wrong;
}

}  // namespace

Result<SecurityPolicy> Policies::of_team(const Tenant& tenant) {
  if (const auto known = teams_.get(tenant.customer_id)) return *known;
  const auto generation = teams_.generation();
  const auto found = deps_.database.read([&](db::Session& session) { return team_store::find_policy(session, tenant); });
  if (!found) return fail(found.error());
  const SecurityPolicy policy = found->value_or(SecurityPolicy{});
  teams_.put(tenant.customer_id, policy, generation);
  return policy;
}

Result<SecurityPolicy> Policies::of_user(UserId user) {
  if (const auto known = users_.get(user)) return *known;
  const auto generation = users_.generation();
  const auto teams = deps_.users.teams_of(user);
  if (!teams) return fail(teams.error());
  SecurityPolicy all;
  for (const auto& team : *teams) {
    const auto policy = of_team(Tenant{team.id});
    if (!policy) return fail(policy.error());
    all = strictest(all, *policy);
  }
  users_.put(user, all, generation);
  return all;
}

Status Policies::put(const Tenant& tenant, const SecurityPolicy& policy) {
  if (auto wrong = wrong_values(policy); !wrong.empty()) return fail(Error(Errc::invalid, "the policy is not possible").with_fields(std::move(wrong)));
  const auto stored = deps_.database.write([&](db::Session& session) { return team_store::put_policy(session, tenant, policy, deps_.clock.now()); });
  if (!stored) return stored;
  teams_.forget();
  users_.forget();
  return {};
}

}  // namespace openstrat::protection
