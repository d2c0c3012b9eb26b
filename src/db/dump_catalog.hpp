// What a dump must know about the tables of either engine; the SQL that the common subset has no words for.
#pragma once

#include <vector>

#include "db/dump_format.hpp"
#include "db/session.hpp"

namespace openstrat::db {

/// All our tables but schema_version, by name, with their columns in order and the state of their {{serial}}.
Result<std::vector<DumpTable>> list_tables(Session& session);
Status set_serial(Session& session, const std::string& table, std::int64_t last);
Status drop_all_tables(Session& session, const std::vector<DumpTable>& tables);

/// Between the two, rows may come in any order; the second checks every foreign key.
Status suspend_foreign_keys(Session& session);
Status resume_foreign_keys(Session& session);

/// The long statements of a dump must not run into the time-outs of a request.
Status lift_time_limits(Session& session);

std::string quoted(std::string_view identifier);
/// The value as the column's kind: SQLite keeps booleans as integers.
Value as_kind(Value value, ColumnKind kind);

}  // namespace openstrat::db
