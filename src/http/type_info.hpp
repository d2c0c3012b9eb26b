// What the codec and the OpenAPI writer know about a type: plain data and function pointers, no templates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace openstrat::http {

enum class Kind : std::uint8_t {
  string, boolean, integer, number, timestamp, text, enumeration, json, attributes, object, list, map, optional,
};

enum class Location : std::uint8_t { body, path, query, header, text_body, json_body, include };

struct EnumName {
  std::string_view name;
  std::int64_t value;
  template <class E>
    requires std::is_enum_v<E>
  constexpr EnumName(std::string_view n, E v) : name(n), value(static_cast<std::int64_t>(v)) {}
};

struct ObjectInfo;

/// Only the pointers of its kind are set. Elements and objects are reached through functions, so types may nest freely.
struct TypeInfo {
  Kind kind = Kind::json;
  std::string_view format;                                     ///< text: the OpenAPI format
  std::string_view expected;                                   ///< text: "a UUID", for messages
  const EnumName* names = nullptr;                             ///< enumeration
  std::size_t name_count = 0;
  const ObjectInfo& (*object)() = nullptr;                     ///< object
  const TypeInfo& (*element)() = nullptr;                      ///< list, map, optional
  bool (*parse)(std::string_view, void* out) = nullptr;        ///< text
  void (*print)(const void*, std::string& out) = nullptr;      ///< text
  bool (*store_int)(std::int64_t, void* out) = nullptr;        ///< integer, enumeration; false: does not fit
  std::int64_t (*load_int)(const void*) = nullptr;
  void* (*append)(void* list) = nullptr;
  std::size_t (*size)(const void* list) = nullptr;
  const void* (*at)(const void* list, std::size_t index) = nullptr;
  const void* (*get)(const void* optional) = nullptr;          ///< nullptr when empty
  void* (*emplace)(void* optional) = nullptr;
  void (*reset)(void* optional) = nullptr;
  void* (*insert)(void* map, std::string_view key) = nullptr;
  void (*each)(const void* map, void* context, void (*visit)(void*, std::string_view key, const void* value)) = nullptr;
};

/// One field: where it stands, what it means, what it may hold. Constraints of a list's elements stand at the list.
struct FieldInfo {
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  Location in = Location::body;
  bool is_required = false;
  bool omits_null = false;
  bool is_secret = false;
  bool is_https_url = false;
  bool has_range = false;
  std::string_view name;
  std::string_view description;
  std::string_view media_type;  ///< text_body
  std::string_view regex;       ///< RE2, matches the whole text
  std::string_view choices;     ///< words separated by '|'
  std::string_view example_text;
  std::size_t min_length = 0, max_length = kUnlimited;  ///< code points
  std::size_t min_items = 0, max_items = kUnlimited;
  double minimum = 0, maximum = 0;
  const TypeInfo* type = nullptr;
  void* (*member)(void* object) = nullptr;

  const void* member_of(const void* object) const { return member(const_cast<void*>(object)); }

  /// The field must be there (an optional may still be null).
  constexpr FieldInfo required() const {
    auto f = *this;
    f.is_required = true;
    return f;
  }
  /// Responses leave the field out instead of printing null.
  constexpr FieldInfo omit_null() const {
    auto f = *this;
    f.omits_null = true;
    return f;
  }
  /// Masked in the audit log.
  constexpr FieldInfo secret() const {
    auto f = *this;
    f.is_secret = true;
    return f;
  }
  constexpr FieldInfo length(std::size_t min, std::size_t max) const {
    auto f = *this;
    f.min_length = min, f.max_length = max;
    return f;
  }
  constexpr FieldInfo range(double min, double max) const {
    auto f = *this;
    f.has_range = true, f.minimum = min, f.maximum = max;
    return f;
  }
  constexpr FieldInfo items(std::size_t max) const { return items(0, max); }
  constexpr FieldInfo items(std::size_t min, std::size_t max) const {
    auto f = *this;
    f.min_items = min, f.max_items = max;
    return f;
  }
  constexpr FieldInfo pattern(std::string_view re2) const {
    auto f = *this;
    f.regex = re2;
    return f;
  }
  /// One of the words in `a|b|c`; for strings whose set is not an enum of the area.
  constexpr FieldInfo one_of(std::string_view words) const {
    auto f = *this;
    f.choices = words;
    return f;
  }
  /// An absolute https:// URL without credentials.
  constexpr FieldInfo url_https() const {
    auto f = *this;
    f.is_https_url = true;
    return f;
  }
  constexpr FieldInfo example(std::string_view text) const {
    auto f = *this;
    f.example_text = text;
    return f;
  }
};

struct ObjectInfo {
  std::string_view name;  ///< of the OpenAPI schema
  std::string_view description;
  const FieldInfo* fields;
  std::size_t field_count;
  bool accepts_unknown;
  const FieldInfo* begin() const { return fields; }
  const FieldInfo* end() const { return fields + field_count; }
};

}  // namespace openstrat::http
