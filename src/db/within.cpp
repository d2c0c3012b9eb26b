#include "db/within.hpp"

#include <algorithm>

#include "base/site_limits.hpp"

namespace openstrat::db {

Within::Within(const Query& query, const Tenant& tenant, std::string_view customer, std::string_view site, Params& params) : query_(query) {
  if (!tenant.sites) return;
  auto limits = tenant.sites->condition(customer, site, static_cast<int>(params.size()) + 1);
  text_ = query.sql;
  auto end = text_.size();
  for (const std::string_view clause : {" GROUP BY ", " ORDER BY ", " LIMIT "}) end = std::min(end, text_.rfind(clause));
  text_.insert(end, " AND " + limits.sql);
  for (auto& value : limits.values) params.push_back(to_value(std::move(value)));
  query_.sql = text_.c_str();
}

}  // namespace openstrat::db
