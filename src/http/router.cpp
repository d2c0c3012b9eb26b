#include "http/router.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "http/declaration.hpp"
#include "http/dispatch.hpp"
#include "http/path_trie.hpp"

namespace openstrat::http {
namespace {

/// `createSiteJob` out of "Create Site Job"; the second of a name gets its family, then a number.
std::string operation_id(const Endpoint& endpoint, const std::vector<std::unique_ptr<Endpoint>>& others) {
  const auto camel = [](std::string_view words) {
    std::string out;
    const std::string slug = text::slug(words);  // outlives the views into it
    for (const auto word : text::split(slug, '-')) {
      if (word.empty()) continue;
      out += word;
      auto& first = out[out.size() - word.size()];
      if (out.size() != word.size() && first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
    }
    return out;
  };
  const auto is_taken = [&](std::string_view id) {
    return std::ranges::any_of(others, [&](const auto& other) { return other->operation_id == id; });
  };
  auto id = camel(endpoint.summary);
  if (is_taken(id)) id = camel(endpoint.family + " " + endpoint.summary);
  const auto base = id;
  for (int i = 2; is_taken(id); ++i) id = fmt::format("{}{}", base, i);
  return id;
}

}  // namespace

Router::Router(RouterHooks hooks) : hooks_(std::move(hooks)), trie_(std::make_unique<PathTrie>()) {}
Router::~Router() = default;

void Router::add_device(Method method, std::string_view path, DeviceRoute route) {
  if (!route.handle) declaration_error(path, "no handler");
  if ((unsigned(route.auth) & unsigned(kAuthenticated)) != 0 && !route.checks_own_auth) {
    declaration_error(path, "a device route checks its own credentials; say so with checks_own_auth");
  }
  auto endpoint = std::make_unique<Endpoint>();
  endpoint->is_device = true;
  endpoint->method = method;
  endpoint->family = route.family;
  endpoint->summary = route.summary;
  endpoint->description = route.description;
  endpoint->auth = route.auth;
  endpoint->scope = "-";
  endpoint->status = route.status;
  endpoint->rate_limit = route.rate_limit;
  endpoint->body_limit = route.body_limit;
  endpoint->media_type = route.media_type;
  endpoint->is_documented = route.is_documented;
  endpoint->view_kind = route.media_type.empty() ? ViewKind::none : ViewKind::text;
  endpoint->answer = std::move(route.handle);
  insert(std::move(endpoint), path, route.aliases);
}

void Router::insert(std::unique_ptr<Endpoint> endpoint, std::string_view path,
                    const std::vector<std::string_view>& aliases) {
  check_declaration(*endpoint, path);
  endpoint->pattern = path;
  endpoint->path = without_kinds(path);
  endpoint->operation_id = operation_id(*endpoint, endpoints_);
  insert_pattern(*endpoint, endpoint->method, path);
  for (const auto alias : aliases) {
    const auto colon = alias.starts_with('/') ? alias.npos : alias.find(':');
    const auto method = colon == alias.npos ? std::optional(endpoint->method) : parse_method(alias.substr(0, colon));
    const auto pattern = colon == alias.npos ? alias : alias.substr(colon + 1);
    if (!method) declaration_error(alias, "unknown method");
    check_path(*endpoint, pattern);
    insert_pattern(*endpoint, *method, pattern);
    endpoint->aliases.push_back(fmt::format("{} {}", to_string(*method), without_kinds(pattern)));
  }
  endpoints_.push_back(std::move(endpoint));
}

void Router::insert_pattern(const Endpoint& endpoint, Method method, std::string_view pattern) {
  if (const auto* other = trie_->add(method, pattern, endpoint)) {
    declaration_error(pattern, fmt::format("already taken by \"{}\" ({})", other->summary, other->path));
  }
}

std::optional<std::size_t> Router::body_limit(Method method, std::string_view path) const {
  const auto match = trie_->find(path);
  if (!match) return std::nullopt;
  const auto* endpoint = (*match->targets)[static_cast<std::size_t>(method)].endpoint;
  return endpoint != nullptr ? std::optional(endpoint->body_limit) : std::nullopt;
}

void Router::handle(Request request, Responder responder) const {
  dispatch(hooks_, *trie_, std::move(request), std::move(responder));
}

}  // namespace openstrat::http
