#include "identity/user_service.hpp"

#include <limits>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "identity/credential_cache.hpp"
#include "identity/password_policy.hpp"
#include "identity/password_service.hpp"
#include "identity/user_store.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kLongestTeamName = 200;
constexpr std::size_t kLongestName = 100;

Status check_team(std::string_view name, std::int64_t site_limit) {
  std::vector<FieldError> wrong;
  if (const auto length = text::length_utf8(name); text::trim(name).empty() || length > kLongestTeamName)
    wrong.push_back({"name", "must have 1 to 200 characters"});
  if (site_limit < 0 || site_limit > std::numeric_limits<int>::max()) wrong.push_back({"site_limit", "must be 0 or more"});
  if (wrong.empty()) return {};
  return fail(Error(Errc::invalid, "The team is not valid.").with_fields(std::move(wrong)));
}

Error email_taken() { return {Errc::conflict, "already_exists", "There is a user with this e-mail address already."}; }

}  // namespace

RoleId id_of(SystemRole role) {
  // Fixed, so that every installation and every dump names them alike.
  Uuid id = *Uuid::parse("00000000-0000-4000-8000-000000000000");
  id.bytes[15] = static_cast<std::uint8_t>(1 + static_cast<int>(role));
  return RoleId(id);
}

Result<std::optional<std::string>> user_name(db::Session& session, UserId id) {
  const auto user = user_store::find(session, id);
  if (user) return std::optional<std::string>(user->name);
  if (user.error().code() != Errc::not_found) return fail(user.error());
  return std::optional<std::string>();
}

Result<int> site_limit(db::Session& session, const Tenant& tenant) {
  const auto team = user_store::find_team(session, tenant);
  if (!team) return fail(team.error());
  return static_cast<int>(team->site_limit);
}

Status UserService::prepare() {
  return deps_.database.write([&](db::Session& session) -> Status {
    if (auto noted = deps_.cache.changed(session, Change::of(id_of(SystemRole::owner))); !noted) return fail(noted.error());
    for (const SystemRole role : kSystemRoles) {
      auto put = user_store::put_system_role(session, id_of(role), name_of(role), scopes_of(role), deps_.clock.now());
      if (!put) return put;
    }
    return {};
  });
}

Result<User> UserService::make_user(NewUser&& request) {
  std::vector<FieldError> wrong;
  auto email = normalise_email(request.email);
  if (!email) wrong.push_back({"email", "must be an e-mail address"});
  if (text::length_utf8(request.name) > kLongestName) wrong.push_back({"name", "must not have more than 100 characters"});
  if (!is_time_zone(request.timezone)) wrong.push_back({"timezone", "must be an IANA time zone such as Europe/Berlin"});
  if (request.password) {
    for (auto& rule : broken_password_rules(*request.password, email.value_or(""))) wrong.push_back({"password", std::move(rule)});
  }
  if (!wrong.empty()) return fail(Error(Errc::invalid, "The user is not valid.").with_fields(std::move(wrong)));

  const Timestamp now = deps_.clock.now();
  User user{.id = UserId(uuid_v4(deps_.rng)), .email = *email, .email_verified = request.email_verified,
            .name = std::string(text::trim(request.name)), .allow_login = request.allow_login,
            .timezone = std::move(request.timezone), .status = request.status, .created_at = now, .updated_at = now};
  if (user.name.empty()) user.name = user.email.substr(0, user.email.find('@'));
  if (request.password) {
    auto hash = deps_.passwords.hash(*request.password);
    if (!hash) return fail(hash.error());
    user.password_hash = *std::move(hash);
    user.password_changed_at = now;
  }
  return user;
}

Result<User> UserService::create_user(NewUser request) {
  auto user = make_user(std::move(request));
  if (!user) return user;
  const auto stored = deps_.database.write([&](db::Session& session) { return user_store::insert(session, *user); });
  if (stored) return user;
  return fail(stored.error().reason() == "already_exists" ? email_taken() : stored.error());
}

Result<User> UserService::find_user(UserId id) {
  return deps_.database.read([&](db::Session& session) { return user_store::find(session, id); });
}

Result<User> UserService::find_user(std::string_view email) {
  auto user = deps_.database.read(
      [&](db::Session& session) { return user_store::find_by_email(session, normalise_email(email).value_or("")); });
  if (!user) return fail(user.error());
  if (!*user) return fail(Errc::not_found, "No user has this e-mail address.");
  return **std::move(user);
}

Status UserService::set_status(UserId id, UserStatus status) {
  return deps_.database.write([&](db::Session& session) -> Status {
    if (const auto user = user_store::find(session, id); !user) return fail(user.error());
    if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return fail(noted.error());
    return user_store::set_status(session, id, status, deps_.clock.now());
  });
}

Status UserService::set_mfa_enabled(db::Session& session, UserId id, bool enabled) {
  if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return fail(noted.error());
  return user_store::set_mfa_enabled(session, id, enabled, deps_.clock.now());
}

Status UserService::set_operator(UserId id, Operator wanted) {
  return deps_.database.write([&](db::Session& session) -> Status {
    if (const auto found = user_store::find(session, id); !found) return fail(found.error());
    if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return noted;
    return user_store::set_operator(session, id, wanted == Operator::yes, deps_.clock.now());
  });
}

Result<Team> UserService::create_team_in(db::Session& session, UserId owner, const std::string& name, std::int64_t site_limit) {
  const Timestamp now = deps_.clock.now();
  Team team{.id = TeamId(uuid_v4(deps_.rng)), .name = std::string(text::trim(name)), .owner_id = owner,
            .site_limit = site_limit, .created_at = now, .updated_at = now};
  const Tenant tenant{team.id};
  if (auto stored = user_store::insert_team(session, team); !stored) return fail(stored.error());
  if (auto added = user_store::add_member(session, tenant, owner, now); !added) return fail(added.error());
  auto assigned = user_store::assign_role(session, tenant, owner, id_of(SystemRole::owner));
  if (!assigned) return fail(assigned.error());
  if (auto noted = deps_.cache.changed(session, Change::of(owner)); !noted) return fail(noted.error());
  return team;
}

Result<Team> UserService::create_team(db::Session& session, UserId owner, const std::string& name) {
  if (auto valid = check_team(name, 0); !valid) return fail(valid.error());
  return create_team_in(session, owner, name, 0);
}

Result<Team> UserService::create_team(UserId owner, std::string name, std::int64_t site_limit) {
  if (auto valid = check_team(name, site_limit); !valid) return fail(valid.error());
  return deps_.database.write([&](db::Session& session) -> Result<Team> {
    if (const auto user = user_store::find(session, owner); !user) return fail(user.error());
    return create_team_in(session, owner, name, site_limit);
  });
}

Result<Team> UserService::find_team(const Tenant& tenant) {
  return deps_.database.read([&](db::Session& session) { return user_store::find_team(session, tenant); });
}

Result<std::optional<Team>> UserService::find_team(std::string_view id_or_name) {
  return deps_.database.read([&](db::Session& session) -> Result<std::optional<Team>> {
    if (const auto id = TeamId::parse(id_or_name)) {
      auto team = user_store::find_team(session, Tenant{*id});
      if (team) return std::optional<Team>(*std::move(team));
      if (team.error().code() != Errc::not_found) return fail(team.error());
    }
    auto teams = user_store::find_teams_by_name(session, text::trim(id_or_name), 2);
    if (!teams) return fail(teams.error());
    if (teams->size() > 1) return fail(Errc::conflict, "Several teams have this name; say which by its id.");
    if (teams->empty()) return std::optional<Team>{};
    return std::optional<Team>(std::move(teams->front()));
  });
}

Result<std::vector<Team>> UserService::teams_of(UserId user) {
  return deps_.database.read([&](db::Session& session) { return user_store::teams_of(session, user); });
}

Status UserService::add_member(const Tenant& tenant, UserId user, SystemRole role) {
  if (role == SystemRole::owner) return fail(Errc::conflict, "A team has exactly one owner; transfer the ownership instead.");
  return deps_.database.write([&](db::Session& session) -> Status {
    if (const auto team = user_store::find_team(session, tenant); !team) return fail(team.error());
    if (const auto found = user_store::find(session, user); !found) return fail(found.error());
    const auto added = user_store::add_member(session, tenant, user, deps_.clock.now());
    if (!added) return fail(added.error());
    if (!*added) return fail(Errc::conflict, "already_exists", "The user is a member of this team already.");
    if (auto noted = deps_.cache.changed(session, Change::of(user)); !noted) return fail(noted.error());
    return user_store::assign_role(session, tenant, user, id_of(role));
  });
}

Status UserService::remove_member(const Tenant& tenant, UserId user) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto team = user_store::find_team(session, tenant);
    if (!team) return fail(team.error());
    const auto member = user_store::is_member(session, tenant, user);
    if (!member) return fail(member.error());
    if (!*member) return fail(Errc::not_found, "The user is not a member of this team.");
    if (team->owner_id == user) return fail(Errc::conflict, "The owner cannot be removed; transfer the ownership first.");
    if (auto noted = deps_.cache.changed(session, Change::of(user)); !noted) return fail(noted.error());
    return user_store::remove_member(session, tenant, user);
  });
}

Status UserService::change_role(const Tenant& tenant, UserId user, SystemRole role, bool assign) {
  if (role == SystemRole::owner) return fail(Errc::conflict, "The ownership of a team can only be transferred.");
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto member = user_store::is_member(session, tenant, user);
    if (!member) return fail(member.error());
    if (!*member) return fail(Errc::not_found, "The user is not a member of this team.");
    if (auto noted = deps_.cache.changed(session, Change::of(user)); !noted) return fail(noted.error());
    return assign ? user_store::assign_role(session, tenant, user, id_of(role))
                  : user_store::remove_role(session, tenant, user, id_of(role));
  });
}

Status UserService::assign_role(const Tenant& tenant, UserId user, SystemRole role) { return change_role(tenant, user, role, true); }
Status UserService::remove_role(const Tenant& tenant, UserId user, SystemRole role) { return change_role(tenant, user, role, false); }

Result<UserService::Enrolled> UserService::enrol(std::string_view email, const std::string& password, const std::string& team) {
  if (auto valid = check_team(team, 0); !valid) return fail(valid.error());
  const auto known = find_team(team);
  if (!known) return fail(known.error());
  if (!*known && TeamId::parse(team)) return fail(Errc::not_found, "No team has this id.");
  auto user = make_user({.email = std::string(email), .password = password, .email_verified = true});
  if (!user) return fail(user.error());

  auto enrolled = deps_.database.write([&](db::Session& session) -> Result<Enrolled> {
    const auto is_first = user_store::claim_first(session);
    if (!is_first) return fail(is_first.error());
    user->is_operator = *is_first;
    if (auto stored = user_store::insert(session, *user); !stored) return fail(stored.error());
    if (!*known) {
      auto created = create_team_in(session, user->id, team, 0);
      if (!created) return fail(created.error());
      return Enrolled{.user = *user, .team = *std::move(created), .team_created = true};
    }
    const Tenant tenant{(*known)->id};
    if (auto added = user_store::add_member(session, tenant, user->id, deps_.clock.now()); !added) return fail(added.error());
    auto assigned = user_store::assign_role(session, tenant, user->id, id_of(SystemRole::administrator));
    if (!assigned) return fail(assigned.error());
    return Enrolled{.user = *user, .team = **known};
  });
  if (!enrolled && enrolled.error().reason() == "already_exists") return fail(email_taken());
  return enrolled;
}

}  // namespace openstrat::identity
