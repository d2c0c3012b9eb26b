#include "search/index_service.hpp"

#include "search/store.hpp"

namespace openstrat::search {

Status Index::put(db::Session& session, const Tenant& tenant, const Document& document) { return store::put(session, tenant.customer_id, document); }

Status Index::remove(db::Session& session, const Tenant& tenant, std::string_view type, std::string_view id) {
  return store::remove(session, tenant.customer_id, type, id);
}

Status Index::remove_team(db::Session& session, const Tenant& tenant) { return store::remove_team(session, tenant.customer_id); }

}  // namespace openstrat::search
