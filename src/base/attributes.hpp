// A flat, ordered set of named scalars: the payload of tasks and events. JSON at the edges, plain values inside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat {

class Attributes {
 public:
  using Scalar = std::variant<std::monostate, bool, std::int64_t, double, std::string>;
  using Entry = std::pair<std::string, Scalar>;

  Attributes() = default;
  Attributes(std::initializer_list<Entry> entries) : entries_(entries) {}

  Attributes& set(std::string_view name, Scalar value);
  const std::vector<Entry>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }

  const Scalar* find(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;
  std::optional<std::int64_t> number(std::string_view name) const;
  std::optional<bool> flag(std::string_view name) const;
  template <class TypedId>
  std::optional<TypedId> id(std::string_view name) const {
    const auto value = text(name);
    return value ? TypedId::parse(*value) : std::nullopt;
  }

  /// One JSON object in a line.
  std::string to_json() const;
  /// A JSON object of scalars; nested values are refused.
  static Result<Attributes> from_json(std::string_view json);

 private:
  std::vector<Entry> entries_;
};

}  // namespace openstrat
