#include "protection/risk.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace openstrat::protection {
namespace {

constexpr int kManyFailures = 5;
constexpr std::chrono::milliseconds kFasterThanPeople{800};
constexpr std::array<std::string_view, 14> kPrograms{"headless", "phantomjs", "selenium", "puppeteer", "playwright", "curl/", "wget/", "python", "go-http-client",
                                                     "java/", "okhttp", "libwww", "scrapy", "node-fetch"};

}  // namespace

bool is_odd_user_agent(std::string_view user_agent) {
  const std::string lower = text::lower(user_agent);
  return lower.size() < 10 || std::ranges::any_of(kPrograms, [&](std::string_view word) { return lower.contains(word); });
}

int risk_of(const sign_in::Attempt& attempt, const RiskFacts& facts) {
  int risk = 0;
  if (facts.recent_failures > kManyFailures) risk += 3;
  if (!facts.network_known) risk += 2;
  if (is_odd_user_agent(attempt.user_agent)) risk += 2;
  if (facts.datacentre) risk += 1;
  if (attempt.form_time && *attempt.form_time < kFasterThanPeople) risk += 2;
  if (facts.account_under_attack) risk += kRiskyFrom;  // from many addresses, each of them careful
  if (attempt.honeypot_filled) risk += kRiskyFrom;     // people do not see the field, but password managers do: hence no plain refusal
  return risk;
}

}  // namespace openstrat::protection
