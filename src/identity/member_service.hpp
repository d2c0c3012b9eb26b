// The users of a team: added, changed, blocked, removed by those who may.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "identity/access_types.hpp"
#include "identity/settings.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::mail {
class Mailer;
}

namespace openstrat::identity {

class CredentialCache;
class PasswordService;
class SessionService;
class TeamSites;

/// A role as a request gives it. `sites` absent: what the assignment is limited to stays as it is.
struct WantedRole {
  RoleId role_id;
  std::optional<SiteSelection> sites;
};

struct NewMember {
  std::string email;
  std::string name;                              ///< of a new user; 1–100 characters
  bool allow_login = true;                       ///< false: receives notifications only
  std::optional<Mobile> mobile;
  std::optional<std::string> timezone;           ///< required for a new user
  std::optional<std::vector<WantedRole>> roles;  ///< absent: Viewer for who may sign in, else none
};

/// Absent = unchanged; an inner nullopt clears.
struct MemberChange {
  std::optional<std::string> name;
  std::optional<bool> allow_login;
  std::optional<std::optional<Mobile>> mobile;
  std::optional<std::optional<std::string>> country, picture;
  std::optional<std::string> timezone, date_format, time_format, locale;
  std::optional<std::vector<WantedRole>> roles;
  bool touches_more_than_profile() const { return allow_login || roles; }
};

/// Changes count within a second on every node. Of a person who is in other teams too, a team may change the roles and end the
/// membership, not the account: forbidden `insufficient_role`.
class MemberService {
 public:
  static constexpr std::chrono::days kKeepDeleted{30};

  struct Dependencies {
    db::Database& database;
    CredentialCache& cache;
    bus::Bus& bus;
    mail::Mailer& mailer;
    PasswordService& passwords;
    SessionService& sessions;
    TeamSites& sites;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit MemberService(Dependencies dependencies) : deps_(dependencies) {}

  struct Page { std::vector<Member> members; std::int64_t total = 0; };
  Result<Page> list(const Tenant& tenant, std::int64_t offset, int limit);
  /// not_found when the user is no member of the team.
  Result<Member> find(const Tenant& tenant, UserId id);
  /// The caller himself, in no team or the active one.
  Result<Member> find_self(const Tenant& tenant, UserId id);

  struct Added {
    Member member;
    std::optional<std::string> password;  ///< temporary, shown once; absent: an existing user, or one who does not sign in
  };
  Result<Added> add(const Actor& actor, NewMember request);
  /// The caller's own profile needs no scope, everything else `user:update`.
  Result<Member> update(const Actor& actor, UserId id, MemberChange change);
  /// Ends the membership; a user of no other team is deleted. conflict for an owner.
  Status remove(const Actor& actor, UserId id);
  Status block(const Actor& actor, UserId id);
  Status unblock(const Actor& actor, UserId id);
  /// Of a person who is in other teams too, only those sessions that act for this one.
  Status revoke_sessions(const Actor& actor, UserId id);

  /// For other areas that change accounts in the name of a team (`POST /users/{user}/reset-mfa`): not_found for a stranger,
  /// forbidden `insufficient_role` for the owner and for a person who is in other teams too.
  Result<Member> may_change_account(db::Session& session, const Actor& actor, UserId id);
  /// The membership with everything that hangs on it; tells nobody. For TeamService.
  Status end_membership(db::Session& session, const Tenant& tenant, const Member& member);
  /// Once a night: rows of users who were deleted a while ago.
  Status purge();

 private:
  Result<std::vector<Assignment>> checked_roles(db::Session& session, const Actor& actor, const std::vector<WantedRole>& wanted,
                                                const std::vector<Assignment>& held);
  Result<Member> join_existing(db::Session& session, const Actor& actor, UserId id, const NewMember& request);
  Status change_status(const Actor& actor, UserId id, UserStatus status, const char* mail_word);
  Status notify(db::Session& session, const Actor& actor, const Member& member, const char* change);
  Status remove_other(db::Session& session, const Actor& actor, UserId id, bool& closed);
  Status remove_self(db::Session& session, const Actor& actor, UserId id);
  Status close_account(db::Session& session, const Tenant& tenant, const Member& member);

  Dependencies deps_;
};

}  // namespace openstrat::identity
