#include "db/migrations.hpp"

#include <algorithm>
#include <map>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "db/migration_steps.hpp"
#include "db/sql_text.hpp"

namespace openstrat::db {
namespace {

constexpr Query kCreate{"db.schema_version_create",
    "CREATE TABLE IF NOT EXISTS schema_version (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"};
// Two servers that start at once: the second waits here and then finds the work done. SQLite has one writer anyway.
constexpr Query kLock{"db.schema_version_lock",
    "{{#sqlite}}SELECT 1{{/sqlite}}{{#postgres}}SELECT 1 FROM pg_advisory_xact_lock(7308325){{/postgres}}"};
constexpr Query kExists{"db.schema_version_exists",
    "{{#sqlite}}SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'{{/sqlite}}"
    "{{#postgres}}SELECT 1 WHERE to_regclass('schema_version') IS NOT NULL{{/postgres}}"};
constexpr Query kApplied{"db.schema_version_list", "SELECT number, name FROM schema_version ORDER BY number"};
constexpr Query kInsert{"db.schema_version_insert", "INSERT INTO schema_version (number, name, applied_at) VALUES (?1, ?2, ?3)"};

/// Sorted by number; two files with one number are a mistake of the program.
Status sort_by_number(std::vector<Migration>& migrations) {
  std::ranges::sort(migrations, {}, &Migration::number);
  const auto twice = std::ranges::adjacent_find(migrations, {}, &Migration::number);
  if (twice == migrations.end()) return {};
  return fail(Errc::internal, "migrations " + std::string(twice->name) + " and " + std::string(std::next(twice)->name) + " have the same number");
}

Result<std::vector<Migration>> missing(const std::map<int, std::string>& applied, const std::vector<Migration>& known) {
  for (const auto& [number, name] : applied) {
    const auto found = std::ranges::find(known, number, &Migration::number);
    if (found == known.end())
      return fail(Errc::conflict, "schema_too_new", "the database has the schema change " + name + ", which this version does not know: start a newer version");
    if (found->name != name)
      return fail(Errc::conflict, "schema_too_new", "the database has the schema change " + name + " where this version has " + std::string(found->name));
  }
  std::vector<Migration> out;
  for (const auto& migration : known)
    if (!applied.contains(migration.number)) out.push_back(migration);
  return out;
}

Result<std::map<int, std::string>> prepare_and_read(Session& session) {
  if (auto locked = session.query(kLock); !locked) return std::unexpected(locked.error());
  if (auto created = session.execute(kCreate); !created) return std::unexpected(created.error());
  return applied_migrations(session);
}

}  // namespace

Result<std::map<int, std::string>> applied_migrations(Session& session) {
  std::map<int, std::string> applied;
  const auto exists = session.first(kExists);
  if (!exists) return std::unexpected(exists.error());
  if (!*exists) return applied;
  const auto rows = session.query(kApplied);
  if (!rows) return std::unexpected(rows.error());
  for (const auto& row : *rows) applied[row.get<int>(0)] = row.get<std::string>(1);
  return applied;
}

Status apply_migration(Session& session, const Migration& migration) {
  if (auto ready = prepare_and_read(session); !ready) return std::unexpected(ready.error());
  const std::string name(migration.name);
  for (const auto& statement : split_statements(migration.sql)) {
    if (auto done = session.execute(Query{name.c_str(), statement.c_str()}); !done)
      return fail(Error(done.error().code(), "migration " + name + " failed: " + done.error().message()));
  }
  const auto stored = session.execute(kInsert, params(migration.number, name, system_clock().now()));
  if (!stored) return std::unexpected(stored.error());
  return {};
}

Result<int> migrate(Database& database, std::vector<Migration> migrations) {
  if (auto sorted = sort_by_number(migrations); !sorted) return std::unexpected(sorted.error());
  const auto todo = pending(database, migrations);
  if (!todo) return std::unexpected(todo.error());
  int count = 0;
  for (const auto& migration : *todo) {
    const Result<bool> applied = database.maintain([&](Session& session) -> Result<bool> {
      const auto before = prepare_and_read(session);
      if (!before) return std::unexpected(before.error());
      if (before->contains(migration.number)) return false;
      if (auto done = apply_migration(session, migration); !done) return std::unexpected(done.error());
      return true;
    });
    if (!applied) return std::unexpected(applied.error());
    if (*applied) {
      log::info("schema change applied", {{"migration", migration.name}});
      ++count;
    }
  }
  return count;
}

Result<std::vector<Migration>> pending(Database& database, std::vector<Migration> migrations) {
  if (auto sorted = sort_by_number(migrations); !sorted) return std::unexpected(sorted.error());
  const auto applied = database.read([](Session& session) { return applied_migrations(session); });
  if (!applied) return std::unexpected(applied.error());
  return missing(*applied, migrations);
}

}  // namespace openstrat::db
