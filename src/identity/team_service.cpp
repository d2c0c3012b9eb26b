#include "identity/team_service.hpp"

#include <algorithm>
#include <limits>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "identity/credential_cache.hpp"
#include "identity/credential_store.hpp"
#include "identity/member_service.hpp"
#include "identity/member_store.hpp"
#include "identity/role_store.hpp"
#include "identity/team_store.hpp"
#include "identity/user_service.hpp"
#include "mail/mail_service.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kTokenLength = 40;
constexpr int kPurgeStep = 500;
constexpr std::chrono::days kKeepExpiredInvites{30};  // so that an old link says that it is old

std::string hash_of(std::string_view token) { return crypto::hex(crypto::sha256(token)); }

Status check(const std::optional<std::string>& name, const std::optional<std::int64_t>& site_limit) {
  std::vector<FieldError> wrong;
  if (name && (text::trim(*name).empty() || text::length_utf8(*name) > 200)) wrong.push_back({"name", "must have 1 to 200 characters"});
  if (site_limit && (*site_limit < 0 || *site_limit > std::numeric_limits<int>::max())) wrong.push_back({"site_limit", "must be 0 or more"});
  if (wrong.empty()) return {};
  return fail(Error(Errc::invalid, "The team is not valid.").with_fields(std::move(wrong)));
}

Status check_member(db::Session& session, UserId user, const Tenant& tenant) {
  const auto member = user_store::is_member(session, tenant, user);
  if (!member) return fail(member.error());
  if (!*member) return fail(Errc::not_found, "No such team.");
  return {};
}

}  // namespace

Status remove_team(db::Session& session, bus::Bus& bus, CredentialCache& cache, const Team& team, Timestamp now) {
  const auto keys = credential_store::list(session, Tenant{team.id});
  if (!keys) return fail(keys.error());
  for (const auto& key : *keys)
    if (auto noted = cache.changed(session, Change::of(key.id)); !noted) return noted;
  if (auto noted = cache.changed(session, Change::of(team.id)); !noted) return noted;
  if (auto removed = team_store::remove(session, Tenant{team.id}); !removed) return removed;
  return bus.append(session, {.name = "team.deleted", .id = {}, .occurred_at = now, .customer_id = team.id, .site_id = {},
                              .resource_id = team.id.to_string(), .data = {{"name", team.name}}});
}

Result<TeamDetails> TeamService::details(db::Session& session, UserId user, const Tenant& active, const Team& team) {
  const Tenant tenant{team.id};
  TeamDetails out{.team = team, .owner = {}, .members = {}, .invites = {}, .roles = {}, .site_count = 0, .current = team.id == active.customer_id};
  auto owner = member_store::find_anywhere(session, team.owner_id);
  if (!owner) return fail(owner.error());
  out.owner = *std::move(owner);
  auto members = member_store::list(session, tenant, 0, kMembersShown);
  if (!members) return fail(members.error());
  out.members = *std::move(members);
  auto invites = team_store::invites(session, tenant, deps_.clock.now(), kMostInvites);
  if (!invites) return fail(invites.error());
  out.invites = *std::move(invites);
  auto roles = role_store::assignments(session, tenant, user);
  if (!roles) return fail(roles.error());
  out.roles = std::move((*roles)[user]);
  const auto sites = deps_.sites.count(session, tenant);
  if (!sites) return fail(sites.error());
  out.site_count = *sites;
  return out;
}

Result<std::vector<TeamDetails>> TeamService::list(UserId user, const Tenant& active) {
  return deps_.database.read([&](db::Session& session) -> Result<std::vector<TeamDetails>> {
    const auto teams = user_store::teams_of(session, user);
    if (!teams) return fail(teams.error());
    std::vector<TeamDetails> out;
    for (const Team& team : *teams) {
      auto one = details(session, user, active, team);
      if (!one) return fail(one.error());
      out.push_back(*std::move(one));
    }
    return out;
  });
}

Result<TeamDetails> TeamService::find(UserId user, const Tenant& active, TeamId id) {
  return deps_.database.read([&](db::Session& session) -> Result<TeamDetails> {
    if (auto member = check_member(session, user, Tenant{id}); !member) return fail(member.error());
    const auto team = user_store::find_team(session, Tenant{id});
    if (!team) return fail(team.error());
    return details(session, user, active, *team);
  });
}

Result<bool> TeamService::is_member(UserId user, TeamId team) {
  return deps_.database.read([&](db::Session& session) { return user_store::is_member(session, Tenant{team}, user); });
}

Status TeamService::switch_to(UserId user, std::string_view session_id, TeamId id) {
  return deps_.database.write([&](db::Session& session) -> Status {
    if (auto member = check_member(session, user, Tenant{id}); !member) return member;
    if (auto noted = deps_.cache.changed(session, Change::of_session(session_id)); !noted) return noted;
    return user_store::set_current_team(session, session_id, Tenant{id});
  });
}

Result<std::vector<Member>> TeamService::members(UserId user, TeamId id) {
  return deps_.database.read([&](db::Session& session) -> Result<std::vector<Member>> {
    if (auto member = check_member(session, user, Tenant{id}); !member) return fail(member.error());
    return member_store::list(session, Tenant{id}, 0, kMembersShown);
  });
}

Result<std::vector<Invite>> TeamService::invites(UserId user, TeamId id) {
  return deps_.database.read([&](db::Session& session) -> Result<std::vector<Invite>> {
    if (auto member = check_member(session, user, Tenant{id}); !member) return fail(member.error());
    return team_store::invites(session, Tenant{id}, deps_.clock.now(), kMostInvites);
  });
}

Result<Team> TeamService::create(const Actor& actor, const std::string& name, std::int64_t site_limit) {
  const bool first = actor.tenant.customer_id.value.is_nil();
  if (!first)
    if (auto allowed = require(actor, "team:create"); !allowed) return fail(allowed.error());
  if (auto valid = check(name, site_limit); !valid) return fail(valid.error());
  return deps_.database.write([&](db::Session& session) -> Result<Team> {
    const auto owned = team_store::count_owned(session, *actor.user_id);
    if (!owned) return fail(owned.error());
    if (*owned >= kMostOwned) return fail(Errc::conflict, "limit_reached", "One person may own 100 teams.");
    const Timestamp now = deps_.clock.now();
    Team team{.id = TeamId(uuid_v4(deps_.rng)), .organization_id = {}, .name = std::string(text::trim(name)), .owner_id = *actor.user_id,
              .site_limit = site_limit, .created_at = now, .updated_at = now};
    if (!first) {
      const auto active = user_store::find_team(session, actor.tenant);
      if (!active) return active;
      team.organization_id = active->organization_id;
    }
    const Tenant tenant{team.id};
    if (auto stored = user_store::insert_team(session, team); !stored) return fail(stored.error());
    if (auto added = user_store::add_member(session, tenant, team.owner_id, now); !added) return fail(added.error());
    if (auto assigned = user_store::assign_role(session, tenant, team.owner_id, id_of(SystemRole::owner)); !assigned) return fail(assigned.error());
    if (auto noted = deps_.cache.changed(session, Change::of(team.owner_id)); !noted) return fail(noted.error());
    return team;
  });
}

Result<Team> TeamService::update(const Actor& actor, const TeamChange& change) {
  if (auto valid = check(change.name, change.site_limit); !valid) return fail(valid.error());
  return deps_.database.write([&](db::Session& session) -> Result<Team> {
    auto team = user_store::find_team(session, actor.tenant);
    if (!team) return team;
    if (change.name) team->name = std::string(text::trim(*change.name));
    if (change.site_limit) team->site_limit = *change.site_limit;
    team->updated_at = deps_.clock.now();
    if (auto stored = team_store::update(session, *team); !stored) return fail(stored.error());
    return team;
  });
}

Status TeamService::remove(const Actor& actor, Force force) {
  const auto has_sites = deps_.database.read([&](db::Session& session) -> Result<bool> {
    const auto team = user_store::find_team(session, actor.tenant);
    if (!team) return fail(team.error());
    if (team->personal_team) return fail(Errc::conflict, "A personal team cannot be deleted; it goes with its owner's account.");
    const auto sites = deps_.sites.count(session, actor.tenant);
    if (!sites) return fail(sites.error());
    if (*sites > 0 && force == Force::no)
      return fail(Errc::conflict, "in_use", "The team has " + std::to_string(*sites) + " sites. Delete them first, or delete with force=true, which does.");
    return *sites > 0;
  });
  if (!has_sites) return fail(has_sites.error());
  if (*has_sites)
    if (auto removed = deps_.sites.remove_all(actor.tenant); !removed) return removed;
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto team = user_store::find_team(session, actor.tenant);
    if (!team) return fail(team.error());
    const auto sites = deps_.sites.count(session, actor.tenant);
    if (!sites) return fail(sites.error());
    if (*sites > 0) return fail(Errc::conflict, "in_use", "A site was added meanwhile; try again.");
    return remove_team(session, deps_.bus, deps_.cache, *team, deps_.clock.now());
  });
}

Status TeamService::remove_member(const Actor& actor, UserId user) {
  if (!actor.is(user))
    if (auto allowed = require(actor, "teams:remove-users"); !allowed) return allowed;
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto member = member_store::find(session, actor.tenant, user);
    if (!member) return fail(member.error());
    return deps_.members.end_membership(session, actor.tenant, *member);
  });
}

Status TeamService::transfer(const Actor& actor, UserId new_owner) {
  return deps_.database.write([&](db::Session& session) -> Status {
    auto team = user_store::find_team(session, actor.tenant);
    if (!team) return fail(team.error());
    if (!actor.is(team->owner_id)) return fail(Errc::forbidden, "insufficient_role", "Only the owner hands a team on.");
    if (team->personal_team) return fail(Errc::conflict, "A personal team stays with its owner.");
    if (new_owner == team->owner_id) return {};
    const auto member = member_store::find(session, actor.tenant, new_owner);
    if (!member && member.error().code() == Errc::not_found) return invalid_field("user_id", "is no member of the team");
    if (!member) return fail(member.error());
    if (!member->allow_login || member->status != UserStatus::active) return invalid_field("user_id", "is nobody who can sign in");
    const auto old_owner = team->owner_id;
    team->owner_id = new_owner;
    team->updated_at = deps_.clock.now();
    if (auto stored = team_store::update(session, *team); !stored) return stored;
    if (auto done = user_store::remove_role(session, actor.tenant, old_owner, id_of(SystemRole::owner)); !done) return done;
    if (auto done = user_store::assign_role(session, actor.tenant, old_owner, id_of(SystemRole::administrator)); !done) return done;
    if (auto done = user_store::assign_role(session, actor.tenant, new_owner, id_of(SystemRole::owner)); !done) return done;
    if (auto noted = deps_.cache.changed(session, Change::of(old_owner)); !noted) return noted;
    return deps_.cache.changed(session, Change::of(new_owner));
  });
}

Result<Role> TeamService::role_named(db::Session& session, const Tenant& tenant, const std::optional<std::string>& name) {
  const auto roles = role_store::list(session, tenant);
  if (!roles) return fail(roles.error());
  const auto id = name ? RoleId::parse(*name) : std::optional(id_of(SystemRole::viewer));
  const auto found = std::ranges::find_if(*roles, [&](const Role& role) {
    return id ? role.id == *id : text::lower(role.name) == text::lower(text::trim(*name));
  });
  if (found == roles->end()) return invalid_field("role", "is no role of this team");
  if (found->id == id_of(SystemRole::owner)) return invalid_field("role", "must not be Owner: ownership is transferred");
  return *found;
}

Status TeamService::invite(const Actor& actor, const std::string& address, const std::optional<std::string>& role_name) {
  const auto email = normalise_email(address);
  if (!email) return invalid_field("email", "must be an e-mail address");
  const std::string token = random_base62(kTokenLength, deps_.rng);
  const Timestamp now = deps_.clock.now();
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto role = role_named(session, actor.tenant, role_name);
    if (!role) return fail(role.error());
    if (auto allowed = may_grant(actor, role->scopes); !allowed) return allowed;
    const auto known = user_store::find_by_email(session, *email);
    if (!known) return fail(known.error());
    if (*known) {
      const auto member = user_store::is_member(session, actor.tenant, (*known)->id);
      if (!member) return fail(member.error());
      if (*member) return fail(Errc::conflict, "already_exists", "This person is a member of the team already.");
    }
    const auto before = team_store::find_invite(session, actor.tenant, *email);
    const auto count = team_store::count_invites(session, actor.tenant);
    if (!before || !count) return fail(before ? count.error() : before.error());
    if (*before && now - (*before)->updated_at < kInviteAgain)
      return fail(Error(Errc::rate_limited, "This address was invited a moment ago.").with_retry_after(kInviteAgain));
    if (!*before && *count >= kMostInvites) return fail(Errc::conflict, "limit_reached", "There are 100 open invitations; cancel some first.");
    const Invite invite{.team_id = actor.tenant.customer_id, .id = *before ? (*before)->id : uuid_v4(deps_.rng), .email = *email, .role_id = role->id,
                        .role_name = role->name, .invited_by = *actor.user_id, .expires_at = now + kInviteLife, .created_at = now, .updated_at = now};
    if (auto stored = team_store::put_invite(session, invite, hash_of(token)); !stored) return stored;
    const auto team = user_store::find_team(session, actor.tenant);
    const auto host = user_store::find(session, *actor.user_id);
    if (!team || !host) return fail(team ? host.error() : team.error());
    return deps_.mailer.send(session, {.to = *email, .to_name = *known ? (*known)->name : "", .template_name = "invitation",
                                       .fields = {{"team_name", team->name}, {"actor_name", host->name}, {"role", role->name},
                                                  {"link", deps_.settings.issuer + "/invites/" + token}, {"expires_at", to_iso8601(invite.expires_at)}},
                                       .customer_id = actor.tenant.customer_id, .useless_after = invite.expires_at});
  });
}

Status TeamService::cancel_invite(const Actor& actor, const Uuid& invite) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto removed = team_store::remove_invite(session, actor.tenant, invite);
    if (!removed) return fail(removed.error());
    if (!*removed) return fail(Errc::not_found, "No such invitation.");
    return {};
  });
}

Result<TeamId> TeamService::accept(UserId user, std::string_view token) {
  return deps_.database.write([&](db::Session& session) -> Result<TeamId> {
    const auto found = team_store::find_invite_by_token(session, hash_of(token));
    if (!found) return fail(found.error());
    if (!*found) return fail(Errc::not_found, "No such invitation; perhaps it was used or cancelled.");
    const Invite& invite = **found;
    const auto person = user_store::find(session, user);
    if (!person) return fail(person.error());
    if (person->email != invite.email) return fail(Errc::forbidden, "not_invited", "The invitation was sent to another e-mail address; sign in with that one.");
    const Timestamp now = deps_.clock.now();
    if (invite.expires_at <= now) return fail(Errc::gone, "link_expired", "The invitation has expired; ask for another one.");
    const Tenant tenant{invite.team_id};
    const auto added = user_store::add_member(session, tenant, user, now);
    if (!added) return fail(added.error());
    if (*added)
      if (auto done = user_store::assign_role(session, tenant, user, invite.role_id.value_or(id_of(SystemRole::viewer))); !done) return fail(done.error());
    if (auto removed = team_store::remove_invite(session, tenant, invite.id); !removed) return fail(removed.error());
    if (auto noted = deps_.cache.changed(session, Change::of(user)); !noted) return fail(noted.error());
    return invite.team_id;
  });
}

Status TeamService::purge_invites() {
  const Timestamp before = deps_.clock.now() - kKeepExpiredInvites;
  while (true) {
    const auto removed = deps_.database.write([&](db::Session& session) { return team_store::purge_invites(session, before, kPurgeStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kPurgeStep) return {};
  }
}

}  // namespace openstrat::identity
