// Teams, who is in them, and how one gets in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
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
class MemberService;

/// The sites of a team. Implemented by app over fleet.
class TeamSites {
 public:
  virtual ~TeamSites() = default;
  virtual Result<std::int64_t> count(db::Session& session, const Tenant& tenant) = 0;
  /// Removes every site at once, without waiting for routers. May be repeated.
  virtual Status remove_all(const Tenant& tenant) = 0;
};

/// The rows of identity, and the event `team.deleted` for the other areas.
Status remove_team(db::Session& session, bus::Bus& bus, CredentialCache& cache, const Team& team, Timestamp now);

struct TeamDetails {
  Team team;
  Member owner;
  std::vector<Member> members;     ///< by name, at most kMembersShown
  std::vector<Invite> invites;     ///< open ones
  std::vector<Assignment> roles;   ///< of the caller
  std::int64_t site_count = 0;
  bool current = false;            ///< the caller's active team
};

struct TeamChange {
  std::optional<std::string> name;
  std::optional<std::int64_t> site_limit;
};

/// Functions that take a `user` are open to every member, for any of his teams; not_found for teams he is not in. Those that
/// take an Actor concern his active team, because that is where his rights were looked up; the routes see to it.
class TeamService {
 public:
  static constexpr std::chrono::days kInviteLife{7};
  static constexpr std::chrono::seconds kInviteAgain{60};  ///< the same address is not mailed more often
  static constexpr int kMembersShown = 1000;
  static constexpr int kMostInvites = 100;
  static constexpr std::int64_t kMostOwned = 100;

  enum class Force { no, yes };
  struct Dependencies {
    db::Database& database;
    CredentialCache& cache;
    MemberService& members;
    TeamSites& sites;
    bus::Bus& bus;
    mail::Mailer& mailer;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit TeamService(Dependencies dependencies) : deps_(dependencies) {}

  Result<std::vector<TeamDetails>> list(UserId user, const Tenant& active);
  Result<TeamDetails> find(UserId user, const Tenant& active, TeamId team);
  Result<bool> is_member(UserId user, TeamId team);
  /// Makes `team` the active one of the session.
  Status switch_to(UserId user, std::string_view session_id, TeamId team);
  Result<std::vector<Member>> members(UserId user, TeamId team);
  Result<std::vector<Invite>> invites(UserId user, TeamId team);

  /// The caller owns it; it belongs to the organization of his active team. Open to whoever has no team yet.
  Result<Team> create(const Actor& actor, const std::string& name, std::int64_t site_limit);
  Result<Team> update(const Actor& actor, const TeamChange& change);
  /// conflict for a personal team, and while there are sites, unless forced: then they go first.
  Status remove(const Actor& actor, Force force);
  /// conflict for the owner. Leaving needs no scope, removing others `teams:remove-users`.
  Status remove_member(const Actor& actor, UserId user);
  /// The new owner is a member who can sign in; the old one stays as Administrator.
  Status transfer(const Actor& actor, UserId new_owner);

  /// `role` is an id or the name of a role; absent: Viewer. Mails a link; the same address again gets a new one.
  Status invite(const Actor& actor, const std::string& email, const std::optional<std::string>& role);
  Status cancel_invite(const Actor& actor, const Uuid& invite);
  /// not_found for an unknown or used token, gone when it is too old, forbidden `not_invited` for another address. The team.
  Result<TeamId> accept(UserId user, std::string_view token);
  /// Once a night.
  Status purge_invites();

 private:
  Result<TeamDetails> details(db::Session& session, UserId user, const Tenant& active, const Team& team);
  Result<Role> role_named(db::Session& session, const Tenant& tenant, const std::optional<std::string>& name);

  Dependencies deps_;
};

}  // namespace openstrat::identity
