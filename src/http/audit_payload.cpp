#include <fmt/format.h>

#include <boost/json/value.hpp>
#include <set>

#include "base/secret_names.hpp"
#include "http/dispatch.hpp"
#include "http/dto.hpp"
#include "http/json_reader.hpp"
#include "http/json_writer.hpp"
#include "http/url_text.hpp"

namespace openstrat::http {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxPayload = 16 * 1024;

void collect_secrets(const TypeInfo& type, std::set<const ObjectInfo*>& seen, std::set<std::string, std::less<>>& names) {
  if (type.element != nullptr) return collect_secrets(type.element(), seen, names);
  if (type.kind != Kind::object || !seen.insert(&type.object()).second) return;
  for (const auto& field : type.object()) {
    if (field.is_secret) names.emplace(field.name);
    collect_secrets(*field.type, seen, names);
  }
}

bool is_secret(std::string_view name, const std::set<std::string, std::less<>>& declared) {
  return declared.contains(name) || names_a_secret(name);
}

void mask(json::value& value, const std::set<std::string, std::less<>>& declared) {
  if (value.is_array()) {
    for (auto& element : value.get_array()) mask(element, declared);
  }
  if (!value.is_object()) return;
  for (auto& member : value.get_object()) {
    if (is_secret({member.key().data(), member.key().size()}, declared)) member.value() = "***";
    else mask(member.value(), declared);
  }
}

bool is_text_body(const Endpoint& endpoint) {
  if (endpoint.request == nullptr) return true;
  return std::ranges::any_of(endpoint.request->object(), [](const auto& field) { return field.in == Location::text_body; });
}

json::value form_as_json(std::string_view body) {
  json::object object;
  for (auto& [name, value] : parse_query(body)) object[name] = value;
  return object;
}

}  // namespace

std::string audit_payload(const Endpoint& endpoint, const Request& request) {
  if (request.body.empty()) return {};
  const auto size_only = fmt::format(R"({{"bytes":{}}})", request.body.size());
  if (is_text_body(endpoint)) return size_only;
  json::value value;
  if (auto parsed = parse_json(request.body)) value = *std::move(parsed);
  else if (endpoint.accepts_form) value = form_as_json(request.body);
  else return size_only;
  std::set<const ObjectInfo*> seen;
  std::set<std::string, std::less<>> declared;
  collect_secrets(*endpoint.request, seen, declared);
  mask(value, declared);
  std::string text;
  append_json(value, text);
  return text.size() <= kMaxPayload ? text : size_only;
}

}  // namespace openstrat::http
