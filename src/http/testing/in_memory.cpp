#include "http/testing/in_memory.hpp"

#include <algorithm>
#include <cmath>

namespace openstrat::http::testing {
namespace {

Auth auth_of(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::anonymous: return Auth::public_;
    case Principal::Kind::user: return Auth::bearer;
    case Principal::Kind::api_key: return Auth::api_key;
    case Principal::Kind::internal: return Auth::internal;
    case Principal::Kind::device: return Auth::device | Auth::device_and_signed;
  }
  std::unreachable();
}

Principal principal_with(Principal::Kind kind, Tenant tenant, std::vector<std::string> scopes) {
  Principal principal;
  principal.kind = kind;
  principal.tenant = tenant;
  principal.subject = kind == Principal::Kind::user ? "user:test" : "key:test";
  principal.scopes = std::move(scopes);
  std::ranges::sort(principal.scopes);
  return principal;
}

std::string sample_value(const TypeInfo& type, const FieldInfo& field);

std::string sample_text(const FieldInfo& field) {
  if (!field.choices.empty()) return std::string(field.choices.substr(0, field.choices.find('|')));
  if (field.is_https_url) return "https://example.com/";
  return std::string(std::max<std::size_t>(1, field.min_length), 'x');
}

void append_sample_fields(const ObjectInfo& info, std::string& out) {
  for (const auto& field : info) {
    if (field.in == Location::include) append_sample_fields(field.type->object(), out);
    if (field.in != Location::body || !field.is_required) continue;
    if (out.size() > 1) out += ',';
    out += '"' + std::string(field.name) + "\":" + sample_value(*field.type, field);
  }
}

std::string sample_value(const TypeInfo& type, const FieldInfo& field) {
  switch (type.kind) {
    case Kind::string: return '"' + sample_text(field) + '"';
    case Kind::boolean: return "true";
    case Kind::integer:
    case Kind::number: return field.has_range ? std::to_string(static_cast<std::int64_t>(std::ceil(field.minimum))) : "1";
    case Kind::timestamp: return "\"2026-02-03T08:00:00.000000Z\"";
    case Kind::text:
      if (type.format == "ip") return "\"192.0.2.1\"";
      if (type.format == "cidr") return "\"192.0.2.0/24\"";
      if (type.format == "mac") return "\"02:00:5E:10:00:01\"";
      return "\"8c5d9b0e-1111-4222-8333-444455556666\"";
    case Kind::enumeration: return type.name_count == 0 ? "null" : '"' + std::string(type.names[0].name) + '"';
    case Kind::json:
    case Kind::attributes: return "{}";
    case Kind::object: {
      std::string out = "{";
      append_sample_fields(type.object(), out);
      return out + '}';
    }
    case Kind::list: {
      std::string out = "[";
      for (std::size_t i = 0; i < std::max<std::size_t>(1, field.min_items); ++i) {
        out += (i == 0 ? "" : ",") + sample_value(type.element(), field);
      }
      return out + ']';
    }
    case Kind::map: return "{}";
    case Kind::optional: return sample_value(type.element(), field);
  }
  std::unreachable();
}

}  // namespace

Result<Principal> FakeAuthenticator::authenticate(const Request& request, Auth accepted) {
  const auto header = request.headers.find("Authorization");
  if (!header) return fail(Errc::unauthenticated, "token_missing", "send a token");
  const auto found = header->starts_with("Bearer ") ? principals_.find(header->substr(7)) : principals_.end();
  if (found == principals_.end() || !contains(accepted, auth_of(found->second.kind))) {
    return fail(Errc::unauthenticated, "token_invalid", "the token is not valid here");
  }
  return found->second;
}

Principal user_with(Tenant tenant, std::vector<std::string> scopes) {
  return principal_with(Principal::Kind::user, tenant, std::move(scopes));
}

Principal api_key_with(Tenant tenant, std::vector<std::string> scopes) {
  return principal_with(Principal::Kind::api_key, tenant, std::move(scopes));
}

RouterHooks in_memory_hooks(const Clock& clock, Authenticator& authenticator) {
  RouterHooks hooks;
  hooks.clock = &clock;
  hooks.authenticator = &authenticator;
  hooks.execute = [](std::move_only_function<void()> work) {
    work();
    return true;
  };
  hooks.base_url = "https://api.example.com";
  hooks.docs_base_url = "https://api.example.com/docs";
  return hooks;
}

namespace {

/// What a client would have read; a body that breaks off ends with the words "(broken off)".
void collect(Response& response) {
  for (bool more = true; more;) {
    more = false;
    response.stream->next(PieceTaker([&](std::optional<std::string> piece) {
      response.body += piece ? *piece : "(broken off)";
      more = piece && !piece->empty();
    }));
  }
  response.stream.reset();
}

}  // namespace

Response send(const Router& router, Method method, std::string_view target, const Sending& sending) {
  Request request;
  request.method = method;
  request.target = target;
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != target.npos) request.query = target.substr(question + 1);
  for (const auto& [name, value] : sending.headers) request.headers.set(name, value);
  if (!sending.token.empty()) request.headers.set("Authorization", "Bearer " + sending.token);
  const bool looks_like_json = sending.body.starts_with('{') || sending.body.starts_with('[');
  if (looks_like_json && !request.headers.contains("Content-Type")) request.headers.set("Content-Type", "application/json");
  request.body = sending.body;
  request.request_id = "req_test";
  Response answer;
  router.handle(std::move(request), Responder([&answer](Response response) { answer = std::move(response); }));
  if (answer.stream && !answer.stream->is_endless()) collect(answer);
  return answer;
}

std::string sample_body(const Endpoint& endpoint) {
  if (endpoint.request == nullptr) return {};
  const auto& info = endpoint.request->object();
  for (const auto& field : info) {
    if (field.in == Location::text_body) return sample_text(field);
    if (field.in == Location::json_body) return sample_value(*field.type, field);
  }
  std::string out = "{";
  append_sample_fields(info, out);
  return out == "{" ? std::string() : out + '}';
}

}  // namespace openstrat::http::testing
