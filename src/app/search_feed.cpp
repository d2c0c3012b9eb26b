#include "app/search_feed.hpp"

#include "bus/bus.hpp"
#include "db/database.hpp"
#include "fleet/site_store.hpp"
#include "tasks/queue.hpp"

namespace openstrat::app {
namespace {

constexpr const char* kReindex = "search.reindex";
constexpr int kStep = 200;

search::Document document_of(const fleet::Site& site) {
  const auto& facts = site.facts;
  search::Document document{.type = "site", .id = site.id.to_string(), .site_id = site.id, .name = site.name, .description = site.address.value_or(""),
                            .keys = {site.pid}, .created_at = site.created_at, .updated_at = site.updated_at};
  for (const auto& key : {facts.serial_number, facts.software_id})
    if (key) document.keys.push_back(*key);
  if (!site.pulse.last_seen_from.empty()) document.keys.push_back(site.pulse.last_seen_from);
  document.metadata.set("pid", site.pid);
  const auto add = [&](const char* name, const std::optional<std::string>& value) {
    if (value) document.metadata.set(name, *value);
  };
  add("identity", facts.identity);
  add("model", facts.model);
  add("board_name", facts.board_name);
  add("serial_number", facts.serial_number);
  add("software_version", facts.software_version);
  return document;
}

}  // namespace

void SearchFeed::subscribe(bus::Bus& bus) {
  bus.subscribe("search.teams", "team.deleted", [this](const bus::Event& happened) -> Status {
    return database_.write([&](db::Session& session) { return index_.remove_team(session, Tenant{happened.customer_id}); });
  });
  for (const char* event : {"site.created", "site.adopted", "site.updated", "site.version_changed", "site.ip_changed", "site.rebooted", "site.deleting", "site.deleted"})
    bus.subscribe("search.sites", event, [this](const bus::Event& happened) -> Status {
      if (!happened.site_id) return {};
      return database_.write([&](db::Session& session) -> Status {
        const auto site = fleet::site_store::find_any(session, *happened.site_id);
        if (!site) return fail(site.error());
        if (!*site) return index_.remove(session, Tenant{happened.customer_id}, "site", happened.site_id->to_string());
        return index_.put(session, (*site)->tenant(), document_of(**site));
      });
    });
}

void SearchFeed::register_tasks(tasks::Queue& queue) {
  queue.handle(kReindex, {}, [this](const tasks::Task&) -> Status {
    const auto done = reindex();
    if (!done) return fail(done.error());
    return {};
  });
  queue.schedule("search index", "37 3 * * *", kReindex);
}

Status SearchFeed::prepare(tasks::Queue& queue) {
  return database_.write([&](db::Session& session) -> Status {
    const auto empty = index_.is_empty(session);
    if (!empty) return fail(empty.error());
    return *empty ? queue.enqueue(session, {.kind = kReindex, .unique_key = "first"}) : Status();
  });
}

Result<std::int64_t> SearchFeed::reindex() {
  std::int64_t sites = 0;
  fleet::SiteNumber after{};
  while (true) {
    const auto page = database_.write([&](db::Session& session) -> Result<std::vector<fleet::Site>> {
      auto some = fleet::site_store::load_all(session, after, kStep);
      if (!some) return fail(some.error());
      for (const auto& site : *some)
        if (auto put = index_.put(session, site.tenant(), document_of(site)); !put) return fail(put.error());
      return some;
    });
    if (!page) return fail(page.error());
    sites += static_cast<std::int64_t>(page->size());
    if (page->empty()) break;
    after = page->back().number;
  }
  if (auto removed = remove_gone(); !removed) return fail(removed.error());
  if (auto looked = database_.write([&](db::Session& session) { return index_.analyze(session); }); !looked) return fail(looked.error());
  return sites;
}

Status SearchFeed::remove_gone() {
  for (std::int64_t after = 0;;) {
    const auto next = database_.write([&](db::Session& session) -> Result<std::int64_t> {
      const auto places = index_.places(session, "site", after, kStep);
      if (!places) return fail(places.error());
      for (const auto& place : *places) {
        const auto id = SiteId::parse(place.id);
        const auto site = id ? fleet::site_store::find_any(session, *id) : Result<std::optional<fleet::Site>>(std::nullopt);
        if (!site) return fail(site.error());
        if (*site) continue;
        if (auto removed = index_.remove(session, place.tenant, "site", place.id); !removed) return fail(removed.error());
      }
      return places->empty() ? -1 : places->back().number;
    });
    if (!next) return fail(next.error());
    if (*next < 0) return {};
    after = *next;
  }
}

}  // namespace openstrat::app
