// Requests and responses about API keys, through both doors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/dto.hpp"
#include "identity/key_service.hpp"

namespace openstrat::identity {

/// A key as clients name it: its UUID, or `api_key_…`.
struct KeyRef {
  static constexpr std::string_view kFormat = "api-key";
  static constexpr std::string_view kExpected = "an API key id (UUID or api_key_…)";
  CredentialId id;
  static std::optional<KeyRef> parse(std::string_view text) {
    const auto id = parse_key_id(text);
    return id ? std::optional(KeyRef{*id}) : std::nullopt;
  }
  std::string to_string() const { return id.to_string(); }
};

struct CredentialView {
  CredentialId id;
  std::string name;
  TeamId team_id;
  std::optional<std::vector<std::string>> abilities;  ///< documented legacy field, always null
  std::vector<std::string> permissions;
  std::string status, key_prefix, hint;
  bool orphaned = false;
  std::optional<UserId> created_by;
  std::optional<std::string> client_id;
  std::optional<Timestamp> expires_at, last_used_at;
  Timestamp created_at{}, updated_at{};
  std::optional<std::string> api_key;                 ///< when it is created only
};
struct ListCredentialsRequest { TeamId team; };
struct CreateCredentialRequest { TeamId team; std::string name; std::optional<Timestamp> expires_at; std::optional<std::vector<std::string>> permissions; };
struct CredentialRequest { TeamId team; KeyRef key; };
struct UpdateCredentialRequest {
  TeamId team;
  KeyRef key;
  std::optional<std::string> name;
  std::optional<std::optional<Timestamp>> expires_at;
  std::optional<std::vector<std::string>> permissions;
};

/// The newer door.
struct ApiKeyView {
  std::string id, object = "api_key", name, key_prefix;
  std::optional<std::string> client_id;
  Timestamp created_at{};
  std::string status;
  std::vector<std::string> permissions;
  std::optional<Timestamp> last_used_at, expires_at;
};
struct CreateApiKeyRequest { std::string name; std::vector<std::string> permissions; std::optional<Timestamp> expires_at; };
struct ApiKeyRequest { KeyRef id; };
struct NewApiKeyView { std::string message; ApiKeyView key; std::string secret; };
struct ApiKeyAnswer { std::string status = "success"; NewApiKeyView data; };

}  // namespace openstrat::identity

namespace openstrat {

template <>
struct http::Fields<identity::CredentialView> {
  using V = identity::CredentialView;
  static constexpr auto table = fields<V>("ApiCredential", body<&V::id>("id", "UUID"), body<&V::name>("name", "what it is for"), body<&V::team_id>("team_id", "the team it acts for"),
      body<&V::abilities>("abilities", "legacy, always null"), body<&V::permissions>("permissions", "its scopes"), body<&V::status>("status", "`active`, `expired`"),
      body<&V::key_prefix>("key_prefix", "its first characters"), body<&V::hint>("hint", "its last characters"), body<&V::orphaned>("orphaned", "its creator left the team"),
      body<&V::created_by>("created_by", "user; null: the command line"), body<&V::client_id>("client_id", "machine client that stands for it"),
      body<&V::expires_at>("expires_at", "null: never"), body<&V::last_used_at>("last_used_at", "to the minute"), body<&V::created_at>("created_at", "creation"),
      body<&V::updated_at>("updated_at", "last change"), body<&V::api_key>("api_key", "the key, shown only here").secret().omit_null());
};
template <>
struct http::Fields<identity::ListCredentialsRequest> {
  using V = identity::ListCredentialsRequest;
  static constexpr auto table = fields<V>("ApiCredentialsOfTeam", path<&V::team>("team", "UUID of your active team"));
};
template <>
struct http::Fields<identity::CreateCredentialRequest> {
  using V = identity::CreateCredentialRequest;
  static constexpr auto table = fields<V>("CreateApiCredential", path<&V::team>("team", "UUID of your active team"), body<&V::name>("name", "what it is for").required().length(1, 100),
      body<&V::expires_at>("expires_at", "later than tomorrow; absent: never"),
      body<&V::permissions>("permissions", "scopes; absent: yours, without the management of people, roles, keys, bills and the team").items(1, 500));
};
template <>
struct http::Fields<identity::CredentialRequest> {
  using V = identity::CredentialRequest;
  static constexpr auto table = fields<V>("ApiCredentialId", path<&V::team>("team", "UUID of your active team"), path<&V::key>("apiToken", "id of the key"));
};
template <>
struct http::Fields<identity::UpdateCredentialRequest> {
  using V = identity::UpdateCredentialRequest;
  static constexpr auto table = fields<V>("UpdateApiCredential", path<&V::team>("team", "UUID of your active team"), path<&V::key>("apiToken", "id of the key"),
      body<&V::name>("name", "what it is for").length(1, 100), body<&V::expires_at>("expires_at", "later than tomorrow; null: never"),
      body<&V::permissions>("permissions", "all scopes from now on").items(1, 500));
};
template <>
struct http::Fields<identity::ApiKeyView> {
  using V = identity::ApiKeyView;
  static constexpr auto table = fields<V>("ApiKey", body<&V::id>("id", "`api_key_…`"), body<&V::object>("object", "always `api_key`"), body<&V::name>("name", "what it is for"),
      body<&V::key_prefix>("key_prefix", "its first characters"), body<&V::client_id>("client_id", "machine client that stands for it"), body<&V::created_at>("created_at", "creation"),
      body<&V::status>("status", "`active`, `expired`"), body<&V::permissions>("permissions", "its scopes"), body<&V::last_used_at>("last_used_at", "to the minute"),
      body<&V::expires_at>("expires_at", "null: never"));
};
template <>
struct http::Fields<identity::CreateApiKeyRequest> {
  using V = identity::CreateApiKeyRequest;
  static constexpr auto table = fields<V>("CreateApiKey", body<&V::name>("name", "what it is for").required().length(3, 100),
      body<&V::permissions>("permissions", "scopes, or `sites:read`, `scripts:write`; only what you hold").required().items(1, 500),
      body<&V::expires_at>("expires_at", "later than tomorrow; absent: never"));
};
template <>
struct http::Fields<identity::ApiKeyRequest> {
  using V = identity::ApiKeyRequest;
  static constexpr auto table = fields<V>("ApiKeyId", path<&V::id>("id", "`api_key_…` or UUID"));
};
template <>
struct http::Fields<identity::NewApiKeyView> {
  using V = identity::NewApiKeyView;
  static constexpr auto table = fields<V>("NewApiKey", body<&V::message>("message", "what to do with it"), body<&V::key>("key", "the key"),
      body<&V::secret>("secret", "what clients send, shown only here").secret());
};
template <>
struct http::Fields<identity::ApiKeyAnswer> {
  using V = identity::ApiKeyAnswer;
  static constexpr auto table = fields<V>("NewApiKeyAnswer", body<&V::status>("status", "always `success`"), body<&V::data>("data", "the new secret"));
};

}  // namespace openstrat
