#include "oidc/types.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace openstrat::oidc {

std::string_view to_string(AuthMethod method) {
  switch (method) {
    case AuthMethod::none: return "none";
    case AuthMethod::client_secret_basic: return "client_secret_basic";
    case AuthMethod::client_secret_post: return "client_secret_post";
    case AuthMethod::private_key_jwt: return "private_key_jwt";
  }
  std::unreachable();
}

std::optional<AuthMethod> parse_auth_method(std::string_view text) {
  using enum AuthMethod;
  for (const auto method : {none, client_secret_basic, client_secret_post, private_key_jwt})
    if (to_string(method) == text) return method;
  return std::nullopt;
}

std::string_view to_string(GrantType type) {
  switch (type) {
    case GrantType::authorization_code: return "authorization_code";
    case GrantType::refresh_token: return "refresh_token";
    case GrantType::client_credentials: return "client_credentials";
  }
  std::unreachable();
}

std::optional<GrantType> parse_grant_type(std::string_view text) {
  using enum GrantType;
  for (const auto type : {authorization_code, refresh_token, client_credentials})
    if (to_string(type) == text) return type;
  return std::nullopt;
}

bool Client::may_use(GrantType type) const { return std::ranges::find(grants, type) != grants.end(); }

bool is_identity_scope(std::string_view scope) { return std::ranges::find(kIdentityScopes, scope) != kIdentityScopes.end(); }

bool Grant::has(std::string_view scope) const { return std::ranges::find(scopes, scope) != scopes.end(); }

std::string join_words(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : text::split(text, ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

std::vector<std::string> word_set(std::string_view text) {
  auto words = split_words(text);
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace openstrat::oidc
