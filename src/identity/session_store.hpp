// SQL of the sessions of browsers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/session_service.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::identity::session_store {

struct NewRow {
  Session session;
  std::string cookie_hash;  ///< lower-case hex SHA-256
  std::chrono::seconds idle{};
  std::vector<std::string> methods;
};
Status insert(db::Session& session, const NewRow& row);

struct Browser {
  BrowserSession session;
  Timestamp expires_at{};
  Timestamp last_seen_at{};
  std::chrono::seconds idle{};
};
/// nullopt: no such cookie, or its session was ended. The user may be one who must not sign in any more.
Result<std::optional<Browser>> find_by_cookie(db::Session& session, std::string_view cookie_hash);

/// The team of the user's last session, if the user is still its member.
Result<std::optional<TeamId>> last_team(db::Session& session, UserId user);
/// Neither ended nor past their time, newest first.
Result<std::vector<SessionLine>> live_of(db::Session& session, UserId user, Timestamp now, int limit);
Status note_sign_in(db::Session& session, UserId user, Timestamp now);

/// False: no such live session of this user.
Result<bool> revoke(db::Session& session, UserId user, std::string_view id, Timestamp now);
Status revoke_all(db::Session& session, UserId user, std::string_view except, Timestamp now);
Status touch(db::Session& session, std::string_view id, Timestamp now);
/// Makes the session end no earlier than `until`.
Status keep_until(db::Session& session, std::string_view id, Timestamp until);

}  // namespace openstrat::identity::session_store
