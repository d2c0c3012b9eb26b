#include "tags/tag_store.hpp"

#include "base/text.hpp"
#include "db/session.hpp"

namespace openstrat::tags::tag_store {
namespace {

using db::params;
using db::Query;

#define TAG_COLUMNS "id, key, color, mandatory_on, created_at, updated_at"
#define VALUE_COLUMNS "tag_id, resource_type, resource_id, value, created_at, updated_at"

constexpr Query kInsert{"tag.insert", "INSERT INTO tag (customer_id, " TAG_COLUMNS ", key_folded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr Query kUpdate{"tag.update", "UPDATE tag SET key = ?3, color = ?4, mandatory_on = ?5, updated_at = ?6, key_folded = ?7 "
                                      "WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kRemoveValues{"tag_value.remove_of_tag", "DELETE FROM tag_value WHERE customer_id = ?1 AND tag_id = ?2"};
constexpr Query kRemove{"tag.remove", "DELETE FROM tag WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kFind{"tag.find", "SELECT " TAG_COLUMNS " FROM tag WHERE customer_id = ?1 AND id = ?2"};
constexpr Query kFindForValues{"tag.find_for_values", "SELECT " TAG_COLUMNS " FROM tag WHERE customer_id = ?1 AND id = ?2 {{for_update}}"};
constexpr Query kList{"tag.list", "SELECT " TAG_COLUMNS " FROM tag WHERE customer_id = ?1 ORDER BY key_folded LIMIT ?2"};
constexpr Query kCount{"tag.count", "SELECT COUNT(*) FROM tag WHERE customer_id = ?1"};
constexpr Query kValues{"tag_value.values", "SELECT tag_id, MIN(value), COUNT(*) FROM tag_value WHERE customer_id = ?1 AND tag_id = ?2 "
                                            "AND value_folded LIKE ?3 ESCAPE '!' GROUP BY tag_id, value_folded ORDER BY value_folded LIMIT ?4"};
constexpr Query kAllValues{"tag_value.all_values", "SELECT tag_id, MIN(value), COUNT(*) FROM tag_value WHERE customer_id = ?1 "
                                                   "GROUP BY tag_id, value_folded ORDER BY tag_id, value_folded LIMIT ?2"};
constexpr Query kSpelling{"tag_value.spelling", "SELECT value FROM tag_value WHERE customer_id = ?1 AND tag_id = ?2 AND value_folded = ?3 LIMIT 1"};
constexpr Query kPut{"tag_value.put", "INSERT INTO tag_value (customer_id, " VALUE_COLUMNS ", value_folded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                                      "ON CONFLICT (customer_id, tag_id, resource_id) DO UPDATE SET value = excluded.value, "
                                      "value_folded = excluded.value_folded, updated_at = excluded.updated_at"};
constexpr Query kFindValue{"tag_value.find", "SELECT " VALUE_COLUMNS " FROM tag_value WHERE customer_id = ?1 AND tag_id = ?2 AND resource_id = ?3"};
constexpr Query kRemoveValue{"tag_value.remove", "DELETE FROM tag_value WHERE customer_id = ?1 AND tag_id = ?2 AND resource_id = ?3"};
constexpr Query kRemoveOfResource{"tag_value.remove_of_resource", "DELETE FROM tag_value WHERE customer_id = ?1 AND resource_id = ?2"};
constexpr Query kRemoveValuesOfTeam{"tag_value.remove_of_team", "DELETE FROM tag_value WHERE customer_id = ?1"};
constexpr Query kRemoveOfTeam{"tag.remove_of_team", "DELETE FROM tag WHERE customer_id = ?1"};
constexpr Query kResources{"tag_value.resources", "SELECT " VALUE_COLUMNS " FROM tag_value WHERE customer_id = ?1 AND tag_id = ?2 "
                                                  "AND (CAST(?3 AS TEXT) IS NULL OR value_folded = ?3) AND (CAST(?4 AS TEXT) IS NULL OR resource_id > ?4) "
                                                  "ORDER BY resource_id LIMIT ?5"};
constexpr Query kOfResource{"tag_value.of_resource", "SELECT v.tag_id, t.key, t.color, v.value FROM tag_value v JOIN tag t "
                                                     "ON t.customer_id = v.customer_id AND t.id = v.tag_id "
                                                     "WHERE v.customer_id = ?1 AND v.resource_id = ?2 ORDER BY t.key_folded"};
constexpr Query kTagged{"tag_value.tagged_between", "SELECT resource_id FROM tag_value WHERE customer_id = ?1 AND tag_id = ?2 "
                                                    "AND resource_id >= ?3 AND resource_id <= ?4 ORDER BY resource_id"};

std::string join(const std::vector<ResourceType>& types) {
  std::string out;
  for (const ResourceType type : types) out += (out.empty() ? "" : " ") + std::string(to_string(type));
  return out;
}

Tag read_tag(const db::Row& row) {
  Tag tag{.id = row.get<std::string>(0), .key = row.get<std::string>(1), .color = row.get<std::string>(2),
          .created_at = row.get<Timestamp>(4), .updated_at = row.get<Timestamp>(5)};
  const auto types = row.get<std::string>(3);
  for (const auto word : text::split(types, ' '))
    if (const auto type = parse_resource_type(word)) tag.mandatory_on.push_back(*type);
  return tag;
}

TagValue read_value(const db::Row& row) {
  return {.tag_id = row.get<std::string>(0), .resource_type = *parse_resource_type(row.get<std::string>(1)), .resource_id = row.get<Uuid>(2),
          .value = row.get<std::string>(3), .created_at = row.get<Timestamp>(4), .updated_at = row.get<Timestamp>(5)};
}

Status done(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

Result<bool> any(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

template <class Read>
auto read_all(const Result<std::vector<db::Row>>& rows, Read read) -> Result<std::vector<decltype(read(rows->front()))>> {
  if (!rows) return fail(rows.error());
  std::vector<decltype(read(rows->front()))> out;
  out.reserve(rows->size());
  for (const auto& row : *rows) out.push_back(read(row));
  return out;
}

ValueUse read_use(const db::Row& row) { return {row.get<std::string>(0), row.get<std::string>(1), row.get<std::int64_t>(2)}; }

std::string prefix_pattern(std::string_view prefix) {
  std::string pattern;
  for (const char c : text::lower(prefix)) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + '%';
}

}  // namespace

Status insert(db::Session& session, const Tenant& tenant, const Tag& tag) {
  return done(session.execute(kInsert, params(tenant.customer_id, tag.id, tag.key, tag.color, join(tag.mandatory_on), tag.created_at,
                                              tag.updated_at, text::lower(tag.key))));
}

Status update(db::Session& session, const Tenant& tenant, const Tag& tag) {
  return done(session.execute(kUpdate, params(tenant.customer_id, tag.id, tag.key, tag.color, join(tag.mandatory_on), tag.updated_at, text::lower(tag.key))));
}

Result<bool> remove(db::Session& session, const Tenant& tenant, std::string_view id) {
  if (auto removed = done(session.execute(kRemoveValues, params(tenant.customer_id, id))); !removed) return fail(removed.error());
  return any(session.execute(kRemove, params(tenant.customer_id, id)));
}

Result<Tag> find(db::Session& session, const Tenant& tenant, std::string_view id) {
  const auto row = session.one(kFind, params(tenant.customer_id, id), "No such tag.");
  if (!row) return fail(row.error());
  return read_tag(*row);
}

Result<Tag> find_for_values(db::Session& session, const Tenant& tenant, std::string_view id) {
  const auto row = session.one(kFindForValues, params(tenant.customer_id, id), "No such tag.");
  if (!row) return fail(row.error());
  return read_tag(*row);
}

Result<std::vector<Tag>> list(db::Session& session, const Tenant& tenant, int limit) {
  return read_all(session.query(kList, params(tenant.customer_id, limit)), read_tag);
}

Result<std::int64_t> count(db::Session& session, const Tenant& tenant) {
  const auto row = session.one(kCount, params(tenant.customer_id), "No count.");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Result<std::vector<ValueUse>> values(db::Session& session, const Tenant& tenant, std::string_view tag_id, std::string_view prefix, int limit) {
  return read_all(session.query(kValues, params(tenant.customer_id, tag_id, prefix_pattern(prefix), limit)), read_use);
}

Result<std::vector<ValueUse>> all_values(db::Session& session, const Tenant& tenant, int limit) {
  return read_all(session.query(kAllValues, params(tenant.customer_id, limit)), read_use);
}

Result<std::optional<std::string>> spelling_of(db::Session& session, const Tenant& tenant, std::string_view tag_id, std::string_view value) {
  const auto row = session.first(kSpelling, params(tenant.customer_id, tag_id, text::lower(value)));
  if (!row) return fail(row.error());
  return *row ? std::optional<std::string>((*row)->get<std::string>(0)) : std::nullopt;
}

Status put_value(db::Session& session, const Tenant& tenant, const TagValue& value) {
  return done(session.execute(kPut, params(tenant.customer_id, value.tag_id, to_string(value.resource_type), value.resource_id, value.value,
                                           value.created_at, value.updated_at, text::lower(value.value))));
}

Result<std::optional<TagValue>> find_value(db::Session& session, const Tenant& tenant, std::string_view tag_id, const Uuid& resource) {
  const auto row = session.first(kFindValue, params(tenant.customer_id, tag_id, resource));
  if (!row) return fail(row.error());
  return *row ? std::optional<TagValue>(read_value(**row)) : std::nullopt;
}

Result<bool> remove_value(db::Session& session, const Tenant& tenant, std::string_view tag_id, const Uuid& resource) {
  return any(session.execute(kRemoveValue, params(tenant.customer_id, tag_id, resource)));
}

Status remove_of_team(db::Session& session, const Tenant& tenant) {
  if (auto removed = done(session.execute(kRemoveValuesOfTeam, params(tenant.customer_id))); !removed) return removed;
  return done(session.execute(kRemoveOfTeam, params(tenant.customer_id)));
}

Status remove_of_resource(db::Session& session, const Tenant& tenant, const Uuid& resource) {
  return done(session.execute(kRemoveOfResource, params(tenant.customer_id, resource)));
}

Result<std::vector<TagValue>> resources(db::Session& session, const Tenant& tenant, std::string_view tag_id, std::optional<std::string_view> value,
                                        std::optional<Uuid> after, int limit) {
  const auto folded = value ? std::optional<std::string>(text::lower(*value)) : std::nullopt;
  return read_all(session.query(kResources, params(tenant.customer_id, tag_id, folded, after, limit)), read_value);
}

Result<std::vector<AppliedTag>> of_resource(db::Session& session, const Tenant& tenant, const Uuid& resource) {
  return read_all(session.query(kOfResource, params(tenant.customer_id, resource)), [](const db::Row& row) {
    return AppliedTag{row.get<std::string>(0), row.get<std::string>(1), row.get<std::string>(2), row.get<std::string>(3)};
  });
}

Result<std::vector<Uuid>> tagged_between(db::Session& session, const Tenant& tenant, std::string_view tag_id, const Uuid& first, const Uuid& last) {
  return read_all(session.query(kTagged, params(tenant.customer_id, tag_id, first, last)), [](const db::Row& row) { return row.get<Uuid>(0); });
}

}  // namespace openstrat::tags::tag_store
