#include "fleet/site_list.hpp"

#include "base/text.hpp"
#include "fleet/site_order.hpp"
#include "fleet/site_row.hpp"

namespace openstrat::fleet {
namespace {

using db::params;
using db::Query;

constexpr Query kUnorderedVersions{"site.unordered_versions", "SELECT DISTINCT software_version FROM site WHERE version_order = 0 "
                                                              "AND software_version IS NOT NULL LIMIT 10000"};
constexpr Query kOrderVersion{"site.order_version", "UPDATE site SET version_order = ?2 WHERE software_version = ?1 AND version_order = 0"};

std::string like_pattern(const std::string& search) {
  std::string pattern = "%";
  for (const char c : search) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

/// The column in front of name and id; empty when name itself is the first.
struct Order {
  std::string_view column;
  bool is_text = false;
  bool by_name = true;    ///< ties go by name before they go by id
};
Order order_of(SiteSort sort) {
  switch (sort) {
    case SiteSort::name: return {};
    case SiteSort::created_at: return {.column = "s.created_at", .by_name = false};
    case SiteSort::last_seen_at: return {.column = "s.seen_order", .by_name = false};
    case SiteSort::state: return {.column = "s.state_rank"};
    case SiteSort::model: return {.column = "COALESCE(s.model, '')", .is_text = true};
    case SiteSort::version: return {.column = "s.version_order"};
  }
  std::unreachable();
}

/// The tenant's placeholder. A column would tie a subquery to the row: it would run once for each site.
constexpr std::string_view kTenant = "?1";

/// One SELECT over the sites of a tenant. The text depends on which filters there are, not on their values, so few are prepared.
class Selection {
 public:
  Selection(const Tenant& tenant, std::string columns) : text_(std::move(columns)) {
    text_ += " WHERE s.customer_id = " + bind(tenant.customer_id);  // kTenant
    if (tenant.sites) require(tenant.sites->condition("s.customer_id", "s.id", next()));
  }

  template <class T>
  std::string bind(const T& value) {
    values_.push_back(db::to_value(value));
    return "?" + std::to_string(values_.size());
  }
  int next() const { return static_cast<int>(values_.size()) + 1; }
  void require(std::string_view condition) { text_ += " AND " + std::string(condition); }
  void require(const SiteLimits::Condition& condition) {
    require(condition.sql);
    for (const auto& value : condition.values) values_.push_back(value);
  }
  void require_one_of(std::string_view column, const std::vector<std::string>& values) {
    std::string list;
    for (const auto& value : values) list += (list.empty() ? "" : ", ") + bind(value);
    require(std::string(column) + " IN (" + list + ")");
  }

  Status filter(db::Session& session, const Tenant& tenant, const SiteFilter& filter, SiteFacetSource* facets);
  void order(const SiteFilter& filter);

  Result<std::vector<db::Row>> run(db::Session& session, const char* name) { return session.query(Query{name, text_.c_str()}, std::move(values_)); }

 private:
  std::string text_;
  db::Params values_;
};

Status Selection::filter(db::Session& session, const Tenant& tenant, const SiteFilter& filter, SiteFacetSource* facets) {
  if (filter.state) require("s.state_rank = " + bind(state_rank(*filter.state)));
  // Says the same in the words of the other order, so that its index begins where such sites do.
  if (filter.state == SiteState::offline && filter.sort == SiteSort::last_seen_at) require("s.seen_order < " + bind(kSeenNow));
  if (!filter.with_deleting) require("s.deleted_at IS NULL");
  if (filter.policy_id) require("s.policy_id = " + bind(*filter.policy_id));
  if (!filter.models.empty()) require_one_of("COALESCE(s.model, '')", filter.models);
  if (!filter.versions.empty()) {
    std::string orders;
    for (const auto& version : filter.versions) orders += (orders.empty() ? "" : ", ") + bind(version_order(version));
    require("s.version_order IN (" + orders + ")");  // what the index knows
    require_one_of("s.software_version", filter.versions);
  }
  if (!filter.search.empty()) {
    const std::string pattern = "LOWER(" + bind(like_pattern(filter.search)) + ") ESCAPE '!'";
    std::string any;
    for (const auto* column : {"s.name", "s.identity", "s.model", "s.serial_number", "s.address"})
      any += (any.empty() ? "" : " OR ") + std::string("LOWER(") + column + ") LIKE " + pattern;
    require("(" + any + ")");
  }
  if (!facets) return {};
  if (filter.has_fault) {
    auto faulty = facets->faulty(kTenant, "s.id");
    if (!*filter.has_fault) faulty.sql = "NOT " + faulty.sql;
    require(faulty);
  }
  for (const TagChoice& choice : filter.tags) {
    const auto tagged = facets->tagged(session, tenant, choice, kTenant, "s.id", next());
    if (!tagged) return fail(tagged.error());
    require(*tagged);
  }
  return {};
}

void Selection::order(const SiteFilter& filter) {
  const Order order = order_of(filter.sort);
  const char* direction = filter.descending ? " DESC" : "";
  std::string columns, sorted, values;
  const auto add = [&](std::string_view column, std::string value) {
    columns += (columns.empty() ? "" : ", ") + std::string(column);
    sorted += (sorted.empty() ? "" : ", ") + std::string(column) + direction;
    values += (values.empty() ? "" : ", ") + std::move(value);
  };
  const auto bound = [&](auto member) { return filter.after ? bind(member(*filter.after)) : std::string(); };
  if (!order.column.empty() && order.is_text) add(order.column, bound([](const SitePosition& at) { return at.key; }));
  else if (!order.column.empty()) add(order.column, bound([](const SitePosition& at) { return text::parse_int(at.key).value_or(0); }));
  if (order.by_name) add("s.name", bound([](const SitePosition& at) { return at.name; }));
  add("s.id", bound([](const SitePosition& at) { return at.id; }));
  if (filter.after) require("(" + columns + ") " + (filter.descending ? "<" : ">") + " (" + values + ")");
  text_ += " ORDER BY " + sorted + " LIMIT " + bind(filter.limit);
  if (!filter.after && filter.offset > 0) text_ += " OFFSET " + bind(filter.offset);
}

}  // namespace

SitePosition position_of(const Site& site, SiteSort sort) {
  SitePosition position{.name = site.name, .id = site.id};
  switch (sort) {
    case SiteSort::name: break;
    case SiteSort::created_at: position.key = std::to_string(to_unix_us(site.created_at)); break;
    case SiteSort::last_seen_at: position.key = std::to_string(seen_order(site)); break;
    case SiteSort::state: position.key = std::to_string(state_rank(site.state())); break;
    case SiteSort::model: position.key = site.facts.model.value_or(""); break;
    case SiteSort::version: position.key = std::to_string(version_order(site.facts.software_version.value_or(""))); break;
  }
  return position;
}

namespace site_list {

Result<std::vector<Site>> find(db::Session& session, const Tenant& tenant, const SiteFilter& filter, SiteFacetSource* facets) {
  Selection selection(tenant, "SELECT " SITE_COLUMNS SITE_FROM);
  if (auto filtered = selection.filter(session, tenant, filter, facets); !filtered) return fail(filtered.error());
  selection.order(filter);
  return site_store::read_sites(selection.run(session, "sites.list"));
}

Result<std::vector<SiteId>> ids(db::Session& session, const Tenant& tenant, const SiteFilter& filter, SiteFacetSource* facets) {
  Selection selection(tenant, "SELECT s.id FROM site s");
  if (auto filtered = selection.filter(session, tenant, filter, facets); !filtered) return fail(filtered.error());
  selection.order(filter);
  const auto rows = selection.run(session, "sites.list_ids");
  if (!rows) return fail(rows.error());
  std::vector<SiteId> ids;
  ids.reserve(rows->size());
  for (const auto& row : *rows) ids.push_back(row.get<SiteId>(0));
  return ids;
}

Result<std::int64_t> count(db::Session& session, const Tenant& tenant, const SiteFilter& filter, SiteFacetSource* facets) {
  Selection selection(tenant, "SELECT COUNT(*) FROM site s");
  if (auto filtered = selection.filter(session, tenant, filter, facets); !filtered) return fail(filtered.error());
  const auto rows = selection.run(session, "sites.count_matching");
  if (!rows) return fail(rows.error());
  return rows->front().get<std::int64_t>(0);
}

Status fill_version_order(db::Session& session) {
  const auto rows = session.query(kUnorderedVersions);
  if (!rows) return fail(rows.error());
  for (const auto& row : *rows) {
    const auto version = row.get<std::string>(0);
    const auto order = version_order(version);
    if (order == 0) continue;
    if (const auto done = session.execute(kOrderVersion, params(version, order)); !done) return fail(done.error());
  }
  return {};
}

}  // namespace site_list
}  // namespace openstrat::fleet
