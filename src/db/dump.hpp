// A portable copy of the database: written from one engine, restored into either.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "db/migrations.hpp"

namespace openstrat::db {

struct DumpSummary {
  struct Table {
    std::string name;
    std::int64_t rows = 0;
    bool operator==(const Table&) const = default;
  };
  std::vector<Table> tables;
  int schema_number = 0;  ///< the highest migration it contains
  std::int64_t rows() const;
};

/// All tables of one moment (a read transaction; REPEATABLE READ). Writers go on meanwhile; a SQLite write-ahead log grows.
Result<DumpSummary> dump(Database& database, std::ostream& out);

/// Reads a dump to its end and compares lengths, checksums and row counts. Errc::invalid `dump_damaged`.
Result<DumpSummary> verify_dump(std::istream& in);

enum class Existing { refuse, replace };
/// Verifies `in` (which must be seekable), then in one transaction: drops what is there, builds the schema the dump had, loads it, and
/// applies the migrations since. With Existing::refuse a database that holds any row is left alone: Errc::conflict `database_not_empty`.
/// A dump of a newer schema: Errc::conflict `schema_too_new`.
Result<DumpSummary> restore(Database& database, std::vector<Migration> migrations, std::istream& in, Existing existing = Existing::refuse);

}  // namespace openstrat::db
