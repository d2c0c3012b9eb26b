#include "http/declaration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "http/constraints.hpp"
#include "http/path_trie.hpp"

namespace openstrat::http {
namespace {

void collect_path_fields(const ObjectInfo& info, std::vector<const FieldInfo*>& fields) {
  for (const auto& field : info) {
    if (field.in == Location::path) fields.push_back(&field);
    if (field.in == Location::include) collect_path_fields(field.type->object(), fields);
  }
}

std::vector<const FieldInfo*> path_fields(const Endpoint& endpoint) {
  std::vector<const FieldInfo*> fields;
  if (endpoint.request != nullptr) collect_path_fields(endpoint.request->object(), fields);
  return fields;
}

std::vector<std::string> parameter_names(std::string_view pattern) {
  std::vector<std::string> names;
  for (const auto& segment : parse_pattern(pattern)) {
    if (segment.is_literal()) continue;
    if (std::ranges::find(names, segment.name) != names.end()) declaration_error(pattern, "a parameter occurs twice");
    names.push_back(segment.name);
  }
  return names;
}

void check_auth(Endpoint& endpoint, std::string_view pattern) {
  if (endpoint.auth == Auth::none) declaration_error(pattern, "no auth kind");
  if (endpoint.scope == "-") {
    endpoint.scope.clear();
    return;
  }
  const bool has_user = contains(endpoint.auth, Auth::bearer) || contains(endpoint.auth, Auth::api_key);
  if (has_user && endpoint.scope.empty()) declaration_error(pattern, "no scope (say \"-\" when none is needed)");
  if (!has_user && !endpoint.scope.empty()) declaration_error(pattern, "a scope, but no auth kind that has scopes");
}

void check_types(const TypeInfo& type, std::string_view pattern, std::set<const ObjectInfo*>& seen) {
  if (type.element != nullptr) return check_types(type.element(), pattern, seen);
  if (type.kind != Kind::object || !seen.insert(&type.object()).second) return;
  for (const auto& field : type.object()) {
    if (!field.regex.empty() && !is_valid_pattern(field.regex)) declaration_error(pattern, "a field's pattern is not RE2");
    check_types(*field.type, pattern, seen);
  }
}

/// A literal at the root must not look like a runbook token, which `GET /{id}` would then never see.
void check_root(std::string_view pattern) {
  const auto segments = parse_pattern(pattern);
  if (segments.empty()) return;
  const auto& first = segments.front();
  if (segments.size() == 1 && first.is_literal() && segment_matches(SegmentKind::runbook, first.literal)) {
    declaration_error(pattern, "a root path that looks like a runbook token");
  }
  if (!first.is_literal() && first.kind == SegmentKind::any) declaration_error(pattern, "a root parameter must be typed");
}

}  // namespace

void declaration_error(std::string_view route, std::string_view what) {
  fmt::print(stderr, "route table: {}: {}\n", route, what);
  std::fflush(stderr);
  std::abort();
}

std::string without_kinds(std::string_view pattern) {
  std::string out;
  for (const auto& segment : parse_pattern(pattern)) {
    out += '/';
    out += segment.literal;
    if (!segment.is_literal()) out += '{' + segment.name + '}' + segment.suffix;
  }
  return out.empty() ? "/" : out;
}

void check_declaration(Endpoint& endpoint, std::string_view pattern) {
  check_auth(endpoint, pattern);
  if (endpoint.summary.empty()) declaration_error(pattern, "no summary");
  check_path(endpoint, pattern);
  if (endpoint.is_device) return;
  if (!endpoint.invoke) declaration_error(pattern, "no handler");
  std::set<const ObjectInfo*> seen;
  check_types(*endpoint.request, pattern, seen);
  if (endpoint.view != nullptr) check_types(*endpoint.view, pattern, seen);
}

void check_path(const Endpoint& endpoint, std::string_view pattern) {
  check_root(pattern);
  const auto segments = parse_pattern(pattern);
  if (!segments.empty() && segments.back().is_rest && endpoint.is_documented)
    declaration_error(pattern, "the OpenAPI document cannot tell of the rest of a path");
  const auto names = parameter_names(pattern);
  if (endpoint.is_device) return;  // reads its path values by name
  const auto fields = path_fields(endpoint);
  for (const auto& name : names) {
    if (std::ranges::find(fields, name, &FieldInfo::name) == fields.end()) {
      declaration_error(pattern, fmt::format("the request has no path field \"{}\"", name));
    }
  }
  for (const auto* field : fields) {
    if (std::ranges::find(names, field->name) == names.end() && field->type->kind != Kind::optional) {
      declaration_error(pattern, fmt::format("the path has no {{{}}}, and its field is not optional", field->name));
    }
  }
}

}  // namespace openstrat::http
