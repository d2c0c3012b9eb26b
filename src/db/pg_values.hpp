// Values to libpq parameters and back.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <span>
#include <vector>

#include "db/value.hpp"

namespace openstrat::db {

/// The type we declare for a parameter; 0 leaves it to the server (a null takes any type).
Oid type_of(const Value& value);
/// Whether a statement prepared with parameters of `type` takes this value.
bool fits(const Value& value, Oid type);

/// Parameters in libpq's form; points into `params`, which must outlive it. Text format, bytes in binary.
class PgParams {
 public:
  explicit PgParams(std::span<const Value> params);
  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void add(const char* data, std::size_t length, bool binary);

  std::vector<std::array<char, 32>> numbers_;  // reserved to its full size: pointers into it stay valid
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

/// One row of a result in text format.
Row decode_row(const PGresult* result, int row);

}  // namespace openstrat::db
