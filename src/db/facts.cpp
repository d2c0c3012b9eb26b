#include "db/facts.hpp"

#include "db/session.hpp"

namespace openstrat::db {
namespace {

constexpr Query kFacts{"db.facts",
                       "{{#sqlite}}SELECT sqlite_version(), page_count * page_size FROM pragma_page_count(), pragma_page_size(){{/sqlite}}"
                       "{{#postgres}}SELECT current_setting('server_version'), pg_database_size(current_database()){{/postgres}}"};

}  // namespace

Result<Facts> facts(Session& session) {
  const auto row = session.one(kFacts, {}, "no answer");
  if (!row) return fail(row.error());
  return Facts{.version = row->get<std::string>(0), .size_bytes = row->get<std::int64_t>(1)};
}

Status analyze(Session& session, std::initializer_list<const char*> tables) {
  for (const char* table : tables) {
    // SQLite has its own upkeep; the statement must still be one that both know.
    const std::string sql = "{{#sqlite}}SELECT 1{{/sqlite}}{{#postgres}}ANALYZE " + std::string(table) + "{{/postgres}}";
    if (const auto done = session.query({"db.analyze", sql.c_str()}); !done) return fail(done.error());
  }
  return {};
}

}  // namespace openstrat::db
