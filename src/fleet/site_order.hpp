// What lists of sites are ordered by: numbers that are stored with the row, so that an index has them in order.
#pragma once

#include <cstdint>
#include <string_view>

#include "fleet/types.hpp"

namespace openstrat::fleet {

/// What needs somebody comes first: offline, pending, deleting, online.
constexpr std::int64_t state_rank(SiteState state) {
  switch (state) {
    case SiteState::offline: return 0;
    case SiteState::pending: return 1;
    case SiteState::deleting: return 2;
    case SiteState::online: return 3;
  }
  std::unreachable();
}
SiteState state_of_rank(std::int64_t rank);

inline constexpr std::int64_t kSeenNow = 9'000'000'000'000'000'000;
/// Never seen 0, silent since a moment, heard of now. All that are online are equal: their moments change with every heartbeat,
/// and an order that changes while somebody turns pages is none.
std::int64_t seen_order(const Site& site);

/// 7.9 < 7.16beta2 < 7.16rc1 < 7.16 < 7.16.2; 0 for what is no version.
std::int64_t version_order(std::string_view version);

}  // namespace openstrat::fleet
