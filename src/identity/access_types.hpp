// Members of a team, their roles and what those are limited to, invitations.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::identity {

/// Sites that an assignment of a role is limited to: those that have for every tag key one of its values. Empty: every site.
using SiteSelection = std::map<std::string, std::vector<std::string>>;

struct Role {
  RoleId id;
  std::optional<TeamId> team_id;    ///< absent: a system role
  std::string name;
  std::vector<std::string> scopes;  ///< sorted
  std::int64_t users = 0;           ///< of the team who hold it
  Timestamp created_at{}, updated_at{};
  bool is_system() const { return !team_id; }
};

/// A role that somebody holds in a team.
struct Assignment {
  RoleId role_id;
  std::string role_name;
  SiteSelection sites;
  bool operator==(const Assignment&) const = default;
};

struct Mobile {
  std::string e164;     ///< `+491701234567`; empty on input
  std::string local;    ///< as people of the country write it
  std::string country;  ///< ISO 3166 alpha-2
  bool operator==(const Mobile&) const = default;
};

/// A user as a team sees him.
struct Member {
  UserId id;
  std::string email;
  bool email_verified = false;
  std::string name;
  bool allow_login = true;
  std::string idp;
  std::optional<Mobile> mobile;
  bool mobile_verified = false;
  std::optional<std::string> country;
  std::string timezone, date_format, time_format, locale;
  std::optional<std::string> picture;
  bool mfa_enabled = false;
  UserStatus status = UserStatus::active;
  std::optional<Timestamp> last_login_at;
  Timestamp created_at{}, updated_at{};
  std::vector<Assignment> roles;    ///< in the team, by name
};

struct Invite {
  TeamId team_id;
  Uuid id;
  std::string email;                ///< normalised
  std::optional<RoleId> role_id;    ///< absent: Viewer
  std::string role_name;            ///< filled when read
  UserId invited_by;
  Timestamp expires_at{}, created_at{}, updated_at{};
};

/// Who changes something, in the active team.
struct Actor {
  Tenant tenant;
  std::optional<UserId> user_id;    ///< absent: an API key
  std::vector<std::string> scopes;  ///< held for every site of the team, sorted
  bool holds(std::string_view scope) const;
  bool is(UserId user) const { return user_id == user; }
};

/// Nobody hands out a right that he does not have: forbidden `scope_missing`, with the first scope that is missing.
Status may_grant(const Actor& actor, std::span<const std::string> scopes);
/// The same for one scope that an operation needs.
Status require(const Actor& actor, std::string_view scope);

}  // namespace openstrat::identity
