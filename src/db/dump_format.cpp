#include "db/dump_format.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <istream>
#include <ostream>

#include "db/failures.hpp"

namespace openstrat::db {
namespace {

constexpr std::string_view kHeader = "openstrat dump 1\n";
constexpr std::size_t kLargestFrame = std::size_t{1} << 30;
constexpr std::size_t kReadStep = std::size_t{1} << 20;  // a damaged length must not allocate a gigabyte at once

crypto::Digest32 next_link(const crypto::Digest32& chain, std::string_view payload) {
  std::string linked(reinterpret_cast<const char*>(chain.data()), chain.size());
  linked += payload;
  return crypto::sha256(linked);
}

template <class Integer>
std::string little_endian(Integer value) {
  std::string out;
  for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

template <class Integer>
Integer from_little_endian(std::string_view bytes) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof value && i < bytes.size(); ++i)
    value |= static_cast<Integer>(static_cast<Integer>(static_cast<unsigned char>(bytes[i])) << (8 * i));
  return value;
}

}  // namespace

Error dump_damaged(std::string what) { return {Errc::invalid, "dump_damaged", "the backup is damaged: " + what}; }

void PayloadWriter::number(std::int64_t value) { bytes_ += little_endian(static_cast<std::uint64_t>(value)); }

void PayloadWriter::text(std::string_view value) {
  bytes_ += little_endian(static_cast<std::uint32_t>(value.size()));
  bytes_ += value;
}

void PayloadWriter::value(const Value& value) {
  struct Writer {
    PayloadWriter& out;
    void operator()(std::monostate) const { out.byte('n'); }
    void operator()(std::int64_t v) const { out.byte('i'); out.number(v); }
    void operator()(double v) const { out.byte('d'); out.number(std::bit_cast<std::int64_t>(v)); }
    void operator()(bool v) const { out.byte(v ? 't' : 'f'); }
    void operator()(const std::string& v) const { out.byte('s'); out.text(v); }
    void operator()(const Blob& v) const { out.byte('x'); out.text(v.bytes); }
  };
  std::visit(Writer{*this}, value);
}

std::string table_payload(const DumpTable& table) {
  PayloadWriter payload('T');
  payload.text(table.name);
  payload.number(static_cast<std::int64_t>(table.columns.size()));
  for (const auto& column : table.columns) {
    payload.text(column.name);
    payload.byte(static_cast<char>(column.kind));
  }
  payload.number(table.serial ? 1 : 0);
  if (table.serial) payload.number(*table.serial);
  return payload.bytes();
}

std::string_view PayloadReader::take(std::size_t count) {
  if (!ok_ || rest_.size() < count) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

char PayloadReader::byte() {
  const auto taken = take(1);
  return taken.empty() ? '\0' : taken[0];
}

std::int64_t PayloadReader::number() { return static_cast<std::int64_t>(from_little_endian<std::uint64_t>(take(8))); }

std::string PayloadReader::text() {
  const auto length = from_little_endian<std::uint32_t>(take(4));
  return std::string(take(length));
}

Value PayloadReader::value() {
  switch (byte()) {
    case 'n': return {};
    case 'i': return number();
    case 'd': return std::bit_cast<double>(number());
    case 't': return true;
    case 'f': return false;
    case 's': return text();
    case 'x': return Blob{text()};
    default: ok_ = false; return {};
  }
}

Result<DumpTable> read_table(PayloadReader& payload) {
  DumpTable table{payload.text(), {}, std::nullopt};
  const auto columns = payload.number();
  for (std::int64_t i = 0; i < columns && payload.ok(); ++i) {
    std::string name = payload.text();
    const char kind = payload.byte();
    if (!std::string_view("idbsx").contains(kind)) return fail(dump_damaged("unknown kind of column"));
    table.columns.push_back({std::move(name), static_cast<ColumnKind>(kind)});
  }
  if (payload.number() == 1) table.serial = payload.number();
  if (!payload.ok() || table.columns.empty()) return fail(dump_damaged("a table is cut short"));
  return table;
}

FrameWriter::FrameWriter(std::ostream& out) : out_(out) { out_ << kHeader; }

Status FrameWriter::write(std::string_view payload) {
  if (payload.size() > kLargestFrame) return fail(Errc::too_large, "a row is too large for a backup");
  chain_ = next_link(chain_, payload);
  out_ << little_endian(static_cast<std::uint32_t>(payload.size())) << payload;
  out_.write(reinterpret_cast<const char*>(chain_.data()), static_cast<std::streamsize>(chain_.size()));
  if (!out_) return fail(unavailable("the backup could not be written: is the disk full?"));
  return {};
}

Status FrameReader::read_header() {
  std::string header(kHeader.size(), '\0');
  in_.read(header.data(), static_cast<std::streamsize>(header.size()));
  if (!in_ || header != kHeader) return fail(Errc::invalid, "dump_damaged", "this is not a database backup of a version this program reads");
  return {};
}

Result<std::string> FrameReader::read() {
  std::string length_bytes(4, '\0');
  in_.read(length_bytes.data(), 4);
  if (!in_) return fail(dump_damaged("it ends too early"));
  const std::size_t length = from_little_endian<std::uint32_t>(length_bytes);
  if (length > kLargestFrame) return fail(dump_damaged("impossible length"));
  std::string payload;
  while (payload.size() < length) {
    const auto before = payload.size();
    const auto step = std::min(kReadStep, length - before);
    payload.resize(before + step);
    in_.read(payload.data() + before, static_cast<std::streamsize>(step));
    if (!in_) return fail(dump_damaged("it ends too early"));
  }
  crypto::Digest32 stored{};
  in_.read(reinterpret_cast<char*>(stored.data()), static_cast<std::streamsize>(stored.size()));
  if (!in_) return fail(dump_damaged("it ends too early"));
  chain_ = next_link(chain_, payload);
  if (stored != chain_) return fail(dump_damaged("wrong checksum"));
  return payload;
}

}  // namespace openstrat::db
