// What protection reads from the configuration (keys in docs/configuration.md). The numbers without a key are the product's.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/net.hpp"

namespace openstrat::protection {

struct Settings {
  int failures_until_block = 10;                       ///< in a row, of one account from one source
  std::chrono::hours block_life{30 * 24};
  std::chrono::hours unblock_link_life{24};

  int failed_sign_ins = 100;                           ///< of one source, at once …
  int sign_ups = 50;                                   ///< sign-ups and password resets of one source, at once …
  std::chrono::seconds refill{15};                     ///< … then one more in this time
  std::chrono::hours notice_period{1};                 ///< a source that is slowed down is reported so often

  std::chrono::seconds challenge_life{120};
  std::vector<Cidr> datacentres;                       ///< auth.datacentre_cidrs

  std::string auth_url;                                ///< public_url.auth
  std::string portal_url;                              ///< public_url.portal
  int attempts_days = 30;                              ///< retention.login_attempts_days

  std::filesystem::path breach_filter;                 ///< of `openstrat admin import-breached-passwords`; need not exist
  std::string breach_range_url;                        ///< auth.breach.range_url; empty: no questions to others
  std::chrono::milliseconds breach_timeout{3000};      ///< auth.breach.timeout
};

}  // namespace openstrat::protection
