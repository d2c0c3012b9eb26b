#include "tags/metadata_store.hpp"

#include "base/text.hpp"
#include "db/session.hpp"

namespace openstrat::tags::metadata_store {
namespace {

using db::params;
using db::Query;

#define METADATA_COLUMNS "resource_id, type, data, created_at, updated_at"
constexpr Query kPut{"metadata.put", "INSERT INTO metadata (customer_id, " METADATA_COLUMNS ", search_text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
                                     "ON CONFLICT (customer_id, resource_id) DO UPDATE SET type = excluded.type, data = excluded.data, "
                                     "search_text = excluded.search_text, updated_at = excluded.updated_at"};
constexpr Query kFind{"metadata.find", "SELECT " METADATA_COLUMNS " FROM metadata WHERE customer_id = ?1 AND resource_id = ?2"};
constexpr Query kFindForUpdate{"metadata.find_for_update",
                               "SELECT " METADATA_COLUMNS " FROM metadata WHERE customer_id = ?1 AND resource_id = ?2 {{for_update}}"};
constexpr Query kRemove{"metadata.remove", "DELETE FROM metadata WHERE customer_id = ?1 AND resource_id = ?2"};
constexpr Query kRemoveOfTeam{"metadata.remove_of_team", "DELETE FROM metadata WHERE customer_id = ?1"};
constexpr Query kList{"metadata.list", "SELECT " METADATA_COLUMNS " FROM metadata WHERE customer_id = ?1 AND search_text LIKE ?2 ESCAPE '!' "
                                       "AND (CAST(?3 AS TEXT) IS NULL OR resource_id > ?3) ORDER BY resource_id LIMIT ?4"};

Result<Metadata> read(const db::Row& row) {
  auto values = Attributes::from_json(row.get<std::string>(2));
  if (!values) return fail(values.error());
  return Metadata{.resource_id = row.get<Uuid>(0), .type = row.get<std::string>(1), .values = *std::move(values),
                  .created_at = row.get<Timestamp>(3), .updated_at = row.get<Timestamp>(4)};
}

std::string search_text(const Attributes& values) {
  std::string out;
  for (const auto& [name, value] : values.entries())
    if (const auto* words = std::get_if<std::string>(&value)) out += text::lower(*words) + '\n';
  return out;
}

std::string contains_pattern(std::string_view words) {
  std::string pattern = "%";
  for (const char c : text::lower(words)) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return words.empty() ? pattern : pattern + '%';
}

Result<std::optional<Metadata>> optional(const Result<std::optional<db::Row>>& row) {
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Metadata>{};
  auto metadata = read(**row);
  if (!metadata) return fail(metadata.error());
  return std::optional<Metadata>(*std::move(metadata));
}

}  // namespace

Status put(db::Session& session, const Tenant& tenant, const Metadata& metadata) {
  const auto stored = session.execute(kPut, params(tenant.customer_id, metadata.resource_id, metadata.type, metadata.values.to_json(),
                                                   metadata.created_at, metadata.updated_at, search_text(metadata.values)));
  if (!stored) return fail(stored.error());
  return {};
}

Result<std::optional<Metadata>> find(db::Session& session, const Tenant& tenant, const Uuid& resource) {
  return optional(session.first(kFind, params(tenant.customer_id, resource)));
}

Result<std::optional<Metadata>> find_for_update(db::Session& session, const Tenant& tenant, const Uuid& resource) {
  return optional(session.first(kFindForUpdate, params(tenant.customer_id, resource)));
}

Status remove_of_team(db::Session& session, const Tenant& tenant) {
  const auto removed = session.execute(kRemoveOfTeam, params(tenant.customer_id));
  if (!removed) return fail(removed.error());
  return {};
}

Result<bool> remove(db::Session& session, const Tenant& tenant, const Uuid& resource) {
  const auto removed = session.execute(kRemove, params(tenant.customer_id, resource));
  if (!removed) return fail(removed.error());
  return *removed > 0;
}

Result<std::vector<Metadata>> list(db::Session& session, const Tenant& tenant, std::string_view words, std::optional<Uuid> after, int limit) {
  const auto rows = session.query(kList, params(tenant.customer_id, contains_pattern(words), after, limit));
  if (!rows) return fail(rows.error());
  std::vector<Metadata> out;
  for (const auto& row : *rows) {
    auto metadata = read(row);
    if (!metadata) return fail(metadata.error());
    out.push_back(*std::move(metadata));
  }
  return out;
}

}  // namespace openstrat::tags::metadata_store
