#include "http/request_decoder.hpp"

#include <fmt/format.h>

#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "http/constraints.hpp"
#include "http/json_reader.hpp"
#include "http/router.hpp"
#include "http/url_text.hpp"

namespace openstrat::http {
namespace {

bool has_location(const ObjectInfo& info, Location in) {
  for (const auto& field : info) {
    if (field.in == in) return true;
    if (field.in == Location::include && has_location(field.type->object(), in)) return true;
  }
  return false;
}

const FieldInfo* find_location(const ObjectInfo& info, Location in) {
  for (const auto& field : info) {
    if (field.in == in) return &field;
  }
  return nullptr;
}


/// The media type without parameters, in lower case.
std::string media_type_of(const Request& request) {
  const auto header = request.headers.find("Content-Type").value_or("");
  return text::lower(text::trim(header.substr(0, header.find(';'))));
}

bool is_json_type(std::string_view media_type) {
  return media_type.empty() || media_type == "application/json" || media_type.ends_with("+json");
}

bool is_list(const TypeInfo& type) {
  return type.kind == Kind::list || (type.kind == Kind::optional && is_list(type.element()));
}

}  // namespace

Status RequestDecoder::decode(const TypeInfo& type, void* out) {
  const auto& info = type.object();
  if (auto done = read_paths(info, out); !done) return done;
  query_ = parse_query(request_.query);
  read_parameters(info, out);
  if (auto done = read_body(info, type, out); !done) return done;
  return reader_.finish();
}

Status RequestDecoder::read_paths(const ObjectInfo& info, void* out) {
  for (const auto& field : info) {
    if (field.in == Location::include) {
      if (auto done = read_paths(field.type->object(), field.member(out)); !done) return done;
    }
    if (field.in != Location::path) continue;
    const auto value = std::ranges::find(path_, field.name, &PathValues::value_type::first);
    if (value == path_.end()) continue;  // an alias without it: add() has made sure that the field is optional
    ValueReader reader;
    if (!reader.read_text(value->second, *field.type, field, field.member(out))) {
      return fail(Errc::not_found, fmt::format("there is no such {}", field.name));
    }
  }
  return {};
}

void RequestDecoder::read_parameters(const ObjectInfo& info, void* out) {
  for (const auto& field : info) {
    if (field.in == Location::include) read_parameters(field.type->object(), field.member(out));
    if (field.in == Location::query) read_pairs(query_, field, field.member(out));
    if (field.in == Location::header) read_header(field, field.member(out));
  }
}

void RequestDecoder::read_header(const FieldInfo& field, void* out) {
  const ValueReader::Step step(reader_, field.name);
  if (const auto value = request_.headers.find(field.name)) reader_.read_text(*value, *field.type, field, out);
  else if (field.is_required) reader_.complain("is required");
}

void RequestDecoder::read_pairs(const Pairs& pairs, const FieldInfo& field, void* out) {
  const ValueReader::Step step(reader_, field.name);
  std::vector<std::string_view> values;
  for (const auto& [name, value] : pairs) {
    const bool is_bracketed = name.size() == field.name.size() + 2 && name.starts_with(field.name) && name.ends_with("[]");
    if (name == field.name || (is_bracketed && is_list(*field.type))) values.push_back(value);
  }
  if (values.empty()) {
    if (field.is_required) reader_.complain("is required");
    return;
  }
  if (!is_list(*field.type)) {
    if (values.size() > 1) return reader_.complain("must be given once only");
    // `?status=` means "no filter" to browsers' forms.
    if (values.front().empty() && field.type->kind == Kind::optional) return;
    reader_.read_text(values.front(), *field.type, field, out);
    return;
  }
  const bool is_optional = field.type->kind == Kind::optional;
  void* list = is_optional ? field.type->emplace(out) : out;
  const auto& type = is_optional ? field.type->element() : *field.type;
  for (const auto value : values) {
    if (!value.empty()) reader_.read_text(value, type, field, list);
  }
  if (auto complaint = complaint_about_count(field, type.size(list))) reader_.complain(*std::move(complaint));
}

Status RequestDecoder::read_body(const ObjectInfo& info, const TypeInfo& type, void* out) {
  if (const auto* text = find_location(info, Location::text_body)) return read_text_body(*text, text->member(out));
  const auto* whole = find_location(info, Location::json_body);
  if (whole == nullptr && !has_location(info, Location::body)) return {};
  const auto media_type = media_type_of(request_);
  if (accepts_form_ && media_type == "application/x-www-form-urlencoded") return read_form(info, out);
  if (request_.body.empty()) {
    // No body at all is an empty object, so that `curl -X POST` works where every field may be left out.
    if (whole == nullptr) {
      reader_.read_object(boost::json::object(), type, out);
      return {};
    }
    if (!whole->is_required) return {};
  }
  if (!is_json_type(media_type)) {
    return fail(Errc::unsupported_media, fmt::format("send the body as application/json, not as {}", media_type));
  }
  return read_json(type, whole, out);
}

Status RequestDecoder::read_json(const TypeInfo& type, const FieldInfo* whole, void* out) {
  auto parsed = parse_json(request_.body);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  if (whole != nullptr) reader_.read(*parsed, *whole->type, *whole, whole->member(out));
  else reader_.read_object(*parsed, type, out);
  return {};
}

Status RequestDecoder::read_form(const ObjectInfo& info, void* out) {
  const auto pairs = parse_query(request_.body);
  for (const auto& field : info) {
    if (field.in == Location::include) {
      if (auto done = read_form(field.type->object(), field.member(out)); !done) return done;
    }
    if (field.in == Location::body) read_pairs(pairs, field, field.member(out));
  }
  return {};
}

Status RequestDecoder::read_text_body(const FieldInfo& field, void* out) {
  const ValueReader::Step step(reader_, field.name);
  if (field.media_type.starts_with("text/")) {
    if (request_.body.empty() && !field.is_required) return {};
    reader_.read_text(request_.body, *field.type, field, out);
    return {};
  }
  if (auto complaint = complaint_about_count(field, request_.body.size())) reader_.complain(*std::move(complaint));
  *static_cast<std::string*>(out) = request_.body;
  return {};
}

Status decode_request(RequestDecoder& decoder, const TypeInfo& type, void* out) { return decoder.decode(type, out); }

}  // namespace openstrat::http
