#include "protection/breach_lookup.hpp"

#include <algorithm>
#include <string>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "http/client.hpp"

namespace openstrat::protection {
namespace {

constexpr std::size_t kPrefix = 5;                    // characters of the hash that leave the house
constexpr auto kLookAgain = std::chrono::minutes(1);

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

/// Lines `SUFFIX:COUNT`; count 0 is padding.
bool names(std::string_view answer, std::string_view suffix) {
  for (const auto line : text::split(answer, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !text::equal_ignoring_case(text::trim(line.substr(0, colon)), suffix)) continue;
    return text::parse_int(text::trim(line.substr(colon + 1))).value_or(0) > 0;
  }
  return false;
}

}  // namespace

std::shared_ptr<const BreachFilter> BreachLookup::filter() {
  const auto now = clock_.monotonic();
  auto loaded = loaded_.lock();
  if (settings_.breach_filter.empty() || (loaded->look_again > now && loaded->look_again != Duration{})) return loaded->filter;
  loaded->look_again = now + kLookAgain;
  std::error_code absent;
  const auto written = std::filesystem::last_write_time(settings_.breach_filter, absent);
  if (absent) {
    loaded->filter = nullptr;
    loaded->written = {};
  } else if (written != loaded->written) {
    loaded->written = written;
    auto opened = BreachFilter::open(settings_.breach_filter);
    if (opened) {
      loaded->filter = *std::move(opened);
      log::info("breached passwords loaded", {{"passwords", loaded->filter->keys()}});
    } else {
      loaded->filter = nullptr;
      log::error("breached passwords cannot be recognised", {log::of(opened.error())});
    }
  }
  return loaded->filter;
}

bool BreachLookup::is_in_range(const Sha1& hash) {
  const std::string text = upper(crypto::hex(hash));
  http::ClientRequest request{.url = settings_.breach_range_url + "/" + text.substr(0, kPrefix), .scheme = http::Scheme::http_or_https,
                              .timeout = settings_.breach_timeout, .connect_timeout = settings_.breach_timeout, .max_body = 4 * 1024 * 1024};
  request.headers.set("Add-Padding", "true");  // all answers look alike from outside
  const auto answer = client_.send(request);
  if (answer && answer->status == 200) return names(answer->body, std::string_view(text).substr(kPrefix));
  if (answer)
    log::warning("the range query for breached passwords failed, the password counts as good", {{"status", answer->status}});
  else
    log::warning("the range query for breached passwords failed, the password counts as good", {log::of(answer.error())});
  return false;
}

bool BreachLookup::is_breached(std::string_view password) noexcept {
  const Sha1 hash = crypto::sha1(password);
  if (const auto known = filter(); known && known->contains(hash)) return true;
  return !settings_.breach_range_url.empty() && is_in_range(hash);
}

}  // namespace openstrat::protection
