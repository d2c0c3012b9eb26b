// What goes into a statement and comes out of a row. No SQLite or libpq type leaves src/db.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::db {

/// Bytes (BYTEA); text is std::string.
struct Blob {
  std::string bytes;
};

using Value = std::variant<std::monostate, std::int64_t, double, bool, std::string, Blob>;

// Ids are stored as TEXT (36 characters), times as BIGINT microseconds since 1970, booleans as BOOLEAN, JSON as TEXT.
inline Value to_value(std::monostate) { return {}; }
inline Value to_value(std::nullopt_t) { return {}; }
inline Value to_value(bool v) { return v; }
inline Value to_value(double v) { return v; }
inline Value to_value(std::string v) { return v; }
inline Value to_value(std::string_view v) { return std::string(v); }
inline Value to_value(const char* v) { return std::string(v); }
inline Value to_value(Blob v) { return v; }
inline Value to_value(Timestamp v) { return to_unix_us(v); }
inline Value to_value(const Uuid& v) { return v.to_string(); }
template <class Tag>
Value to_value(const Id<Tag>& v) { return v.value.to_string(); }
template <class Integer>
  requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>)
Value to_value(Integer v) { return static_cast<std::int64_t>(v); }
template <std::same_as<Value> V>  // a template, so that nothing converts to it
Value to_value(V v) { return v; }
template <class T>
Value to_value(const std::optional<T>& v) { return v ? to_value(*v) : Value{}; }

/// Parameters of one execution, in the order of ?1, ?2, …
using Params = std::vector<Value>;
template <class... Args>
Params params(Args&&... args) {
  Params out;
  out.reserve(sizeof...(Args));
  (out.push_back(to_value(std::forward<Args>(args))), ...);
  return out;
}

/// One result row. Columns are read by position, in the order of the SELECT list; a wrong type is a broken invariant (aborts).
class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
  std::size_t size() const { return values_.size(); }
  bool is_null(std::size_t column) const { return std::holds_alternative<std::monostate>(values_[column]); }
  template <class T>
  T get(std::size_t column) const;  ///< bool, int, int64, double, string, Blob, Timestamp, Uuid, Id<Tag>, optional of these
  const std::vector<Value>& values() const { return values_; }

 private:
  std::vector<Value> values_;
};

namespace detail {
std::int64_t as_int(const Value&);
double as_double(const Value&);
bool as_bool(const Value&);
const std::string& as_text(const Value&);
Uuid as_uuid(const Value&);

template <class T>
struct Reader;
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
struct Reader<T> { static T read(const Value& v) { return static_cast<T>(as_int(v)); } };
template <> struct Reader<bool> { static bool read(const Value& v) { return as_bool(v); } };
template <> struct Reader<double> { static double read(const Value& v) { return as_double(v); } };
template <> struct Reader<std::string> { static std::string read(const Value& v) { return as_text(v); } };
template <> struct Reader<Blob> { static Blob read(const Value& v) { return std::get<Blob>(v); } };
template <> struct Reader<Timestamp> { static Timestamp read(const Value& v) { return from_unix_us(as_int(v)); } };
template <> struct Reader<Uuid> { static Uuid read(const Value& v) { return as_uuid(v); } };
template <class Tag>
struct Reader<Id<Tag>> { static Id<Tag> read(const Value& v) { return Id<Tag>(as_uuid(v)); } };
template <class T>
struct Reader<std::optional<T>> {
  static std::optional<T> read(const Value& v) {
    return std::holds_alternative<std::monostate>(v) ? std::nullopt : std::optional<T>(Reader<T>::read(v));
  }
};
}  // namespace detail

template <class T>
T Row::get(std::size_t column) const { return detail::Reader<T>::read(values_[column]); }

}  // namespace openstrat::db
