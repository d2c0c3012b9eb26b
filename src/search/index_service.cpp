#include "search/index_service.hpp"

#include "search/store.hpp"

namespace openstrat::search {

Status Index::put(db::Session& session, const Tenant& tenant, const Document& document) { return store::put(session, tenant.customer_id, document); }

Status Index::remove(db::Session& session, const Tenant& tenant, std::string_view type, std::string_view id) {
  return store::remove(session, tenant.customer_id, type, id);
}

Status Index::remove_team(db::Session& session, const Tenant& tenant) { return store::remove_team(session, tenant.customer_id); }

Result<std::vector<Index::Place>> Index::places(db::Session& session, std::string_view type, std::int64_t after, int limit) {
  const auto found = store::places(session, type, after, limit);
  if (!found) return fail(found.error());
  std::vector<Place> out;
  for (const auto& place : *found) out.push_back({place.number, Tenant{place.customer}, place.id});
  return out;
}

Result<bool> Index::is_empty(db::Session& session) { return store::is_empty(session); }

Status Index::rebuild_text(db::Session& session) { return store::rebuild_text(session); }

Status Index::analyze(db::Session& session) { return store::analyze(session); }

}  // namespace openstrat::search
