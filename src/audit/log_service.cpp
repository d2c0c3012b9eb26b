#include "audit/log_service.hpp"

#include <algorithm>
#include <iterator>

#include "audit/query_store.hpp"
#include "db/database.hpp"

namespace openstrat::audit {
namespace {

constexpr int kWindow = 2000;
constexpr Duration kPatience = std::chrono::seconds(2);
constexpr int kExportStep = 250;  // entries may have 2 × 16 KiB of payload

/// Without such filters every entry on the way fits, and nothing is read in vain.
bool picks(const Filter& filter) {
  return filter.method || filter.status_class || filter.status_code || filter.endpoint_prefix || filter.ip_address ||
         filter.session_id || filter.actor_kind || filter.search_term;
}

}  // namespace

Result<Page> LogService::list(const Tenant& tenant, const Filter& filter, std::optional<Position> after, int limit) {
  const auto deadline = clock_.monotonic() + kPatience;
  const int window = picks(filter) ? kWindow : limit + 1;
  Page page;
  while (true) {
    const int wanted = limit + 1 - static_cast<int>(page.entries.size());  // one more tells whether there is more
    auto step = database_.read([&](db::Session& session) { return query_store::step(session, tenant, filter, after, window, wanted); });
    if (!step) return fail(step.error());
    page.scanned += step->scanned;
    std::ranges::move(step->entries, std::back_inserter(page.entries));
    if (static_cast<int>(page.entries.size()) > limit) {
      page.entries.pop_back();
      page.next = Position{page.entries.back().entry.event_time, page.entries.back().seq};
      return page;
    }
    if (!step->next) return page;
    after = step->next;
    if (page.scanned < kScanLimit && clock_.monotonic() < deadline) continue;
    page.next = after;
    page.stopped_early = true;
    return page;
  }
}

Result<StoredEntry> LogService::find(const Tenant& tenant, std::string_view log_id) {
  return database_.read([&](db::Session& session) { return query_store::find(session, tenant, log_id); });
}

Result<std::vector<StoredEntry>> LogReader::next() {
  while (!ended_ && left_ > 0) {
    auto page = service_.list(tenant_, filter_, after_, std::min(kExportStep, left_));
    if (!page) return fail(page.error());
    after_ = page->next;
    ended_ = !page->next;
    left_ -= static_cast<int>(page->entries.size());
    if (!page->entries.empty()) return std::move(page->entries);
  }
  return std::vector<StoredEntry>{};
}

}  // namespace openstrat::audit
