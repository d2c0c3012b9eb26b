#include "db/value.hpp"

#include <cstdlib>

#include "base/log.hpp"

namespace openstrat::db::detail {
namespace {

[[noreturn]] void wrong_type(const char* wanted, const Value& value) {
  static constexpr const char* kNames[] = {"null", "integer", "double", "boolean", "text", "bytes"};
  log::error("column has another type than the program reads", {{"wanted", wanted}, {"found", kNames[value.index()]}});
  std::abort();
}

}  // namespace

std::int64_t as_int(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
  wrong_type("integer", value);
}

double as_double(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);  // sum() of integers
  wrong_type("double", value);
}

bool as_bool(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number != 0;  // SQLite has no booleans of its own
  wrong_type("boolean", value);
}

const std::string& as_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  wrong_type("text", value);
}

Uuid as_uuid(const Value& value) {
  const auto uuid = Uuid::parse(as_text(value));
  if (!uuid) wrong_type("uuid", value);
  return *uuid;
}

}  // namespace openstrat::db::detail
