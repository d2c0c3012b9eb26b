#include "tags/site_tags.hpp"

#include "base/text.hpp"
#include "db/in_list.hpp"
#include "db/session.hpp"

namespace openstrat::tags::site_tags {
namespace {

using db::params;
using db::Query;

constexpr std::int64_t kFew = 2000;
constexpr Query kHowMany{"tag_value.how_many", "SELECT COUNT(*) FROM (SELECT 1 FROM tag_value WHERE customer_id = ?1 AND tag_id = ?2 "
                                               "AND (CAST(?3 AS TEXT) IS NULL OR value_folded = ?3) LIMIT ?4) few"};

}  // namespace

Result<std::vector<std::pair<SiteId, AppliedTag>>> of_sites(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites) {
  std::vector<std::pair<SiteId, AppliedTag>> found;
  if (sites.empty()) return found;
  auto values = params(tenant.customer_id);
  const std::string sql = "SELECT v.resource_id, v.tag_id, t.key, t.color, v.value FROM tag_value v JOIN tag t "
                          "ON t.customer_id = v.customer_id AND t.id = v.tag_id WHERE v.customer_id = ?1 AND v.resource_type = 'site' "
                          "AND v.resource_id IN " + db::in_list(sites, values) + " ORDER BY t.key_folded";
  const auto rows = session.query(Query{"tag_value.of_sites", sql.c_str()}, std::move(values));
  if (!rows) return fail(rows.error());
  found.reserve(rows->size());
  for (const auto& row : *rows)
    found.emplace_back(row.get<SiteId>(0), AppliedTag{row.get<std::string>(1), row.get<std::string>(2), row.get<std::string>(3), row.get<std::string>(4)});
  return found;
}

Result<SiteLimits::Condition> has(db::Session& session, const Tenant& tenant, std::string_view tag_id, std::optional<std::string_view> value,
                                  std::string_view customer, std::string_view site, int next) {
  const auto folded = value ? std::optional(text::lower(*value)) : std::nullopt;
  const auto count = session.one(kHowMany, params(tenant.customer_id, tag_id, folded, kFew), "no count");
  if (!count) return fail(count.error());
  const bool few = count->get<std::int64_t>(0) < kFew;

  SiteLimits::Condition condition;
  const auto bind = [&](std::string text) {
    condition.values.push_back(std::move(text));
    return "?" + std::to_string(next++);
  };
  std::string match = "tl.customer_id = " + std::string(customer) + " AND tl.resource_type = 'site' AND tl.tag_id = " + bind(std::string(tag_id));
  if (folded) match += " AND tl.value_folded = " + bind(*folded);
  condition.sql = few ? std::string(site) + " IN (SELECT tl.resource_id FROM tag_value tl WHERE " + match + ")"
                      : "EXISTS (SELECT 1 FROM tag_value tl WHERE " + match + " AND tl.resource_id = " + std::string(site) + ")";
  return condition;
}

}  // namespace openstrat::tags::site_tags
