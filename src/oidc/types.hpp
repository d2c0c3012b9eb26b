// Applications, what people allow them, and what is handed out, as values.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::oidc {

/// How an application proves at the token endpoint that it is itself. A client with a secret may send it either way.
enum class AuthMethod { none, client_secret_basic, client_secret_post, private_key_jwt };
std::string_view to_string(AuthMethod method);
std::optional<AuthMethod> parse_auth_method(std::string_view text);

enum class GrantType { authorization_code, refresh_token, client_credentials };
std::string_view to_string(GrantType type);
std::optional<GrantType> parse_grant_type(std::string_view text);

/// A registered application. Built-in ones belong to nobody and are trusted: nobody is asked for consent.
struct Client {
  std::string id;                        ///< the client_id
  std::optional<CustomerId> team_id;     ///< nullopt: built in
  std::string name;
  AuthMethod auth_method = AuthMethod::none;
  std::optional<std::string> secret_hash;
  std::optional<std::string> secret_hint;
  std::optional<std::string> jwks;       ///< JSON
  std::vector<std::string> redirect_uris;
  std::vector<std::string> logout_uris;
  std::vector<GrantType> grants;
  std::vector<std::string> scopes;       ///< of the API, sorted; of a built-in client: whatever the user may do
  std::optional<std::string> homepage;
  std::optional<UserId> created_by;
  std::optional<Timestamp> secret_changed_at, last_used_at;
  Timestamp created_at{}, updated_at{};

  bool is_first_party() const { return !team_id; }
  bool is_public() const { return auth_method == AuthMethod::none; }
  bool may_use(GrantType type) const;
};

inline constexpr std::string_view kWebClientId = "openstrat-web";

/// The scopes that are about the person, not about the API.
inline constexpr std::array<std::string_view, 4> kIdentityScopes{"openid", "profile", "email", "offline_access"};
bool is_identity_scope(std::string_view scope);

struct Grant {
  std::string id;
  std::string client_id;
  std::optional<UserId> user_id;         ///< nullopt: the application for itself
  std::optional<std::string> session_id;
  std::vector<std::string> scopes;       ///< sorted
  std::vector<std::string> methods;
  std::optional<Timestamp> authenticated_at;
  Timestamp created_at{}, last_used_at{}, expires_at{};
  std::optional<Timestamp> revoked_at;

  bool has(std::string_view scope) const;
  bool stands(Timestamp now) const { return !revoked_at && now < expires_at; }
};

struct Code {
  std::string hash;
  std::string grant_id;
  std::string client_id;
  UserId user_id;
  std::string session_id;
  std::string redirect_uri;
  std::vector<std::string> scopes;
  std::optional<std::string> nonce;
  std::optional<std::string> challenge;
  bool challenge_is_plain = false;
  std::vector<std::string> methods;
  Timestamp authenticated_at{}, created_at{}, expires_at{};
  std::optional<Timestamp> used_at;
};

struct RefreshToken {
  std::string hash;
  std::string grant_id;
  Timestamp created_at{}, expires_at{};
  std::optional<Timestamp> used_at;
};

struct Consent {
  UserId user_id;
  std::string client_id;
  std::vector<std::string> scopes;       ///< sorted
  Timestamp created_at{}, updated_at{}, expires_at{};
};

/// Lists in one column and in the `scope` parameter: words separated by blanks.
std::string join_words(const std::vector<std::string>& words);
std::vector<std::string> split_words(std::string_view text);
/// The same, sorted and each word once.
std::vector<std::string> word_set(std::string_view text);

}  // namespace openstrat::oidc
