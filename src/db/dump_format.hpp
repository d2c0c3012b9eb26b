// The bytes of a dump. A file is the line `openstrat dump 1` and frames: length (4 bytes, little endian), payload, SHA-256 of the frame
// before's SHA-256 and this payload. So a frame that reads well proves all before it. The first byte of a payload is its kind:
//   S schema: count, then number and name of each migration
//   T table: name, count, then name and kind of each column, then 0, or 1 and the last number its {{serial}} has given
//   R rows of the table: count, then the values of each row in the order of the columns
//   E end of the table: number of rows
//   Z end of the dump: number of tables
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/error.hpp"
#include "db/value.hpp"

namespace openstrat::db {

enum class ColumnKind : char { integer = 'i', real = 'd', boolean = 'b', text = 's', bytes = 'x' };
struct DumpColumn {
  std::string name;
  ColumnKind kind;
};
struct DumpTable {
  std::string name;
  std::vector<DumpColumn> columns;
  std::optional<std::int64_t> serial;
};

Error dump_damaged(std::string what);

/// Builds a payload.
class PayloadWriter {
 public:
  explicit PayloadWriter(char kind) : bytes_(1, kind) {}
  void number(std::int64_t value);
  void text(std::string_view value);
  void byte(char value) { bytes_ += value; }
  void value(const Value& value);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};
std::string table_payload(const DumpTable& table);

/// Reads a payload; after any failed read `ok()` is false and the values are empty.
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view bytes) : rest_(bytes) { kind_ = byte(); }
  char kind() const { return kind_; }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  char byte();
  std::int64_t number();
  std::string text();
  Value value();

 private:
  std::string_view take(std::size_t count);
  std::string_view rest_;
  bool ok_ = true;
  char kind_ = 0;
};
Result<DumpTable> read_table(PayloadReader& payload);

class FrameWriter {
 public:
  explicit FrameWriter(std::ostream& out);
  /// Errc::unavailable when the stream does not take it.
  Status write(std::string_view payload);

 private:
  std::ostream& out_;
  crypto::Digest32 chain_{};
};

class FrameReader {
 public:
  explicit FrameReader(std::istream& in) : in_(in) {}
  Status read_header();
  /// The payload of the next frame; at the end of the file: dump_damaged, since a dump ends with Z.
  Result<std::string> read();

 private:
  std::istream& in_;
  crypto::Digest32 chain_{};
};

}  // namespace openstrat::db
