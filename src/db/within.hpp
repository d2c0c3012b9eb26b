// A statement that keeps to the sites which its caller may see.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "db/session.hpp"

namespace openstrat::db {

/// `query`, or for a caller with limits (Tenant::sites) its text with the limits as a further condition: before ORDER BY,
/// GROUP BY or LIMIT, which must be those of the outermost SELECT. The WHERE must be one chain of AND. Appends to `params`.
///
///   auto values = params(tenant.customer_id, id);
///   const db::Within query(kFind, tenant, "s.customer_id", "s.id", values);
///   session.one(query, std::move(values), "No such site.");
class Within {
 public:
  Within(const Query& query, const Tenant& tenant, std::string_view customer, std::string_view site, Params& params);
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;
  operator const Query&() const { return query_; }

 private:
  std::string text_;
  Query query_;
};

}  // namespace openstrat::db
