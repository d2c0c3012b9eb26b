#include "http/schema.hpp"

#include <boost/json/array.hpp>
#include <cmath>

#include "base/text.hpp"
#include "http/declaration.hpp"

namespace openstrat::http {
namespace {

namespace json = boost::json;

json::value number(double value) {
  if (std::trunc(value) == value && std::abs(value) < 9e15) return static_cast<std::int64_t>(value);
  return value;
}

void add_text_limits(const FieldInfo& field, json::object& out) {
  if (field.min_length > 0) out["minLength"] = field.min_length;
  if (field.max_length != FieldInfo::kUnlimited) out["maxLength"] = field.max_length;
  if (!field.regex.empty()) out["pattern"] = field.regex;
  if (field.is_https_url) out["format"] = "uri";
  if (field.choices.empty()) return;
  json::array words;
  for (const auto word : text::split(field.choices, '|')) words.emplace_back(word);
  out["enum"] = std::move(words);
}

void add_range(const FieldInfo& field, json::object& out) {
  if (!field.has_range) return;
  out["minimum"] = number(field.minimum);
  out["maximum"] = number(field.maximum);
}

void add_counts(const FieldInfo& field, const char* min_name, const char* max_name, json::object& out) {
  if (field.min_items > 0) out[min_name] = field.min_items;
  if (field.max_items != FieldInfo::kUnlimited) out[max_name] = field.max_items;
}

json::array enum_names(const TypeInfo& type) {
  json::array names;
  for (std::size_t i = 0; i < type.name_count; ++i) names.emplace_back(type.names[i].name);
  return names;
}

/// The same schema, or null.
json::object nullable(json::object inner) {
  if (inner.empty()) return inner;
  if (auto* type = inner.if_contains("type"); type != nullptr && type->is_string()) {
    *type = json::array{*type, "null"};
    if (auto* words = inner.if_contains("enum")) words->as_array().emplace_back(nullptr);
    return inner;
  }
  if (inner.contains("type")) return inner;  // nullable already
  return {{"anyOf", json::array{std::move(inner), json::object{{"type", "null"}}}}};
}

}  // namespace

void SchemaWriter::note(const TypeInfo& type, std::set<const ObjectInfo*>& seen) {
  if (type.element != nullptr) return note(type.element(), seen);
  if (type.kind != Kind::object || !seen.insert(&type.object()).second) return;
  for (const auto& field : type.object()) note(*field.type, seen);
}

json::object SchemaWriter::schema(const TypeInfo& type, const FieldInfo& field, Side side) {
  json::object out;
  switch (type.kind) {
    case Kind::string:
      out["type"] = "string";
      add_text_limits(field, out);
      return out;
    case Kind::boolean: return {{"type", "boolean"}};
    case Kind::integer:
      out["type"] = "integer";
      add_range(field, out);
      return out;
    case Kind::number:
      out["type"] = "number";
      add_range(field, out);
      return out;
    case Kind::timestamp: return {{"type", "string"}, {"format", "date-time"}};
    case Kind::text:
      out["type"] = "string";
      if (!type.format.empty()) out["format"] = type.format;
      add_text_limits(field, out);
      return out;
    case Kind::enumeration: return {{"type", "string"}, {"enum", enum_names(type)}};
    case Kind::json: return {};
    case Kind::attributes:
      return {{"type", "object"},
              {"additionalProperties", {{"type", {"string", "number", "boolean", "null"}}}}};
    case Kind::object: return object(type, side);
    case Kind::list:
      out["type"] = "array";
      out["items"] = schema(type.element(), field, side);
      add_counts(field, "minItems", "maxItems", out);
      return out;
    case Kind::map:
      out["type"] = "object";
      out["additionalProperties"] = schema(type.element(), field, side);
      add_counts(field, "minProperties", "maxProperties", out);
      return out;
    case Kind::optional: return nullable(schema(type.element(), field, side));
  }
  std::unreachable();
}

std::string SchemaWriter::component_name(const ObjectInfo& info, Side side) const {
  std::string name(info.name);
  if (side == Side::request && responses_.contains(&info)) name += "Input";
  return name;
}

json::object SchemaWriter::object(const TypeInfo& type, Side side) {
  const auto& info = type.object();
  if (info.name.empty()) return describe_object(info, side);
  const auto name = component_name(info, side);
  const auto [owner, is_new] = owners_.emplace(name, &info);
  if (owner->second != &info) declaration_error(name, "two structs have this schema name");
  if (is_new) {
    components_[name];  // taken before its fields are looked at: a struct may hold a list of itself
    components_[name] = describe_object(info, side);
  }
  return {{"$ref", "#/components/schemas/" + name}};
}

json::object SchemaWriter::describe_object(const ObjectInfo& info, Side side) {
  json::object properties;
  json::array required;
  add_fields(info, side, properties, required);
  json::object out{{"type", "object"}};
  if (!info.description.empty()) out["description"] = info.description;
  out["properties"] = std::move(properties);
  if (!required.empty()) out["required"] = std::move(required);
  if (side == Side::request && !info.accepts_unknown) out["additionalProperties"] = false;
  return out;
}

void SchemaWriter::add_fields(const ObjectInfo& info, Side side, json::object& properties, json::array& required) {
  for (const auto& field : info) {
    if (field.in == Location::include) add_fields(field.type->object(), side, properties, required);
    if (field.in != Location::body) continue;
    auto property = schema(*field.type, field, side);
    if (!field.description.empty()) property["description"] = field.description;
    if (!field.example_text.empty()) property["examples"] = json::array{field.example_text};
    properties[field.name] = std::move(property);
    const bool may_be_absent = field.type->kind == Kind::optional &&
                               (field.omits_null || field.type->element().kind == Kind::optional);
    if (side == Side::request ? field.is_required : !may_be_absent) required.emplace_back(field.name);
  }
}

json::object SchemaWriter::components() const {
  json::object out;
  for (const auto& [name, schema] : components_) out[name] = schema;
  return out;
}

}  // namespace openstrat::http
