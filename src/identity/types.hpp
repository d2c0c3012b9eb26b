// Users, teams, roles, API keys, sessions as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::identity {

using TeamId = CustomerId;  ///< a team is a customer
using RoleId = Id<struct RoleTag>;
using CredentialId = Id<struct ApiCredentialTag>;

enum class UserStatus { invited, unverified, active, blocked, deleted };
std::string_view to_string(UserStatus status);
std::optional<UserStatus> parse_user_status(std::string_view text);

struct User {
  UserId id;
  std::string email;  ///< normalised
  bool email_verified = false;
  std::string name;
  std::optional<std::string> password_hash;
  bool must_change_password = false;
  std::optional<Timestamp> password_changed_at;
  bool allow_login = true;
  std::string idp = "local";
  std::string timezone = "UTC";
  std::string date_format = "d M Y";
  std::string time_format = "H:i:s";
  std::string locale = "en";
  bool mfa_enabled = false;  ///< has an authenticator app or a passkey
  UserStatus status = UserStatus::active;
  bool is_operator = false;  ///< runs the installation; no role of a team gives this
  Timestamp created_at{}, updated_at{};
};

struct Team {
  TeamId id;
  std::optional<Uuid> organization_id;
  std::string name;
  UserId owner_id;
  bool personal_team = false;
  std::int64_t site_limit = 0;  ///< 0: the organization's limit
  Timestamp created_at{}, updated_at{};
};

/// The printed form of an API key; the door it came through decides, every form is accepted everywhere.
enum class KeyFormat { colon, wfk, alto_sk };
std::string_view to_string(KeyFormat format);
std::optional<KeyFormat> parse_key_format(std::string_view text);

enum class KeyStatus { active, revoked, expired };
std::string_view to_string(KeyStatus status);
std::optional<KeyStatus> parse_key_status(std::string_view text);

struct ApiCredential {
  TeamId team_id;
  CredentialId id;
  std::string name;
  std::string secret_hash;  ///< lower-case hex SHA-256
  std::string hint;
  KeyFormat format = KeyFormat::colon;
  std::vector<std::string> permissions;  ///< scopes, sorted
  KeyStatus status = KeyStatus::active;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> last_used_at;
  std::optional<UserId> created_by;
  Timestamp created_at{}, updated_at{};
  std::optional<std::string> client_id;  ///< of the machine client that the key stands for
  std::string key_prefix;                ///< its first characters, to recognise it by
  std::optional<Timestamp> orphaned_at;  ///< when its creator left the team
};

/// A sign-in. It holds the active team, so that switching needs no new token.
struct Session {
  std::string id;  ///< sess_<ksuid>
  UserId user_id;
  std::optional<TeamId> current_team_id;
  std::optional<std::string> ip;
  std::optional<std::string> user_agent;
  Timestamp created_at{};
  Timestamp expires_at{};
};

/// Trimmed and in lower case; nullopt when it cannot be an address.
std::optional<std::string> normalise_email(std::string_view text);

}  // namespace openstrat::identity
