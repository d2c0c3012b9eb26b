// Described values to JSON text, without an intermediate document: lists of thousands of sites pass here.
#include "http/dto.hpp"
#include "http/json_writer.hpp"

namespace openstrat::http {
namespace {

void append_object_fields(const TypeInfo& type, const void* value, std::string& out, bool& first);

void append_value(const TypeInfo& type, const void* value, std::string& out) {
  switch (type.kind) {
    case Kind::string: append_json_string(*static_cast<const std::string*>(value), out); return;
    case Kind::boolean: out += *static_cast<const bool*>(value) ? "true" : "false"; return;
    case Kind::integer: append_json_number(type.load_int(value), out); return;
    case Kind::number: append_json_number(*static_cast<const double*>(value), out); return;
    case Kind::timestamp:
      out += '"';
      out += to_iso8601(*static_cast<const Timestamp*>(value));
      out += '"';
      return;
    case Kind::text: {
      std::string printed;
      type.print(value, printed);
      append_json_string(printed, out);
      return;
    }
    case Kind::enumeration: {
      const auto number = type.load_int(value);
      for (std::size_t i = 0; i < type.name_count; ++i) {
        if (type.names[i].value == number) return append_json_string(type.names[i].name, out);
      }
      out += "null";
      return;
    }
    case Kind::json: out += static_cast<const Json*>(value)->text; return;
    case Kind::attributes: out += static_cast<const Attributes*>(value)->to_json(); return;
    case Kind::object: {
      bool first = true;
      out += '{';
      append_object_fields(type, value, out, first);
      out += '}';
      return;
    }
    case Kind::list: {
      const auto& element = type.element();
      const auto count = type.size(value);
      out += '[';
      for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) out += ',';
        append_value(element, type.at(value, i), out);
      }
      out += ']';
      return;
    }
    case Kind::map: {
      struct Context {
        const TypeInfo& element;
        std::string& out;
        bool first = true;
      } context{type.element(), out};
      out += '{';
      type.each(value, &context, [](void* opaque, std::string_view key, const void* entry) {
        auto& c = *static_cast<Context*>(opaque);
        if (!c.first) c.out += ',';
        c.first = false;
        append_json_string(key, c.out);
        c.out += ':';
        append_value(c.element, entry, c.out);
      });
      out += '}';
      return;
    }
    case Kind::optional: {
      const auto* inner = type.get(value);
      if (inner != nullptr) append_value(type.element(), inner, out);
      else out += "null";
      return;
    }
  }
}

/// An empty outer optional of optional<optional<T>> means "absent", so it is left out like omit_null().
bool is_left_out(const FieldInfo& field, const void* member) {
  if (field.type->kind != Kind::optional || field.type->get(member) != nullptr) return false;
  return field.omits_null || field.type->element().kind == Kind::optional;
}

void append_object_fields(const TypeInfo& type, const void* value, std::string& out, bool& first) {
  for (const auto& field : type.object()) {
    const auto* member = field.member_of(value);
    if (field.in == Location::include) {
      append_object_fields(*field.type, member, out, first);
      continue;
    }
    if (is_left_out(field, member)) continue;
    if (!first) out += ',';
    first = false;
    append_json_string(field.name, out);
    out += ':';
    append_value(*field.type, member, out);
  }
}

}  // namespace

void encode_json(const TypeInfo& type, const void* value, std::string& out) { append_value(type, value, out); }

}  // namespace openstrat::http
