#include "db/dump.hpp"

#include <algorithm>
#include <istream>
#include <ostream>

#include "db/dump_catalog.hpp"
#include "db/failures.hpp"
#include "db/migration_steps.hpp"

namespace openstrat::db {
namespace {

constexpr std::size_t kRowsFrame = 256 * 1024;  // bytes after which a frame of rows is closed
constexpr std::int64_t kRowsBatch = 1'000;

Status write_schema(FrameWriter& out, Session& session, DumpSummary& summary) {
  const auto applied = applied_migrations(session);
  if (!applied) return std::unexpected(applied.error());
  PayloadWriter payload('S');
  payload.number(static_cast<std::int64_t>(applied->size()));
  for (const auto& [number, name] : *applied) {
    payload.number(number);
    payload.text(name);
    summary.schema_number = std::max(summary.schema_number, number);
  }
  return out.write(payload.bytes());
}

std::string column_list(const DumpTable& table) {
  std::string out;
  for (const auto& column : table.columns) out += (out.empty() ? "" : ", ") + quoted(column.name);
  return out;
}

/// Collects rows into frames of a few hundred kilobytes.
class RowFrames {
 public:
  RowFrames(FrameWriter& out, const DumpTable& table) : out_(out), table_(table) {}
  Status add(const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) rows_.value(as_kind(row.values()[i], table_.columns[i].kind));
    ++count_;
    ++total_;
    return rows_.bytes().size() >= kRowsFrame || count_ >= kRowsBatch ? flush() : Status();
  }
  Status flush() {
    if (count_ == 0) return {};
    PayloadWriter frame('R');
    frame.number(count_);
    Status written = out_.write(frame.bytes() + rows_.bytes().substr(1));
    rows_ = PayloadWriter('R');
    count_ = 0;
    return written;
  }
  std::int64_t total() const { return total_; }

 private:
  FrameWriter& out_;
  const DumpTable& table_;
  PayloadWriter rows_{'R'};
  std::int64_t count_ = 0;
  std::int64_t total_ = 0;
};

Status write_table(FrameWriter& out, Session& session, const DumpTable& table, DumpSummary& summary) {
  if (auto written = out.write(table_payload(table)); !written) return written;
  RowFrames frames(out, table);
  const std::string sql = "SELECT " + column_list(table) + " FROM " + quoted(table.name);
  if (auto read = session.for_each(Query{"dump.rows", sql.c_str()}, {}, [&](Row row) { return frames.add(row); }); !read) return read;
  if (auto written = frames.flush(); !written) return written;
  PayloadWriter end('E');
  end.number(frames.total());
  summary.tables.push_back({table.name, frames.total()});
  return out.write(end.bytes());
}

/// What the reader of a dump is told, in the order of the file.
class DumpVisitor {
 public:
  virtual ~DumpVisitor() = default;
  virtual Status schema(const std::vector<int>& numbers) = 0;
  virtual Status table(const DumpTable& table) = 0;
  virtual Status rows(const DumpTable& table, const std::vector<Params>& rows) = 0;
};

/// Reads a dump from start to end; checks its structure, counts and checksums on the way.
class DumpReader {
 public:
  DumpReader(std::istream& in, DumpVisitor& visitor) : frames_(in), visitor_(visitor) {}

  Result<DumpSummary> run() {
    if (auto header = frames_.read_header(); !header) return std::unexpected(header.error());
    while (!ended_) {
      const auto frame = frames_.read();
      if (!frame) return std::unexpected(frame.error());
      PayloadReader payload(*frame);
      Status status = handle(payload);
      if (!status) return std::unexpected(status.error());
      if (!payload.ok() || !payload.at_end()) return fail(dump_damaged("a frame has the wrong length"));
    }
    return std::move(summary_);
  }

 private:
  Status handle(PayloadReader& payload) {
    switch (payload.kind()) {
      case 'S': return schema(payload);
      case 'T': {
        auto table = read_table(payload);
        if (!table) return std::unexpected(table.error());
        if (table_) return fail(dump_damaged("a table does not end"));
        table_ = std::move(*table);
        summary_.tables.push_back({table_->name, 0});
        return visitor_.table(*table_);
      }
      case 'R': return rows(payload);
      case 'E':
        if (!table_ || payload.number() != summary_.tables.back().rows) return fail(dump_damaged("wrong number of rows"));
        table_.reset();
        return {};
      case 'Z':
        if (table_ || payload.number() != static_cast<std::int64_t>(summary_.tables.size())) return fail(dump_damaged("wrong number of tables"));
        ended_ = true;
        return {};
      default: return fail(dump_damaged("unknown kind of frame"));
    }
  }

  Status schema(PayloadReader& payload) {
    std::vector<int> numbers;
    const auto count = payload.number();
    for (std::int64_t i = 0; i < count && payload.ok(); ++i) {
      numbers.push_back(static_cast<int>(payload.number()));
      (void)payload.text();
      summary_.schema_number = std::max(summary_.schema_number, numbers.back());
    }
    return visitor_.schema(numbers);
  }

  Status rows(PayloadReader& payload) {
    if (!table_) return fail(dump_damaged("rows without a table"));
    std::vector<Params> rows;
    const auto count = payload.number();
    for (std::int64_t i = 0; i < count && payload.ok(); ++i) {
      auto& row = rows.emplace_back();
      for (std::size_t column = 0; column < table_->columns.size(); ++column) row.push_back(payload.value());
    }
    if (!payload.ok()) return fail(dump_damaged("a row is cut short"));
    summary_.tables.back().rows += count;
    return visitor_.rows(*table_, rows);
  }

  FrameReader frames_;
  DumpVisitor& visitor_;
  DumpSummary summary_;
  std::optional<DumpTable> table_;
  bool ended_ = false;
};

class NoVisitor final : public DumpVisitor {
  Status schema(const std::vector<int>&) override { return {}; }
  Status table(const DumpTable&) override { return {}; }
  Status rows(const DumpTable&, const std::vector<Params>&) override { return {}; }
};

/// Builds the dump's schema in an empty database and puts its rows in.
class Loader final : public DumpVisitor {
 public:
  Loader(Session& session, const std::vector<Migration>& migrations) : session_(session), migrations_(migrations) {}

  Status schema(const std::vector<int>& numbers) override {
    for (const int number : numbers)
      if (std::ranges::find(migrations_, number, &Migration::number) == migrations_.end())
        return fail(Errc::conflict, "schema_too_new", "the backup has schema change " + std::to_string(number) + ", which this version does not know");
    for (const auto& migration : migrations_) {
      const bool in_dump = std::ranges::find(numbers, migration.number) != numbers.end();
      if (!in_dump) later_.push_back(migration);
      else if (auto applied = apply_migration(session_, migration); !applied) return applied;
    }
    auto tables = list_tables(session_);
    if (!tables) return std::unexpected(tables.error());
    known_ = std::move(*tables);
    if (auto suspended = suspend_foreign_keys(session_); !suspended) return suspended;
    for (const auto& table : known_) {  // what migrations put in is in the dump too, as it was then
      const auto sql = "DELETE FROM " + quoted(table.name);
      if (auto deleted = session_.execute(Query{"restore.clear", sql.c_str()}); !deleted) return std::unexpected(deleted.error());
    }
    return {};
  }

  Status table(const DumpTable& table) override {
    const auto known = std::ranges::find(known_, table.name, &DumpTable::name);
    if (known == known_.end()) return fail(dump_damaged("table " + table.name + " is not part of its schema"));
    kinds_.clear();
    std::string places;
    for (const auto& column : table.columns) {
      const auto target = std::ranges::find(known->columns, column.name, &DumpColumn::name);
      if (target == known->columns.end()) return fail(dump_damaged("column " + table.name + "." + column.name + " is not part of its schema"));
      kinds_.push_back(target->kind);
      places += (places.empty() ? "?" : ", ?") + std::to_string(kinds_.size());
    }
    insert_ = "INSERT INTO " + quoted(table.name) + " (" + column_list(table) + ") VALUES (" + places + ")";
    if (table.serial) serials_.emplace_back(table.name, *table.serial);
    return {};
  }

  Status rows(const DumpTable&, const std::vector<Params>& rows) override {
    std::vector<Params> typed = rows;
    for (auto& row : typed)
      for (std::size_t i = 0; i < row.size(); ++i) row[i] = as_kind(std::move(row[i]), kinds_[i]);
    const auto inserted = session_.execute_many(Query{"restore.rows", insert_.c_str()}, typed);
    if (!inserted) return std::unexpected(inserted.error());
    return {};
  }

  Status finish() {
    for (const auto& [table, last] : serials_)
      if (auto set = set_serial(session_, table, last); !set) return set;
    if (auto resumed = resume_foreign_keys(session_); !resumed) return resumed;
    for (const auto& migration : later_)
      if (auto applied = apply_migration(session_, migration); !applied) return applied;
    return {};
  }

 private:
  Session& session_;
  const std::vector<Migration>& migrations_;
  std::vector<Migration> later_;
  std::vector<DumpTable> known_;
  std::vector<ColumnKind> kinds_;
  std::string insert_;
  std::vector<std::pair<std::string, std::int64_t>> serials_;
};

Status make_room(Session& session, Existing existing) {
  const auto tables = list_tables(session);
  if (!tables) return std::unexpected(tables.error());
  for (const auto& table : *tables) {
    if (existing == Existing::replace) break;
    const auto sql = "SELECT 1 FROM " + quoted(table.name) + " LIMIT 1";
    const auto row = session.first(Query{"restore.is_empty", sql.c_str()});
    if (!row) return std::unexpected(row.error());
    if (*row) return fail(Errc::conflict, "database_not_empty", "the database is not empty (table " + table.name + " has rows)");
  }
  return drop_all_tables(session, *tables);
}

}  // namespace

std::int64_t DumpSummary::rows() const {
  std::int64_t sum = 0;
  for (const auto& table : tables) sum += table.rows;
  return sum;
}

Result<DumpSummary> dump(Database& database, std::ostream& out) {
  bool started = false;
  return database.read([&](Session& session) -> Result<DumpSummary> {
    // A read that is repeated after a lost connection would write everything a second time.
    if (std::exchange(started, true)) return fail(unavailable("the connection to the database was lost during the backup; start it again"));
    if (auto lifted = lift_time_limits(session); !lifted) return std::unexpected(lifted.error());
    DumpSummary summary;
    FrameWriter frames(out);
    if (auto written = write_schema(frames, session, summary); !written) return std::unexpected(written.error());
    const auto tables = list_tables(session);
    if (!tables) return std::unexpected(tables.error());
    for (const auto& table : *tables)
      if (auto written = write_table(frames, session, table, summary); !written) return std::unexpected(written.error());
    PayloadWriter end('Z');
    end.number(static_cast<std::int64_t>(summary.tables.size()));
    if (auto written = frames.write(end.bytes()); !written) return std::unexpected(written.error());
    out.flush();
    if (!out) return fail(unavailable("the backup could not be written: is the disk full?"));
    return summary;
  });
}

Result<DumpSummary> verify_dump(std::istream& in) {
  NoVisitor nobody;
  return DumpReader(in, nobody).run();
}

Result<DumpSummary> restore(Database& database, std::vector<Migration> migrations, std::istream& in, Existing existing) {
  const auto start = in.tellg();
  if (const auto verified = verify_dump(in); !verified) return std::unexpected(verified.error());
  in.clear();
  in.seekg(start);
  std::ranges::sort(migrations, {}, &Migration::number);
  return database.maintain([&](Session& session) -> Result<DumpSummary> {
    if (auto room = make_room(session, existing); !room) return std::unexpected(room.error());
    Loader loader(session, migrations);
    auto loaded = DumpReader(in, loader).run();
    if (!loaded) return loaded;
    if (auto finished = loader.finish(); !finished) return std::unexpected(finished.error());
    return loaded;
  });
}

}  // namespace openstrat::db
