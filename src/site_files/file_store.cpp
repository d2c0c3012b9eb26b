#include "site_files/file_store.hpp"

#include "db/session.hpp"

namespace openstrat::site_files {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::note: return "note";
    case Kind::media: return "media";
    case Kind::document: return "document";
  }
  std::unreachable();
}

std::string_view plural(Kind kind) {
  switch (kind) {
    case Kind::note: return "notes";
    case Kind::media: return "media";
    case Kind::document: return "documents";
  }
  std::unreachable();
}

namespace file_store {
namespace {

using db::params;
using db::Query;

#define FILE_COLUMNS "customer_id, site_id, kind, file_key, name, content_type, size, blob_key, created_by, created_at"
constexpr Query kInsert{"site_file.insert", "INSERT INTO site_file (" FILE_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"};
constexpr Query kList{"site_file.list", "SELECT " FILE_COLUMNS " FROM site_file WHERE customer_id = ?1 AND site_id = ?2 AND kind = ?3 "
                                        "AND (CAST(?4 AS BIGINT) IS NULL OR created_at < ?4 OR (created_at = ?4 AND file_key < ?5)) "
                                        "ORDER BY created_at DESC, file_key DESC LIMIT ?6"};
constexpr Query kFind{"site_file.find", "SELECT " FILE_COLUMNS " FROM site_file WHERE customer_id = ?1 AND site_id = ?2 AND kind = ?3 AND file_key = ?4"};
constexpr Query kFindSigned{"site_file.find_signed", "SELECT " FILE_COLUMNS " FROM site_file WHERE file_key = ?1"};
constexpr Query kRemove{"site_file.remove", "DELETE FROM site_file WHERE customer_id = ?1 AND site_id = ?2 AND kind = ?3 AND file_key = ?4"};
constexpr Query kRemoveOfSite{"site_file.remove_of_site", "DELETE FROM site_file WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kUse{"site_file.use", "SELECT COUNT(*), COALESCE(CAST(SUM(size) AS BIGINT), 0) FROM site_file WHERE customer_id = ?1 AND site_id = ?2"};
constexpr Query kReferences{"site_file.references_blob", "SELECT 1 FROM site_file WHERE customer_id = ?1 AND blob_key = ?2 LIMIT 1"};

Kind parse_kind(std::string_view text) {
  for (const Kind kind : {Kind::note, Kind::media})
    if (text == to_string(kind)) return kind;
  return Kind::document;
}

File read(const db::Row& row) {
  return {.customer_id = row.get<CustomerId>(0), .site_id = row.get<SiteId>(1), .kind = parse_kind(row.get<std::string>(2)),
          .key = row.get<std::string>(3), .name = row.get<std::string>(4), .content_type = row.get<std::string>(5),
          .size = row.get<std::int64_t>(6), .blob_key = row.get<std::string>(7), .created_by = row.get<std::string>(8),
          .created_at = row.get<Timestamp>(9)};
}

Status done(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Status insert(db::Session& session, const File& file) {
  return done(session.execute(kInsert, params(file.customer_id, file.site_id, to_string(file.kind), file.key, file.name, file.content_type,
                                              file.size, file.blob_key, file.created_by, file.created_at)));
}

Result<std::vector<File>> list(db::Session& session, const Tenant& tenant, SiteId site, Kind kind, const std::optional<Position>& before, int limit) {
  const auto at = before ? std::optional(before->created_at) : std::nullopt;
  const auto rows = session.query(kList, params(tenant.customer_id, site, to_string(kind), at, before ? before->key : std::string(), limit));
  if (!rows) return fail(rows.error());
  std::vector<File> files;
  for (const auto& row : *rows) files.push_back(read(row));
  return files;
}

Result<File> find(db::Session& session, const Tenant& tenant, SiteId site, Kind kind, std::string_view key) {
  const auto row = session.one(kFind, params(tenant.customer_id, site, to_string(kind), key), "No such file.");
  if (!row) return fail(row.error());
  return read(*row);
}

Result<File> find_signed(db::Session& session, std::string_view key) {
  const auto row = session.one(kFindSigned, params(key), "The file was deleted.");
  if (!row) return fail(row.error());
  return read(*row);
}

Result<bool> remove(db::Session& session, const Tenant& tenant, SiteId site, Kind kind, std::string_view key) {
  const auto removed = session.execute(kRemove, params(tenant.customer_id, site, to_string(kind), key));
  if (!removed) return fail(removed.error());
  return *removed > 0;
}

Status remove_of_site(db::Session& session, const Tenant& tenant, SiteId site) {
  return done(session.execute(kRemoveOfSite, params(tenant.customer_id, site)));
}

Result<Use> use_of(db::Session& session, const Tenant& tenant, SiteId site) {
  const auto row = session.one(kUse, params(tenant.customer_id, site), "No count.");
  if (!row) return fail(row.error());
  return Use{row->get<std::int64_t>(0), row->get<std::int64_t>(1)};
}

Result<bool> references_blob(db::Session& session, CustomerId customer, std::string_view blob_key) {
  const auto row = session.first(kReferences, params(customer, blob_key));
  if (!row) return fail(row.error());
  return row->has_value();
}

}  // namespace file_store
}  // namespace openstrat::site_files
