#include "monitoring/comment_store.hpp"

#include "db/session.hpp"

namespace openstrat::monitoring::comment_store {
namespace {

using db::params;
constexpr db::Query kInsert{"fault_comment.insert", "INSERT INTO fault_comment (customer_id, fault_id, id, user_id, author, comment, created_at) "
                                                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr db::Query kList{"fault_comment.list", "SELECT id, user_id, author, comment, created_at FROM fault_comment "
                                                "WHERE customer_id = ?1 AND fault_id = ?2 ORDER BY id LIMIT 1000"};
constexpr db::Query kCount{"fault_comment.count", "SELECT COUNT(*) FROM fault_comment WHERE customer_id = ?1 AND fault_id = ?2"};

}  // namespace

Status insert(db::Session& session, const Fault& fault, const FaultComment& comment) {
  const auto done = session.execute(kInsert, params(fault.customer_id, fault.id, comment.id, comment.user_id, comment.author, comment.comment, comment.created_at));
  if (!done) return fail(done.error());
  return {};
}

Result<std::vector<FaultComment>> list(db::Session& session, const Tenant& tenant, FaultId fault) {
  const auto rows = session.query(kList, params(tenant.customer_id, fault));
  if (!rows) return fail(rows.error());
  std::vector<FaultComment> comments;
  for (const auto& row : *rows)
    comments.push_back({.id = row.get<Uuid>(0), .user_id = row.get<std::optional<UserId>>(1), .author = row.get<std::string>(2),
                        .comment = row.get<std::string>(3), .created_at = row.get<Timestamp>(4)});
  return comments;
}

Result<std::int64_t> count(db::Session& session, const Tenant& tenant, FaultId fault) {
  const auto row = session.one(kCount, params(tenant.customer_id, fault), "no count");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

}  // namespace openstrat::monitoring::comment_store
