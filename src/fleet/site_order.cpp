#include "fleet/site_order.hpp"

#include <algorithm>
#include <cctype>

namespace openstrat::fleet {
namespace {

constexpr std::int64_t kPlace = 1000;  // of each part of a version
constexpr std::int64_t kFinal = 900;   // behind every release candidate

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes a number off the front; bounded, so that four of them fit.
std::int64_t take_number(std::string_view& text) {
  std::int64_t number = 0;
  while (!text.empty() && is_digit(text.front())) {
    number = std::min<std::int64_t>(number * 10 + (text.front() - '0'), kPlace - 1);
    text.remove_prefix(1);
  }
  return number;
}

/// `beta4` → 204, `rc1` → 401.
std::int64_t stage_of(std::string_view text) {
  if (text.empty()) return kFinal;
  const std::int64_t base = text.starts_with("alpha") ? 0 : text.starts_with("beta") ? 200 : text.starts_with("rc") ? 400 : 600;
  while (!text.empty() && !is_digit(text.front())) text.remove_prefix(1);
  return base + std::min<std::int64_t>(take_number(text), 199);
}

}  // namespace

SiteState state_of_rank(std::int64_t rank) {
  for (const SiteState state : {SiteState::offline, SiteState::pending, SiteState::deleting})
    if (state_rank(state) == rank) return state;
  return SiteState::online;
}

std::int64_t seen_order(const Site& site) {
  if (!site.adopted_at) return 0;
  if (site.has_pulse) return kSeenNow;
  return to_unix_us(site.offline_since.value_or(*site.adopted_at));
}

std::int64_t version_order(std::string_view version) {
  if (version.empty() || !is_digit(version.front())) return 0;
  std::int64_t order = 0;
  for (int part = 0; part < 3; ++part) {
    order = order * kPlace + take_number(version);
    if (part < 2 && version.size() > 1 && version.front() == '.' && is_digit(version[1])) version.remove_prefix(1);
    else if (!version.empty() && is_digit(version.front())) return 0;
  }
  return order * kPlace + stage_of(version);
}

}  // namespace openstrat::fleet
