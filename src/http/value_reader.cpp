#include "http/value_reader.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include "base/text.hpp"
#include "http/constraints.hpp"
#include "http/dto.hpp"
#include "http/json_reader.hpp"
#include "http/json_writer.hpp"

namespace openstrat::http {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxErrors = 50;  // more do not help anybody

std::string_view view_of(const json::string& text) { return {text.data(), text.size()}; }

std::string expected_number(const FieldInfo& field) {
  if (field.has_range) return fmt::format("must be a whole number between {} and {}", field.minimum, field.maximum);
  return "must be a whole number";
}

std::string expected_enum(const TypeInfo& type) {
  std::string out = "must be one of ";
  for (std::size_t i = 0; i < type.name_count; ++i) {
    if (i != 0) out += ", ";
    out += type.names[i].name;
  }
  return out;
}

/// The whole number that a JSON number stands for (5.0 is one, too).
std::optional<std::int64_t> whole_number(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_double()) return std::nullopt;
  const double number = value.get_double();
  if (std::trunc(number) != number || std::abs(number) > 9007199254740992.0) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

void collect_names(const ObjectInfo& info, std::vector<std::string_view>& names) {
  for (const auto& field : info) {
    if (field.in == Location::include) collect_names(field.type->object(), names);
    if (field.in == Location::body) names.push_back(field.name);
  }
}

}  // namespace

ValueReader::Step::Step(ValueReader& reader, std::string_view name) : reader_(reader), length_(reader.path_.size()) {
  if (!reader_.path_.empty()) reader_.path_ += '.';
  reader_.path_ += name;
}

ValueReader::Step::Step(ValueReader& reader, std::size_t index) : reader_(reader), length_(reader.path_.size()) {
  fmt::format_to(std::back_inserter(reader_.path_), "[{}]", index);
}

void ValueReader::complain(std::string text) {
  if (errors_.size() < kMaxErrors) errors_.push_back({path_.empty() ? "body" : path_, std::move(text)});
}

void ValueReader::complain(std::string_view name, std::string text) {
  const Step step(*this, name);
  complain(std::move(text));
}

Status ValueReader::finish() {
  if (errors_.empty()) return {};
  std::string message = errors_.front().name + ' ' + errors_.front().text;
  if (errors_.size() == 2) message += " (and 1 more error)";
  if (errors_.size() > 2) message += fmt::format(" (and {} more errors)", errors_.size() - 1);
  return fail(Error(Errc::invalid, std::move(message)).with_fields(std::move(errors_)));
}

bool ValueReader::read_text(std::string_view text, const TypeInfo& type, const FieldInfo& field, void* out) {
  const auto before = errors_.size();
  switch (type.kind) {
    case Kind::string:
      if (text.find('\0') != text.npos || !text::is_utf8(text)) {
        complain("must be UTF-8 text without NUL");
      } else if (auto complaint = complaint_about_text(field, text)) {
        complain(*std::move(complaint));
      } else {
        *static_cast<std::string*>(out) = text;
      }
      break;
    case Kind::boolean:
      if (text == "true" || text == "1") *static_cast<bool*>(out) = true;
      else if (text == "false" || text == "0") *static_cast<bool*>(out) = false;
      else complain("must be true or false");
      break;
    case Kind::integer: {
      const auto number = text::parse_int(text);
      if (!number || complaint_about_number(field, static_cast<double>(*number)) || !type.store_int(*number, out)) {
        complain(expected_number(field));
      }
      break;
    }
    case Kind::number: {
      const auto number = text::parse_double(text);
      if (!number || !std::isfinite(*number)) complain("must be a number");
      else if (store_number(*number, field)) *static_cast<double*>(out) = *number;
      break;
    }
    case Kind::timestamp: {
      const auto time = parse_iso8601(text);
      if (time) *static_cast<Timestamp*>(out) = *time;
      else complain("must be an ISO 8601 date and time with offset, such as 2026-02-03T08:00:00Z");
      break;
    }
    case Kind::text:
      if (!type.parse(text, out)) {
        complain(type.expected.empty() ? std::string("has an invalid form") : fmt::format("must be {}", type.expected));
      } else if (auto complaint = complaint_about_text(field, text)) {
        complain(*std::move(complaint));
      }
      break;
    case Kind::enumeration: {
      for (std::size_t i = 0; i < type.name_count; ++i) {
        if (type.names[i].name == text) return type.store_int(type.names[i].value, out);
      }
      complain(expected_enum(type));
      break;
    }
    case Kind::optional: return read_text(text, type.element(), field, type.emplace(out));
    case Kind::list: {
      std::size_t index = 0;
      for (const auto part : text::split(text, ',')) {
        const Step step(*this, index++);
        read_text(text::trim(part), type.element(), field, type.append(out));
      }
      break;
    }
    case Kind::json:
    case Kind::attributes:
    case Kind::object:
    case Kind::map: {
      auto parsed = parse_json(text);
      if (parsed) read(*parsed, type, field, out);
      else complain("must be JSON: " + parsed.error().message());
      break;
    }
  }
  return errors_.size() == before;
}

bool ValueReader::store_number(double value, const FieldInfo& field) {
  auto complaint = complaint_about_number(field, value);
  if (complaint) complain(*std::move(complaint));
  return !complaint;
}

void ValueReader::read(const json::value& value, const TypeInfo& type, const FieldInfo& field, void* out) {
  switch (type.kind) {
    case Kind::string:
    case Kind::timestamp:
    case Kind::text:
    case Kind::enumeration:
      if (value.is_string()) read_text(view_of(value.get_string()), type, field, out);
      else complain(type.kind == Kind::enumeration ? expected_enum(type) : "must be a string");
      return;
    case Kind::boolean:
      if (value.is_bool()) *static_cast<bool*>(out) = value.get_bool();
      else complain("must be true or false");
      return;
    case Kind::integer: read_integer(value, type, field, out); return;
    case Kind::number:
      if (!value.is_number()) complain("must be a number");
      else if (store_number(value.to_number<double>(), field)) *static_cast<double*>(out) = value.to_number<double>();
      return;
    case Kind::json: {
      auto& text = static_cast<Json*>(out)->text;
      text.clear();
      append_json(value, text);
      return;
    }
    case Kind::attributes: read_attributes(value, out); return;
    case Kind::object: read_object(value, type, out); return;
    case Kind::list: read_list(value, type, field, out); return;
    case Kind::map: read_map(value, type, field, out); return;
    case Kind::optional:
      if (value.is_null() && type.element().kind != Kind::optional) type.reset(out);
      else read(value, type.element(), field, type.emplace(out));
      return;
  }
}

void ValueReader::read_integer(const json::value& value, const TypeInfo& type, const FieldInfo& field, void* out) {
  const auto number = whole_number(value);
  if (!number || complaint_about_number(field, static_cast<double>(*number)) || !type.store_int(*number, out)) {
    complain(expected_number(field));
  }
}

void ValueReader::read_list(const json::value& value, const TypeInfo& type, const FieldInfo& field, void* out) {
  if (!value.is_array()) return complain("must be an array");
  const auto& array = value.get_array();
  if (auto complaint = complaint_about_count(field, array.size())) return complain(*std::move(complaint));
  std::size_t index = 0;
  for (const auto& element : array) {
    const Step step(*this, index++);
    read(element, type.element(), field, type.append(out));
  }
}

void ValueReader::read_map(const json::value& value, const TypeInfo& type, const FieldInfo& field, void* out) {
  if (!value.is_object()) return complain("must be an object");
  const auto& object = value.get_object();
  if (auto complaint = complaint_about_count(field, object.size())) return complain(*std::move(complaint));
  for (const auto& member : object) {
    const std::string_view key(member.key().data(), member.key().size());
    const Step step(*this, key);
    read(member.value(), type.element(), field, type.insert(out, key));
  }
}

void ValueReader::read_attributes(const json::value& value, void* out) {
  if (!value.is_object()) return complain("must be an object");
  auto& attributes = *static_cast<Attributes*>(out);
  for (const auto& member : value.get_object()) {
    const std::string_view key(member.key().data(), member.key().size());
    const auto& entry = member.value();
    if (entry.is_string()) attributes.set(key, std::string(view_of(entry.get_string())));
    else if (entry.is_bool()) attributes.set(key, entry.get_bool());
    else if (entry.is_int64()) attributes.set(key, entry.get_int64());
    else if (entry.is_number()) attributes.set(key, entry.to_number<double>());
    else if (entry.is_null()) attributes.set(key, std::monostate());
    else complain(key, "must be a single value, not a list or an object");
  }
}

void ValueReader::read_object(const json::value& value, const TypeInfo& type, void* out) {
  if (!value.is_object()) return complain("must be an object");
  const auto& info = type.object();
  read_fields(value.get_object(), info, out);
  if (!info.accepts_unknown) refuse_unknown(value.get_object(), info);
}

void ValueReader::read_fields(const json::object& object, const ObjectInfo& info, void* out) {
  for (const auto& field : info) {
    if (field.in == Location::include) read_fields(object, field.type->object(), field.member(out));
    if (field.in != Location::body) continue;
    const Step step(*this, field.name);
    if (const auto* member = object.if_contains(field.name)) read(*member, *field.type, field, field.member(out));
    else if (field.is_required) complain("is required");
  }
}

void ValueReader::refuse_unknown(const json::object& object, const ObjectInfo& info) {
  std::vector<std::string_view> names;
  collect_names(info, names);
  for (const auto& member : object) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::ranges::find(names, key) != names.end()) continue;
    const auto near = text::closest(key, names);
    complain(key, near ? fmt::format("is not a known field, did you mean \"{}\"?", *near) : "is not a known field");
  }
}

Status decode_json(const TypeInfo& type, void* out, std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  ValueReader reader;
  reader.read(*parsed, type, FieldInfo{}, out);
  return reader.finish();
}

}  // namespace openstrat::http
