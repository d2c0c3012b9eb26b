// Sign-ins that are alive: started after somebody proved who they are, found again by cookie or by the claim in a token, ended.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/types.hpp"

namespace openstrat::identity {

/// Where a request came from. Absent parts: the command line.
struct Origin {
  std::optional<std::string> ip;
  std::optional<std::string> user_agent;
};

/// Whether the user may have sessions at all: forbidden `user_blocked`; not_found for a deleted one.
Status may_sign_in(const User& user);

struct NewSession {
  UserId user_id;
  std::vector<std::string> methods;     ///< how the user proved who they are: `pwd`, `otp`, `hwk`, `fed` … (RFC 8176)
  bool remember = false;                ///< thirty days instead of a day without use
  std::optional<TeamId> team_id;        ///< absent: the team of the user's last session, else the first
};

/// A session as its cookie finds it.
struct BrowserSession {
  std::string id;                       ///< sess_<ksuid>
  User user;
  std::optional<TeamId> team_id;
  std::vector<std::string> methods;
  Timestamp authenticated_at{};         ///< `auth_time` of OpenID Connect
};

/// One line of "where you are signed in".
struct SessionLine {
  std::string id;
  std::optional<std::string> ip, user_agent;
  std::vector<std::string> methods;
  Timestamp created_at{}, last_seen_at{}, expires_at{};
};

class SessionService {
 public:
  virtual ~SessionService() = default;

  struct Started { std::string id; std::string cookie; Timestamp expires_at{}; bool remembered = false; };
  /// `cookie` is the secret of the browser; only its hash is kept. forbidden `user_blocked`; not_found for an unknown user.
  virtual Result<Started> start(const NewSession& session, const Origin& origin) = 0;
  /// nullopt: no such cookie, ended, idle for too long, or the user may not sign in any more.
  virtual Result<std::optional<BrowserSession>> find(std::string_view cookie) = 0;
  virtual Result<std::vector<SessionLine>> list(UserId user) = 0;  ///< live ones, newest first
  /// Ends the session with its tokens, at once here and within a second elsewhere. not_found for another user's.
  virtual Status revoke(UserId user, std::string_view session_id) = 0;
  /// Ends every session of a user but one (`except` may be empty).
  virtual Status revoke_all(UserId user, std::string_view except) = 0;
};

}  // namespace openstrat::identity
