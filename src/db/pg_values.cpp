#include "db/pg_values.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace openstrat::db {
namespace {

// Fixed numbers of the server's pg_type catalogue.
constexpr Oid kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kFloat4 = 700, kFloat8 = 701, kNumeric = 1700;

template <class Integer>
bool within(std::int64_t v) { return v >= std::numeric_limits<Integer>::min() && v <= std::numeric_limits<Integer>::max(); }

int hex_digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

/// bytea_output is `hex` (set when the connection opens): \x0a0b…
std::string decode_bytea(std::string_view text) {
  std::string out;
  if (!text.starts_with("\\x")) return out;
  out.resize((text.size() - 2) / 2);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<char>(hex_digit(text[2 + 2 * i]) << 4 | hex_digit(text[3 + 2 * i]));
  return out;
}

std::int64_t decode_int(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double decode_double(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);  // takes NaN and Infinity too
  return value;
}

/// sum() of BIGINT and avg() are NUMERIC: an integer when it is one, else a double.
Value decode_numeric(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return decode_double(text);
}

Value decode(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return {};
  const std::string_view text(PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case kBool: return text == "t";
    case kInt2:
    case kInt4:
    case kInt8: return decode_int(text);
    case kFloat4:
    case kFloat8: return decode_double(text);
    case kNumeric: return decode_numeric(text);
    case kBytea: return Blob{decode_bytea(text)};
    default: return std::string(text);
  }
}

}  // namespace

Oid type_of(const Value& value) {
  static constexpr Oid kTypes[] = {0, kInt8, kFloat8, kBool, kText, kBytea};
  static_assert(std::variant_size_v<Value> == std::size(kTypes));
  return kTypes[value.index()];
}

bool fits(const Value& value, Oid type) {
  if (std::holds_alternative<std::monostate>(value) || type_of(value) == type) return true;
  const auto* number = std::get_if<std::int64_t>(&value);
  if (!number) return false;
  // A null once made the server choose the column's own type.
  return (type == kInt4 && within<std::int32_t>(*number)) || (type == kInt2 && within<std::int16_t>(*number));
}

PgParams::PgParams(std::span<const Value> params) {
  numbers_.reserve(params.size());
  values_.reserve(params.size());
  lengths_.reserve(params.size());
  formats_.reserve(params.size());
  const auto add_number = [this](auto number) {
    auto& buffer = numbers_.emplace_back();
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size() - 1, number);
    *end = '\0';
    add(buffer.data(), static_cast<std::size_t>(end - buffer.data()), false);
  };
  for (const auto& value : params) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) add_number(*number);
    else if (const auto* real = std::get_if<double>(&value)) add_number(*real);
    else if (const auto* flag = std::get_if<bool>(&value)) add(*flag ? "t" : "f", 1, false);
    else if (const auto* text = std::get_if<std::string>(&value)) add(text->c_str(), text->size(), false);
    else if (const auto* blob = std::get_if<Blob>(&value)) add(blob->bytes.data(), blob->bytes.size(), true);
    else add(nullptr, 0, false);
  }
}

void PgParams::add(const char* data, std::size_t length, bool binary) {
  values_.push_back(data);
  lengths_.push_back(static_cast<int>(length));
  formats_.push_back(binary ? 1 : 0);
}

Row decode_row(const PGresult* result, int row) {
  const int columns = PQnfields(result);
  std::vector<Value> values;
  values.reserve(static_cast<std::size_t>(columns));
  for (int i = 0; i < columns; ++i) values.push_back(decode(result, row, i));
  return Row(std::move(values));
}

}  // namespace openstrat::db
