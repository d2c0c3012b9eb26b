#include "monitoring/fault_reader.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "db/database.hpp"
#include "fleet/site_names_service.hpp"
#include "monitoring/comment_store.hpp"
#include "monitoring/fault_query_store.hpp"

namespace openstrat::monitoring {
namespace {

constexpr int kWindow = 2000;
constexpr int kExportStep = 500;
constexpr int kInternalLimit = 100'000;
constexpr std::chrono::days kTopWindow{14};
constexpr int kTopResources = 10, kTopFaults = 5;

/// `Fibre A` of `WAN Tunnel Offline: Fibre A`.
std::string name_in(std::string_view message) {
  const auto colon = message.find(':');
  return std::string(text::trim(colon == message.npos ? message : message.substr(colon + 1)));
}

}  // namespace

Result<std::vector<NamedFault>> with_site_names(db::Session& session, const Tenant& tenant, std::vector<Fault> faults) {
  std::vector<SiteId> sites;
  for (const Fault& fault : faults)
    if (fault.site_id) sites.push_back(*fault.site_id);
  const auto names = fleet::site_names(session, tenant, sites);
  if (!names) return fail(names.error());
  std::vector<NamedFault> named;
  named.reserve(faults.size());
  for (Fault& fault : faults) {
    const auto name = fault.site_id ? names->find(*fault.site_id) : names->end();
    named.push_back({std::move(fault), name == names->end() ? std::nullopt : std::optional(name->second)});
  }
  return named;
}

Result<FaultReader::List> FaultReader::list(const Tenant& tenant, const FaultFilter& filter, std::optional<FaultPosition> after, int limit) {
  const Timestamp now = clock_.now();
  std::vector<Fault> found;
  std::optional<FaultPosition> next = std::move(after);
  for (int scanned = 0; scanned < kScanLimit; scanned += kWindow) {
    const int wanted = limit + 1 - static_cast<int>(found.size());  // one more tells whether there is more
    auto step = database_.read([&](db::Session& session) { return fault_query_store::step(session, tenant, filter, next, now, kWindow, wanted); });
    if (!step) return fail(step.error());
    std::ranges::move(step->faults, std::back_inserter(found));
    next = step->next;
    if (static_cast<int>(found.size()) > limit) {
      found.pop_back();
      next = FaultPosition{found.back().created_at, found.back().id};
      break;
    }
    if (!next) break;
  }
  auto named = database_.read([&](db::Session& session) { return with_site_names(session, tenant, found); });
  if (!named) return fail(named.error());
  return List{std::move(*named), next};
}

Result<FaultReader::Page> FaultReader::page(const Tenant& tenant, const FaultFilter& filter, int limit, std::int64_t offset) {
  const Timestamp now = clock_.now();
  return database_.read([&](db::Session& session) -> Result<Page> {
    const auto total = fault_query_store::count(session, tenant, filter, now, kCountLimit);
    if (!total) return fail(total.error());
    auto faults = fault_query_store::page(session, tenant, filter, now, limit, offset);
    if (!faults) return fail(faults.error());
    auto named = with_site_names(session, tenant, std::move(*faults));
    if (!named) return fail(named.error());
    return Page{std::move(*named), *total};
  });
}

Result<FaultReader::Detail> FaultReader::find(const Tenant& tenant, const FaultRef& fault) {
  return database_.read([&](db::Session& session) -> Result<Detail> {
    auto found = fault_query_store::find(session, tenant, fault);
    if (!found) return fail(found.error());
    auto comments = comment_store::list(session, tenant, found->id);
    if (!comments) return fail(comments.error());
    auto named = with_site_names(session, tenant, {std::move(*found)});
    if (!named) return fail(named.error());
    return Detail{std::move(named->front()), std::move(*comments)};
  });
}

Result<std::vector<FaultReader::TopEntry>> FaultReader::top_wan(const Tenant& tenant) {
  const Timestamp since = clock_.now() - kTopWindow;
  return database_.read([&](db::Session& session) -> Result<std::vector<TopEntry>> {
    const auto top = fault_query_store::top_wan(session, tenant, since, kTopResources);
    if (!top) return fail(top.error());
    auto faults = fault_query_store::newest_wan(session, tenant, since, *top, kTopFaults);
    if (!faults) return fail(faults.error());
    const auto named = with_site_names(session, tenant, std::move(*faults));
    if (!named) return fail(named.error());
    std::vector<TopEntry> entries;
    for (const auto& resource : *top) {
      TopEntry entry{.resource_id = resource.resource_id, .count = resource.count};
      for (const NamedFault& one : *named)
        if (one.fault.resource_id == resource.resource_id) entry.faults.push_back(one);
      if (entry.faults.empty()) continue;
      entry.tunnel_name = name_in(entry.faults.front().fault.message);
      entry.site_id = entry.faults.front().fault.site_id;
      entries.push_back(std::move(entry));
    }
    return entries;
  });
}

Result<std::vector<Fault>> FaultReader::unresolved(std::string_view type) {
  return database_.read([&](db::Session& session) { return fault_query_store::unresolved(session, type, kInternalLimit); });
}

Result<std::vector<Fault>> FaultReader::overlapping(const Tenant& tenant, SiteId site, std::string_view type, Timestamp start, Timestamp end) {
  return database_.read([&](db::Session& session) { return fault_query_store::overlapping(session, tenant, site, type, start, end, kInternalLimit); });
}

Result<std::vector<NamedFault>> FaultExport::next() {
  while (!ended_ && left_ > 0) {
    auto list = reader_.list(tenant_, filter_, after_, std::min(kExportStep, left_));
    if (!list) return fail(list.error());
    after_ = list->next;
    ended_ = !list->next;
    left_ -= static_cast<int>(list->faults.size());
    if (!list->faults.empty()) return std::move(list->faults);
  }
  return std::vector<NamedFault>{};
}

}  // namespace openstrat::monitoring
