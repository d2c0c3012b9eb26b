#include "http/openapi.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <set>

#include "base/text.hpp"
#include "http/declaration.hpp"
#include "http/errors.hpp"
#include "http/path_trie.hpp"
#include "http/router.hpp"
#include "http/schema.hpp"

namespace openstrat::http {
namespace {

namespace json = boost::json;

struct Scheme {
  Auth auth;
  const char* name;
  json::object definition;
};

std::vector<Scheme> schemes() {
  const auto bearer = [](const char* text) { return json::object{{"type", "http"}, {"scheme", "bearer"}, {"description", text}}; };
  const auto query = [](const char* name, const char* text) {
    return json::object{{"type", "apiKey"}, {"in", "query"}, {"name", name}, {"description", text}};
  };
  return {{Auth::bearer, "bearer", bearer("access token of a signed-in user")},
          {Auth::api_key, "apiKey", bearer("API key of a team")},
          {Auth::internal, "internal", bearer("service token, from allowed networks only")},
          {Auth::device, "device", bearer("token of a router, written into its scheduler at adoption")},
          {Auth::signed_url, "signedUrl", query("signature", "HMAC-SHA256 over path and query, made by this server")}};
}

/// Alternatives, each of which is enough. An empty list: anybody may call.
json::array security(const Endpoint& endpoint) {
  json::array alternatives;
  for (const auto& scheme : schemes()) {
    if (contains(endpoint.auth, scheme.auth)) alternatives.push_back(json::object{{scheme.name, json::array{}}});
  }
  if (contains(endpoint.auth, Auth::device_and_signed)) {
    alternatives.push_back(json::object{{"device", json::array{}}, {"signedUrl", json::array{}}});
  }
  if (!endpoint.own_auth.empty()) alternatives.push_back(json::object{{endpoint.own_auth, json::array{}}});
  if (contains(endpoint.auth, Auth::public_) && !alternatives.empty() && endpoint.own_auth.empty()) {
    alternatives.push_back(json::object());
  }
  return alternatives;
}

/// Reading the table, in three steps: what answers hold, the operations, the shared components.
class Writer {
 public:
  Writer(const Router& router, const ApiInfo& info) : router_(router), info_(info) {}

  std::string write() {
    schemas_.note_response(error_schema());
    for (const auto& endpoint : router_.endpoints()) {
      if (endpoint->view != nullptr) schemas_.note_response(*endpoint->view);
    }
    json::object document{{"openapi", "3.1.0"},
                          {"info", {{"title", info_.title}, {"version", info_.version}, {"description", info_.description}}},
                          {"servers", json::array{json::object{{"url", info_.server_url}}}}};
    document["paths"] = paths();
    document["components"] = components();
    document["tags"] = tags();
    return json::serialize(document);
  }

 private:
  json::object paths() {
    std::map<std::string, std::map<Method, const Endpoint*>> sorted;
    for (const auto& endpoint : router_.endpoints()) {
      if (endpoint->is_documented) sorted[endpoint->path][endpoint->method] = endpoint.get();
    }
    json::object out;
    for (const auto& [path, methods] : sorted) {
      json::object item;
      for (const auto& [method, endpoint] : methods) item[text::lower(to_string(method))] = operation(*endpoint);
      out[path] = std::move(item);
    }
    return out;
  }

  json::object operation(const Endpoint& endpoint) {
    json::object out{{"operationId", endpoint.operation_id}, {"summary", endpoint.summary}};
    if (!endpoint.description.empty()) out["description"] = endpoint.description;
    if (!endpoint.family.empty()) out["tags"] = json::array{endpoint.family};
    if (!endpoint.scope.empty()) out["x-scope"] = endpoint.scope;
    if (!endpoint.aliases.empty()) out["x-aliases"] = json::array(endpoint.aliases.begin(), endpoint.aliases.end());
    out["security"] = security(endpoint);
    json::array parameters = path_parameters(endpoint);
    if (endpoint.request != nullptr) add_parameters(endpoint.request->object(), parameters);
    if (!parameters.empty()) out["parameters"] = std::move(parameters);
    const auto body = request_body(endpoint);
    if (!body.empty()) out["requestBody"] = body;
    out["responses"] = responses(endpoint, !body.empty());
    return out;
  }

  /// Device routes have no request struct: their `{name}`s are documented from the path alone.
  json::array path_parameters(const Endpoint& endpoint) {
    json::array out;
    if (endpoint.request != nullptr) return out;
    for (const auto& segment : parse_pattern(endpoint.path)) {
      if (segment.is_literal()) continue;
      out.push_back(json::object{{"name", segment.name}, {"in", "path"}, {"required", true},
                                 {"schema", {{"type", "string"}}}});
    }
    return out;
  }

  void add_parameters(const ObjectInfo& info, json::array& out) {
    for (const auto& field : info) {
      if (field.in == Location::include) add_parameters(field.type->object(), out);
      const char* in = field.in == Location::path     ? "path"
                       : field.in == Location::query  ? "query"
                       : field.in == Location::header ? "header"
                                                      : nullptr;
      if (in == nullptr) continue;
      // An absent parameter is an absent parameter: null cannot be sent.
      const auto& type = field.type->kind == Kind::optional ? field.type->element() : *field.type;
      json::object parameter{{"name", field.name}, {"in", in}, {"required", field.is_required}};
      if (!field.description.empty()) parameter["description"] = field.description;
      parameter["schema"] = schemas_.schema(type, field, Side::request);
      if (!field.example_text.empty()) parameter["example"] = field.example_text;
      out.push_back(std::move(parameter));
    }
  }

  json::object request_body(const Endpoint& endpoint) {
    if (endpoint.request == nullptr) return {};
    const auto& info = endpoint.request->object();
    for (const auto& field : info) {
      if (field.in == Location::text_body) {
        auto schema = schemas_.schema(*field.type, field, Side::request);
        return {{"required", field.is_required}, {"description", field.description},
                {"content", {{field.media_type, {{"schema", std::move(schema)}}}}}};
      }
      if (field.in == Location::json_body) {
        auto schema = schemas_.schema(*field.type, field, Side::request);
        return {{"required", field.is_required}, {"description", field.description},
                {"content", {{"application/json", {{"schema", std::move(schema)}}}}}};
      }
    }
    bool is_required = false;
    if (!has_body_fields(info, is_required)) return {};
    const auto schema = schemas_.schema(*endpoint.request, Side::request);
    json::object content{{"application/json", {{"schema", schema}}}};
    if (endpoint.accepts_form) content["application/x-www-form-urlencoded"] = {{"schema", schema}};
    return {{"required", is_required}, {"content", std::move(content)}};
  }

  static bool has_body_fields(const ObjectInfo& info, bool& is_required) {
    bool found = false;
    for (const auto& field : info) {
      if (field.in == Location::include) found |= has_body_fields(field.type->object(), is_required);
      if (field.in != Location::body) continue;
      found = true;
      is_required |= field.is_required;
    }
    return found;
  }

  json::object responses(const Endpoint& endpoint, bool has_body) {
    json::object success{{"description", endpoint.view_kind == ViewKind::none ? "Done, without a body" : "Success"}};
    auto content = success_content(endpoint);
    if (!content.empty()) success["content"] = std::move(content);
    json::object out{{std::to_string(endpoint.status), std::move(success)}};
    for (const int status : error_statuses(endpoint, has_body)) {
      if (endpoint.is_device) {
        out[std::to_string(status)] = {{"description", "Refused; the body is one plain line"},
                                       {"content", {{"text/plain", {{"schema", {{"type", "string"}}}}}}}};
        continue;
      }
      used_errors_.insert(status);
      out[std::to_string(status)] = {{"$ref", fmt::format("#/components/responses/Error{}", status)}};
    }
    return out;
  }

  json::object success_content(const Endpoint& endpoint) {
    json::object text_schema{{"schema", {{"type", "string"}}}};
    switch (endpoint.view_kind) {
      case ViewKind::none: return {};
      case ViewKind::text: return {{endpoint.media_type.empty() ? "text/plain" : endpoint.media_type, std::move(text_schema)}};
      case ViewKind::json_text: return {{"application/json", {{"schema", json::object()}}}};
      case ViewKind::described:
        return {{"application/json", {{"schema", schemas_.schema(*endpoint.view, Side::response)}}}};
    }
    std::unreachable();
  }

  /// What the pipeline itself can answer, and what the route declares.
  static std::set<int> error_statuses(const Endpoint& endpoint, bool has_body) {
    std::set<int> out{429};
    const bool is_open = contains(endpoint.auth, Auth::public_) || contains(endpoint.auth, Auth::runbook);
    if (!is_open || !endpoint.own_auth.empty()) out.insert(401);
    if (!endpoint.scope.empty() || contains(endpoint.auth, Auth::signed_url)) out.insert(403);
    if (endpoint.path.find('{') != std::string::npos) out.insert(404);
    if (has_body) out.insert({400, 413, 415});
    if (endpoint.request != nullptr && endpoint.request->object().field_count > 0) out.insert(422);
    for (const auto error : endpoint.errors) out.insert(status_of(error));
    if (!endpoint.is_device) out.insert(500);
    return out;
  }

  json::object components() {
    json::object error_responses;
    const auto schema = schemas_.schema(error_schema(), Side::response);
    for (const int status : used_errors_) {
      error_responses[fmt::format("Error{}", status)] = {
          {"description", describe_error(status)}, {"content", {{"application/json", {{"schema", schema}}}}}};
    }
    json::object security_schemes;
    for (auto& scheme : schemes()) security_schemes[scheme.name] = std::move(scheme.definition);
    for (const auto& endpoint : router_.endpoints()) {
      if (endpoint->own_auth.empty()) continue;
      security_schemes[endpoint->own_auth] = {{"type", "http"}, {"scheme", "bearer"},
                                              {"description", "credential of this operation; see its description"}};
    }
    return {{"schemas", schemas_.components()}, {"responses", std::move(error_responses)},
            {"securitySchemes", std::move(security_schemes)}};
  }

  /// The code words that come with a status.
  static std::string describe_error(int status) {
    std::string out;
    for (const auto& doc : error_docs()) {
      if (status_of(doc.kind) != status || doc.is_workspaces) continue;
      out += out.empty() ? "`code` is one of " : ", ";
      out += doc.code;
    }
    return out;
  }

  json::array tags() const {
    std::set<std::string_view> families;
    for (const auto& endpoint : router_.endpoints()) {
      if (endpoint->is_documented && !endpoint->family.empty()) families.insert(endpoint->family);
    }
    json::array out;
    for (const auto family : families) out.push_back(json::object{{"name", family}});
    return out;
  }

  const Router& router_;
  const ApiInfo& info_;
  SchemaWriter schemas_;
  std::set<int> used_errors_;
};

}  // namespace

std::string openapi(const Router& router, const ApiInfo& info) { return Writer(router, info).write(); }

}  // namespace openstrat::http
