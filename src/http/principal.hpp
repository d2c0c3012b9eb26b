// Who is calling, and what the caller may do.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "http/message.hpp"

namespace openstrat::http {

/// Ways to authenticate (column `auth` of the operation list). A route accepts any of its set; `device_and_signed` wants both.
enum class Auth : unsigned {
  none = 0,
  public_ = 1 << 0,        ///< no credential (a token in the path is the route's own matter)
  bearer = 1 << 1,         ///< user JWT
  api_key = 1 << 2,        ///< team key
  internal = 1 << 3,       ///< service token, from internal.allow_cidrs only
  device = 1 << 4,         ///< site token
  runbook = 1 << 5,        ///< token in the path
  signed_url = 1 << 6,     ///< `signature` over path and query
  device_and_signed = 1 << 7,
};
constexpr Auth operator|(Auth a, Auth b) { return Auth(unsigned(a) | unsigned(b)); }
constexpr bool contains(Auth set, Auth one) { return (unsigned(set) & unsigned(one)) != 0; }

/// The sites that a scope is limited to, for scopes that are; `-` stands for operations without a scope.
using LimitsByScope = std::map<std::string, std::shared_ptr<const SiteLimits>, std::less<>>;

struct Principal {
  enum class Kind { anonymous, user, api_key, internal, device };
  Kind kind = Kind::anonymous;
  Tenant tenant;                       ///< the active team; nil for anonymous and internal
  std::optional<UserId> user_id;
  std::optional<SiteId> site_id;       ///< kind device
  std::string subject;                 ///< for logs and audit: `user:<id>`, `key:<id>`, `service:<name>`, `site:<id>`
  std::string display_name;            ///< e-mail or key name, for audit
  std::string session_id;
  std::string delegate;                ///< client_id of the application that acts in the user's name; empty: the user's own
  bool is_operator = false;            ///< runs the installation; a user himself, never an application in his name
  bool mfa_missing = false;            ///< the team demands a second factor that the user has not set up yet
  std::string timezone = "UTC";        ///< IANA; how local dates are shown
  std::string date_format = "d M Y";   ///< PHP-style, as documented
  std::string time_format = "H:i:s";
  std::vector<std::string> scopes;     ///< sorted
  std::shared_ptr<const LimitsByScope> site_limits;  ///< null: none; the router puts those of the operation into tenant.sites
  std::string secret_hash;             ///< kind api_key: lower-case hex SHA-256 of the secret, the key of notify_url signatures
  bool may(std::string_view scope) const { return std::ranges::binary_search(scopes, scope, std::less<>{}); }
};

/// Implemented by identity; called by the router before every handler. May block: worker threads only.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// `accepted` holds at least one kind that needs a credential.
  virtual Result<Principal> authenticate(const Request& request, Auth accepted) = 0;
};

}  // namespace openstrat::http
