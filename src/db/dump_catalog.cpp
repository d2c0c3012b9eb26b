#include "db/dump_catalog.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace openstrat::db {
namespace {

constexpr Query kColumns{"dump.columns",
    "{{#sqlite}}SELECT m.name, c.name, c.type, m.sql LIKE '%AUTOINCREMENT%' AND c.pk = 1 FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c"
    " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite^_%' ESCAPE '^' AND m.name <> 'schema_version'"
    " AND m.name IN (SELECT l.name FROM pragma_table_list AS l WHERE l.schema = 'main' AND l.type = 'table') ORDER BY m.name, c.cid{{/sqlite}}"
    "{{#postgres}}SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL), a.attidentity <> '' FROM pg_class AS c"
    " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
    " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'schema_version'"
    " ORDER BY c.relname, a.attnum{{/postgres}}"};
constexpr Query kSerial{"dump.serial",
    "{{#sqlite}}SELECT seq FROM sqlite_sequence WHERE name = ?1 AND ?2 <> ''{{/sqlite}}"
    "{{#postgres}}SELECT pg_sequence_last_value(pg_get_serial_sequence(quote_ident(?1), ?2)::regclass){{/postgres}}"};
constexpr Query kClearSerial{"dump.clear_serial", "{{#sqlite}}DELETE FROM sqlite_sequence WHERE name = ?1{{/sqlite}}{{#postgres}}SELECT ?1{{/postgres}}"};
constexpr Query kSetSerial{"dump.set_serial",
    "{{#sqlite}}INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2){{/sqlite}}"
    "{{#postgres}}SELECT setval(pg_get_serial_sequence(quote_ident(?1), attname), ?2) FROM pg_attribute"
    " WHERE attrelid = quote_ident(?1)::regclass AND attidentity <> ''{{/postgres}}"};
constexpr Query kForeignKeys{"dump.foreign_keys",
    "{{#sqlite}}SELECT '', '' WHERE 1 = 0{{/sqlite}}"
    "{{#postgres}}SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
    " WHERE contype = 'f' AND conparentid = 0 AND connamespace = current_schema()::regnamespace{{/postgres}}"};
constexpr Query kDefer{"dump.defer", "{{#sqlite}}PRAGMA defer_foreign_keys = ON{{/sqlite}}{{#postgres}}SET CONSTRAINTS ALL DEFERRED{{/postgres}}"};
constexpr Query kCheckNow{"dump.check_now", "{{#sqlite}}PRAGMA defer_foreign_keys = OFF{{/sqlite}}{{#postgres}}SET CONSTRAINTS ALL IMMEDIATE{{/postgres}}"};
constexpr Query kOrphans{"dump.orphans",
    "{{#sqlite}}SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1{{/sqlite}}{{#postgres}}SELECT '' WHERE 1 = 0{{/postgres}}"};
constexpr Query kNoTimeout{"dump.no_timeout", "{{#postgres}}SET LOCAL statement_timeout = 0{{/postgres}}{{#sqlite}}SELECT 1{{/sqlite}}"};

Status run(Session& session, const Query& query, Params params = {}) {
  const auto done = session.execute(query, std::move(params));
  if (!done) return std::unexpected(done.error());
  return {};
}

Status run_text(Session& session, const char* name, const std::string& sql) { return run(session, Query{name, sql.c_str()}); }

ColumnKind kind_of(const std::string& declared) {
  const auto type = text::lower(declared);
  if (type.contains("bool")) return ColumnKind::boolean;
  if (type.contains("bytea") || type.contains("blob")) return ColumnKind::bytes;
  if (type.contains("double") || type.contains("real") || type.contains("float")) return ColumnKind::real;
  if (type.contains("int")) return ColumnKind::integer;
  return ColumnKind::text;
}

Status alter_foreign_keys(Session& session, const char* how) {
  const auto keys = session.query(kForeignKeys);
  if (!keys) return std::unexpected(keys.error());
  for (const auto& key : *keys) {
    const auto sql = "ALTER TABLE " + key.get<std::string>(0) + " ALTER CONSTRAINT " + key.get<std::string>(1) + how;
    if (auto done = run_text(session, "dump.alter_constraint", sql); !done) return done;
  }
  return {};
}

}  // namespace

Result<std::vector<DumpTable>> list_tables(Session& session) {
  const auto rows = session.query(kColumns);
  if (!rows) return std::unexpected(rows.error());
  std::vector<DumpTable> tables;
  for (const auto& row : *rows) {
    const auto name = row.get<std::string>(0);
    if (tables.empty() || tables.back().name != name) tables.push_back({name, {}, std::nullopt});
    tables.back().columns.push_back({row.get<std::string>(1), kind_of(row.get<std::string>(2))});
    if (!row.get<bool>(3)) continue;
    const auto last = session.first(kSerial, params(name, row.get<std::string>(1)));
    if (!last) return std::unexpected(last.error());
    if (*last) tables.back().serial = (*last)->get<std::optional<std::int64_t>>(0);
  }
  return tables;
}

Status set_serial(Session& session, const std::string& table, std::int64_t last) {
  if (auto cleared = session.query(kClearSerial, params(table)); !cleared) return std::unexpected(cleared.error());
  if (auto set = session.query(kSetSerial, params(table, last)); !set) return std::unexpected(set.error());
  return {};
}

Status drop_all_tables(Session& session, const std::vector<DumpTable>& tables) {
  if (auto deferred = run(session, kDefer); !deferred) return deferred;
  for (const auto& table : tables) {
    const auto sql = "DROP TABLE " + quoted(table.name) + "{{#postgres}} CASCADE{{/postgres}}";
    if (auto done = run_text(session, "dump.drop", sql); !done) return done;
  }
  return run(session, Query{"dump.drop_schema_version", "DROP TABLE IF EXISTS schema_version"});
}

Status suspend_foreign_keys(Session& session) {
  if (auto done = alter_foreign_keys(session, " DEFERRABLE INITIALLY DEFERRED"); !done) return done;
  return run(session, kDefer);
}

Status resume_foreign_keys(Session& session) {
  const auto orphan = session.first(kOrphans);
  if (!orphan) return std::unexpected(orphan.error());
  if (*orphan) return fail(dump_damaged("rows of " + (*orphan)->get<std::string>(0) + " refer to missing rows"));
  if (auto checked = run(session, kCheckNow); !checked) return checked;
  return alter_foreign_keys(session, " NOT DEFERRABLE");
}

Status lift_time_limits(Session& session) { return run(session, kNoTimeout); }

std::string quoted(std::string_view identifier) {
  std::string out = "\"";
  for (const char c : identifier) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

Value as_kind(Value value, ColumnKind kind) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (kind == ColumnKind::boolean) return *number != 0;
    if (kind == ColumnKind::real) return static_cast<double>(*number);
  }
  if (const auto* flag = std::get_if<bool>(&value); flag && kind == ColumnKind::integer) return std::int64_t{*flag};
  return value;
}

}  // namespace openstrat::db
