// Request and response structs, described once by a constexpr table of fields. From the table come decoding with
// field paths, validation, encoding and the OpenAPI schema. Only std and base here: boost/json stays in the codec.
//
//   template <> struct http::Fields<CreateJobRequest> {
//     static constexpr auto table = http::fields<CreateJobRequest>("CreateJob",
//         http::path<&CreateJobRequest::site>("site", "UUID or `site_…` of the site"),
//         http::header<&CreateJobRequest::description>("X-Description", "…").required().length(3, 100));
//   };
//
// A specialisation stands in a namespace that encloses http, so directly in namespace openstrat.
#pragma once

#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/attributes.hpp"
#include "base/error.hpp"
#include "base/net.hpp"
#include "http/type_info.hpp"

namespace openstrat::http {

/// Specialised for every described struct: `static constexpr auto table = fields<T>("SchemaName", …)`.
template <class T>
struct Fields;

/// Specialised for every enum: `static constexpr EnumName table[] = {{"pending", JobState::pending}, …}`.
template <class E>
struct EnumNames;

/// Any JSON value, kept as its text. As a response it is printed as it is, so it must be valid JSON.
struct Json {
  std::string text = "null";
  bool operator==(const Json&) const = default;
};

/// A request without fields.
struct NoFields {};

/// A type that travels as text: Uuid, Id<Tag>, IpAddress, Cidr, MacAddress, and any of an area's own that has
/// `parse` and `to_string`. Optional members: kFormat ("uuid") for OpenAPI, kExpected ("a site id") for messages.
template <class T>
concept TextValue = requires(const T& value, std::string_view text) {
  { T::parse(text) } -> std::convertible_to<std::optional<T>>;
  { value.to_string() } -> std::convertible_to<std::string>;
};

template <class T, std::size_t N>
struct FieldTable {
  std::string_view name;
  std::array<FieldInfo, N> fields;
  std::string_view description = {};
  bool accepts_unknown = false;

  /// Unknown JSON fields are ignored instead of refused.
  constexpr FieldTable open() const {
    auto copy = *this;
    copy.accepts_unknown = true;
    return copy;
  }
  constexpr FieldTable describe(std::string_view text) const {
    auto copy = *this;
    copy.description = text;
    return copy;
  }
};

template <class T, class... F>
  requires(std::same_as<F, FieldInfo> && ...)
constexpr FieldTable<T, sizeof...(F)> fields(std::string_view schema_name, F... list) {
  return {schema_name, {list...}};
}

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_text_map = false;
template <class T>
inline constexpr bool is_text_map<std::map<std::string, T>> = true;

template <class T>
consteval TypeInfo make_type();

}  // namespace detail

template <class T>
inline constexpr TypeInfo type_of = detail::make_type<T>();

namespace detail {

/// A plain function, because its body is looked at last: a struct may hold a list of itself.
template <class T>
const ObjectInfo& object_of() {
  static constexpr ObjectInfo kInfo{Fields<T>::table.name, Fields<T>::table.description, Fields<T>::table.fields.data(),
                                    Fields<T>::table.fields.size(), Fields<T>::table.accepts_unknown};
  return kInfo;
}
template <>
inline const ObjectInfo& object_of<NoFields>() {
  static constexpr ObjectInfo kInfo{"NoFields", {}, nullptr, 0, true};
  return kInfo;
}

template <class T>
T& as(void* p) {
  return *static_cast<T*>(p);
}
template <class T>
const T& as(const void* p) {
  return *static_cast<const T*>(p);
}

template <class T>
consteval void describe_text(TypeInfo& info) {
  info.kind = Kind::text;
  if constexpr (requires { T::kFormat; }) info.format = T::kFormat;
  if constexpr (requires { T::kExpected; }) info.expected = T::kExpected;
  if constexpr (std::same_as<T, IpAddress>) info.format = "ip", info.expected = "an IPv4 or IPv6 address";
  if constexpr (std::same_as<T, Cidr>) info.format = "cidr", info.expected = "a prefix such as 192.0.2.0/24";
  if constexpr (std::same_as<T, MacAddress>) info.format = "mac", info.expected = "a MAC address";
  if constexpr (requires(T id) { requires std::same_as<std::remove_cvref_t<decltype(id.value)>, Uuid>; } ||
                std::same_as<T, Uuid>) {
    if (info.format.empty()) info.format = "uuid";
    if (info.expected.empty()) info.expected = "a UUID";
  }
  info.parse = [](std::string_view text, void* out) {
    auto value = T::parse(text);
    if (value) as<T>(out) = *std::move(value);
    return value.has_value();
  };
  info.print = [](const void* value, std::string& out) { out += as<T>(value).to_string(); };
}

template <class T>
consteval void describe_integer(TypeInfo& info) {
  info.store_int = [](std::int64_t value, void* out) {
    if constexpr (!std::is_enum_v<T>) {
      if (!std::in_range<T>(value)) return false;
    }
    as<T>(out) = static_cast<T>(value);
    return true;
  };
  info.load_int = [](const void* value) { return static_cast<std::int64_t>(as<T>(value)); };
}

template <class T>
consteval void describe_list(TypeInfo& info) {
  using E = typename T::value_type;
  static_assert(!std::same_as<E, bool>, "vector<bool> has no addressable elements");
  info.kind = Kind::list;
  info.element = []() -> const TypeInfo& { return type_of<E>; };
  info.append = [](void* list) -> void* { return &as<T>(list).emplace_back(); };
  info.size = [](const void* list) { return as<T>(list).size(); };
  info.at = [](const void* list, std::size_t i) -> const void* { return &as<T>(list)[i]; };
}

template <class T>
consteval void describe_optional(TypeInfo& info) {
  info.kind = Kind::optional;
  info.element = []() -> const TypeInfo& { return type_of<typename T::value_type>; };
  info.get = [](const void* o) -> const void* { return as<T>(o) ? &*as<T>(o) : nullptr; };
  info.emplace = [](void* o) -> void* { return &as<T>(o).emplace(); };
  info.reset = [](void* o) { as<T>(o).reset(); };
}

template <class T>
consteval void describe_map(TypeInfo& info) {
  info.kind = Kind::map;
  info.element = []() -> const TypeInfo& { return type_of<typename T::mapped_type>; };
  info.insert = [](void* map, std::string_view key) -> void* { return &as<T>(map)[std::string(key)]; };
  info.each = [](const void* map, void* context, void (*visit)(void*, std::string_view, const void*)) {
    for (const auto& [key, value] : as<T>(map)) visit(context, key, &value);
  };
}

template <class T>
consteval TypeInfo make_type() {
  TypeInfo info;
  if constexpr (std::same_as<T, std::string>) {
    info.kind = Kind::string;
  } else if constexpr (std::same_as<T, bool>) {
    info.kind = Kind::boolean;
  } else if constexpr (std::integral<T>) {
    info.kind = Kind::integer;
    describe_integer<T>(info);
  } else if constexpr (std::same_as<T, double>) {
    info.kind = Kind::number;
  } else if constexpr (std::same_as<T, Timestamp>) {
    info.kind = Kind::timestamp;
  } else if constexpr (std::same_as<T, Json>) {
    info.kind = Kind::json;
  } else if constexpr (std::same_as<T, Attributes>) {
    info.kind = Kind::attributes;
  } else if constexpr (std::is_enum_v<T>) {
    info.kind = Kind::enumeration;
    info.names = EnumNames<T>::table;
    info.name_count = std::size(EnumNames<T>::table);
    describe_integer<T>(info);
  } else if constexpr (is_optional<T>) {
    describe_optional<T>(info);
  } else if constexpr (is_vector<T>) {
    describe_list<T>(info);
  } else if constexpr (is_text_map<T>) {
    describe_map<T>(info);
  } else if constexpr (TextValue<T>) {
    describe_text<T>(info);
  } else {
    info.kind = Kind::object;
    info.object = &object_of<T>;
  }
  return info;
}

template <class M>
struct MemberOf;
template <class C, class V>
struct MemberOf<V C::*> {
  using Class = C;
  using Value = V;
};

template <auto Member>
constexpr FieldInfo field(Location in, std::string_view name, std::string_view description) {
  using Traits = MemberOf<decltype(Member)>;
  FieldInfo info;
  info.in = in;
  info.name = name;
  info.description = description;
  info.type = &type_of<typename Traits::Value>;
  info.member = [](void* object) -> void* { return &(static_cast<typename Traits::Class*>(object)->*Member); };
  return info;
}

}  // namespace detail

/// A field of the JSON body, or of a response.
template <auto Member>
constexpr FieldInfo body(std::string_view name, std::string_view description) {
  return detail::field<Member>(Location::body, name, description);
}
/// A `{name}` of the path; always required. A value that does not parse makes the request a 404.
template <auto Member>
constexpr FieldInfo path(std::string_view name, std::string_view description) {
  return detail::field<Member>(Location::path, name, description).required();
}
/// A query parameter. Lists are repeated (`tag=a&tag=b`, `tag[]=a`) or separated by commas.
template <auto Member>
constexpr FieldInfo query(std::string_view name, std::string_view description) {
  return detail::field<Member>(Location::query, name, description);
}
template <auto Member>
constexpr FieldInfo header(std::string_view name, std::string_view description) {
  return detail::field<Member>(Location::header, name, description);
}
/// The whole request body, as it came. UTF-8 is checked for `text/…` types only.
template <auto Member>
constexpr FieldInfo text_body(std::string_view media_type, std::string_view description) {
  auto info = detail::field<Member>(Location::text_body, "body", description).required();
  info.media_type = media_type;
  return info;
}
/// The whole JSON body is this member: a top-level array, or any value as http::Json.
template <auto Member>
constexpr FieldInfo json_body(std::string_view description) {
  return detail::field<Member>(Location::json_body, "body", description);
}
/// The fields of a described struct member stand beside the own ones (PageQuery, CursorQuery).
template <auto Member>
constexpr FieldInfo include() {
  return detail::field<Member>(Location::include, {}, {});
}

/// The documented word of an enum value; empty when the table lacks it.
template <class E>
  requires std::is_enum_v<E>
constexpr std::string_view name_of(E value) {
  for (const auto& entry : EnumNames<E>::table) {
    if (entry.value == static_cast<std::int64_t>(value)) return entry.name;
  }
  return {};
}
template <class E>
  requires std::is_enum_v<E>
constexpr std::optional<E> parse_enum(std::string_view name) {
  for (const auto& entry : EnumNames<E>::table) {
    if (entry.name == name) return static_cast<E>(entry.value);
  }
  return std::nullopt;
}

/// Appends the JSON of a described value.
void encode_json(const TypeInfo& type, const void* value, std::string& out);
/// Reads JSON into a default-constructed value; all wrong fields are reported at once.
Status decode_json(const TypeInfo& type, void* out, std::string_view json);

template <class T>
std::string to_json(const T& value) {
  std::string out;
  encode_json(type_of<T>, &value, out);
  return out;
}
template <class T>
Result<T> from_json(std::string_view json) {
  T value{};
  if (auto done = decode_json(type_of<T>, &value, json); !done) return std::unexpected(std::move(done.error()));
  return value;
}

}  // namespace openstrat::http
