#include "sign_in/new_passwords.hpp"

#include <algorithm>

#include "db/database.hpp"
#include "identity/account_service.hpp"
#include "identity/password_service.hpp"
#include "protection/policy_service.hpp"
#include "sign_in/guard_service.hpp"

namespace openstrat::sign_in {
namespace {

constexpr int kHistory = 3;

}  // namespace

Status NewPasswords::check(std::string_view password, std::string_view email, std::optional<UserId> user, const char* field) const {
  std::vector<std::string> broken = identity::broken_password_rules(password, email);
  if (deps_.guard != nullptr) {
    auto more = deps_.guard->broken_rules(password, email, user);
    if (!more) return fail(std::move(more.error()));
    for (auto& rule : *more)
      if (std::ranges::find(broken, rule) == broken.end()) broken.push_back(std::move(rule));
  }
  if (broken.empty() && deps_.guard != nullptr && deps_.guard->is_breached(password))
    broken.emplace_back("is known from a breach of another service; choose one that you use nowhere else");
  if (broken.empty() && user) {
    const auto used = was_used(password, *user);
    if (!used) return fail(used.error());
    if (*used) broken.emplace_back("was one of your last passwords; choose another");
  }
  if (broken.empty()) return {};
  std::vector<FieldError> fields;
  for (auto& rule : broken) fields.push_back({field, std::move(rule)});
  return fail(Error(Errc::invalid, "The password is not good enough.").with_fields(std::move(fields)));
}

Result<bool> NewPasswords::was_used(std::string_view password, UserId user) const {
  int count = kHistory;
  if (deps_.policies != nullptr) {
    const auto policy = deps_.policies->of_user(user);
    if (!policy) return fail(policy.error());
    count = std::max(count, policy->history);
  }
  const auto earlier = deps_.database.read([&](db::Session& session) { return deps_.accounts.earlier_passwords(session, user, count); });
  if (!earlier) return fail(earlier.error());
  for (const auto& phc : *earlier) {
    auto matches = deps_.passwords.verify(phc, password);
    if (!matches || *matches) return matches;
  }
  return false;
}

Result<int> NewPasswords::max_age_days(UserId user) const {
  if (deps_.policies == nullptr) return 0;
  const auto policy = deps_.policies->of_user(user);
  if (!policy) return fail(policy.error());
  return policy->max_age_days;
}

}  // namespace openstrat::sign_in
