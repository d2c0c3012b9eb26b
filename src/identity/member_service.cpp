#include "identity/member_service.hpp"

#include <algorithm>
#include <tuple>

#include "base/log.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "identity/credential_cache.hpp"
#include "identity/credential_store.hpp"
#include "identity/member_store.hpp"
#include "identity/password_service.hpp"
#include "identity/profile_rules.hpp"
#include "identity/role_service.hpp"
#include "identity/role_store.hpp"
#include "identity/session_service.hpp"
#include "identity/team_service.hpp"
#include "identity/user_service.hpp"
#include "mail/mail_service.hpp"

namespace openstrat::identity {
namespace {

constexpr int kPurgeStep = 100;
constexpr std::size_t kMostRoles = 20;

/// Long enough to guess nothing, of characters that survive being read out, and good for every password rule.
std::string temporary_password(Rng& rng) { return random_base62(5, rng) + "-" + random_base62(5, rng) + "-" + random_base62(5, rng) + "aA7"; }

std::vector<std::string> scopes_of_roles(const std::vector<Role>& roles) {
  std::vector<std::string> scopes;
  for (const Role& role : roles) scopes.insert(scopes.end(), role.scopes.begin(), role.scopes.end());
  return scopes;
}

Status verdict(std::vector<FieldError> wrong) {
  if (wrong.empty()) return {};
  return fail(Error(Errc::invalid, "The user is not valid.").with_fields(std::move(wrong)));
}

Error shared_account() {
  return {Errc::forbidden, "insufficient_role", "The person is in other teams, too. You can change the roles in this team, or end the membership."};
}

}  // namespace

Result<MemberService::Page> MemberService::list(const Tenant& tenant, std::int64_t offset, int limit) {
  return deps_.database.read([&](db::Session& session) -> Result<Page> {
    auto members = member_store::list(session, tenant, offset, limit);
    if (!members) return fail(members.error());
    const auto total = member_store::count(session, tenant);
    if (!total) return fail(total.error());
    return Page{*std::move(members), *total};
  });
}

Result<Member> MemberService::find(const Tenant& tenant, UserId id) {
  return deps_.database.read([&](db::Session& session) { return member_store::find(session, tenant, id); });
}

Result<Member> MemberService::find_self(const Tenant& tenant, UserId id) {
  return deps_.database.read([&](db::Session& session) {
    return tenant.customer_id.value.is_nil() ? member_store::find_anywhere(session, id) : member_store::find(session, tenant, id);
  });
}

// What changes in roles or in what they are limited to, the actor must hold himself, for the whole team: neither giving rights he
// does not have nor taking them from those who have more.
Result<std::vector<Assignment>> MemberService::checked_roles(db::Session& session, const Actor& actor, const std::vector<WantedRole>& wanted,
                                                             const std::vector<Assignment>& held) {
  const auto roles = role_store::list(session, actor.tenant);
  if (!roles) return fail(roles.error());
  if (wanted.size() > kMostRoles) return invalid_field("roles", "must not be more than 20");
  std::vector<Assignment> out;
  std::vector<Role> changed;
  const auto role_of = [&](RoleId id) { return std::ranges::find(*roles, id, &Role::id); };
  for (const WantedRole& want : wanted) {
    const auto role = role_of(want.role_id);
    if (role == roles->end()) return invalid_field("roles", "has no role of this team with the id " + want.role_id.to_string());
    if (std::ranges::count(out, want.role_id, &Assignment::role_id) > 0) continue;
    const auto before = std::ranges::find(held, want.role_id, &Assignment::role_id);
    const bool is_owner = role->id == id_of(SystemRole::owner);
    Assignment now{.role_id = role->id, .role_name = role->name, .sites = {}};
    if (want.sites) now.sites = *want.sites;
    else if (before != held.end()) now.sites = before->sites;
    if (is_owner && (before == held.end() || !now.sites.empty()))
      return fail(Errc::conflict, "The ownership of a team can only be transferred, and is for every site.");
    if (before == held.end() || before->sites != now.sites) changed.push_back(*role);
    out.push_back(std::move(now));
  }
  for (const Assignment& before : held) {
    if (std::ranges::count(out, before.role_id, &Assignment::role_id) > 0) continue;
    if (before.role_id == id_of(SystemRole::owner)) {  // clients send what they know of; the ownership is not theirs to drop
      out.push_back(before);
      continue;
    }
    if (const auto role = role_of(before.role_id); role != roles->end()) changed.push_back(*role);
  }
  if (auto allowed = may_grant(actor, scopes_of_roles(changed)); !allowed) return fail(allowed.error());
  return out;
}

Result<Member> MemberService::join_existing(db::Session& session, const Actor& actor, UserId id, const NewMember& request) {
  const auto added = user_store::add_member(session, actor.tenant, id, deps_.clock.now());
  if (!added) return fail(added.error());
  if (!*added) return fail(Errc::conflict, "already_exists", "The user is a member of this team already.");
  const auto known = member_store::find_anywhere(session, id);
  if (!known) return fail(known.error());
  std::vector<WantedRole> wanted = request.roles.value_or(std::vector<WantedRole>{});
  if (!request.roles && known->allow_login) wanted.push_back({id_of(SystemRole::viewer), std::nullopt});
  const auto roles = checked_roles(session, actor, wanted, {});
  if (!roles) return fail(roles.error());
  if (auto assigned = role_store::assign(session, actor.tenant, id, *roles); !assigned) return fail(assigned.error());
  if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return fail(noted.error());
  return member_store::find(session, actor.tenant, id);
}

Result<MemberService::Added> MemberService::add(const Actor& actor, NewMember request) {
  const auto email = normalise_email(request.email);
  if (!email) return invalid_field("email", "must be an e-mail address");
  const auto known = deps_.database.read([&](db::Session& session) { return user_store::find_by_email(session, *email); });
  if (!known) return fail(known.error());
  if (*known) {
    return deps_.database.write([&](db::Session& session) -> Result<Added> {
      auto member = join_existing(session, actor, (*known)->id, request);
      if (!member) return fail(member.error());
      return Added{*std::move(member), std::nullopt};
    });
  }

  std::vector<FieldError> wrong;
  if (!is_name(request.name)) wrong.push_back({"name", "must have 1 to 100 characters in one line"});
  if (!request.timezone) wrong.push_back({"timezone", "is required for a new user"});
  else if (!is_time_zone(*request.timezone)) wrong.push_back({"timezone", "must be an IANA time zone such as Europe/Berlin"});
  complete_mobile(request.mobile, wrong);
  if (auto valid = verdict(std::move(wrong)); !valid) return fail(valid.error());
  const Timestamp now = deps_.clock.now();
  User user{.id = UserId(uuid_v4(deps_.rng)), .email = *email, .name = std::string(text::trim(request.name)), .allow_login = request.allow_login,
            .timezone = *request.timezone, .status = request.allow_login ? UserStatus::unverified : UserStatus::active,
            .created_at = now, .updated_at = now};
  Added out;
  if (request.allow_login) {
    out.password = temporary_password(deps_.rng);
    auto hash = deps_.passwords.hash(*out.password);
    if (!hash) return fail(hash.error());
    user.password_hash = *std::move(hash);
    user.must_change_password = true;
    user.password_changed_at = now;
  }
  auto stored = deps_.database.write([&](db::Session& session) -> Result<Member> {
    if (auto inserted = user_store::insert(session, user); !inserted) return fail(inserted.error());
    auto member = join_existing(session, actor, user.id, request);
    if (!member) return member;
    member->mobile = request.mobile;
    if (auto done = member_store::update_profile(session, *member, now); !done) return fail(done.error());
    if (!user.allow_login) return member;
    const auto team = user_store::find_team(session, actor.tenant);
    const auto host = actor.user_id ? user_store::find(session, *actor.user_id) : Result<User>(User{.name = "An API key"});
    if (!team || !host) return fail(!team ? team.error() : host.error());
    auto sent = deps_.mailer.send(session, {.to = user.email, .to_name = user.name, .template_name = "user_created",
                                            .fields = {{"team_name", team->name}, {"actor_name", host->name}, {"link", deps_.settings.issuer + "/signin"}},
                                            .timezone = user.timezone, .customer_id = actor.tenant.customer_id});
    if (!sent) return fail(sent.error());
    return member;
  });
  if (!stored) return fail(stored.error());
  out.member = *std::move(stored);
  return out;
}

Result<Member> MemberService::update(const Actor& actor, UserId id, MemberChange change) {
  const bool own_profile = actor.is(id) && !change.touches_more_than_profile();
  if (!own_profile)
    if (auto allowed = require(actor, "user:update"); !allowed) return fail(allowed.error());
  return deps_.database.write([&](db::Session& session) -> Result<Member> {
    const bool no_team = actor.tenant.customer_id.value.is_nil();
    auto member = no_team && actor.is(id) ? member_store::find_anywhere(session, id) : member_store::find(session, actor.tenant, id);
    if (!member) return member;
    MemberChange wanted = change;
    const auto profile = [](const Member& m) {
      return std::tuple(m.name, m.allow_login, m.mobile, m.country, m.picture, m.timezone, m.date_format, m.time_format, m.locale);
    };
    const auto before = profile(*member);
    auto applied = apply_profile(*member, {.name = wanted.name, .mobile = wanted.mobile, .country = wanted.country, .picture = wanted.picture, .timezone = wanted.timezone,
                                           .date_format = wanted.date_format, .time_format = wanted.time_format, .locale = wanted.locale});
    if (!applied) return fail(applied.error());
    if (wanted.allow_login) member->allow_login = *wanted.allow_login;
    if (profile(*member) != before) {
      if (!actor.is(id))
        if (auto allowed = may_change_account(session, actor, id); !allowed) return allowed;
      if (auto stored = member_store::update_profile(session, *member, deps_.clock.now()); !stored) return fail(stored.error());
    }
    if (wanted.roles) {
      const auto roles = checked_roles(session, actor, *wanted.roles, member->roles);
      if (!roles) return fail(roles.error());
      if (auto assigned = role_store::assign(session, actor.tenant, id, *roles); !assigned) return fail(assigned.error());
      if (actor.is(id))
        if (auto kept = keeps_administration(session, actor); !kept) return fail(kept.error());
      if (!actor.is(id) && *roles != member->roles)
        if (auto sent = notify(session, actor, *member, "roles_changed"); !sent) return fail(sent.error());
    }
    if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return fail(noted.error());
    return no_team ? member_store::find_anywhere(session, id) : member_store::find(session, actor.tenant, id);
  });
}

Result<Member> MemberService::may_change_account(db::Session& session, const Actor& actor, UserId id) {
  auto member = member_store::find(session, actor.tenant, id);
  if (!member) return member;
  const auto others = member_store::other_teams(session, actor.tenant, id);
  if (!others) return fail(others.error());
  if (*others > 0) return fail(shared_account());
  const auto team = user_store::find_team(session, actor.tenant);
  if (!team) return fail(team.error());
  if (team->owner_id == id && !actor.is(id))
    return fail(Errc::forbidden, "insufficient_role", "The account of the team's owner is his own to change.");
  return member;
}

Status MemberService::change_status(const Actor& actor, UserId id, UserStatus status, const char* mail_word) {
  if (actor.is(id)) return fail(Errc::conflict, "You cannot do this to yourself.");
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto member = may_change_account(session, actor, id);
    if (!member) return fail(member.error());
    const bool was_blocked = member->status == UserStatus::blocked;
    if (was_blocked == (status == UserStatus::blocked)) return {};
    if (auto done = user_store::set_status(session, id, status, deps_.clock.now()); !done) return done;
    if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return noted;
    return notify(session, actor, *member, mail_word);
  });
}

Status MemberService::block(const Actor& actor, UserId id) {
  if (auto done = change_status(actor, id, UserStatus::blocked, "blocked"); !done) return done;
  return deps_.sessions.revoke_all(id, "");
}

Status MemberService::unblock(const Actor& actor, UserId id) {
  const auto member = find(actor.tenant, id);
  if (!member) return fail(member.error());
  const bool proven = member->email_verified || !member->allow_login;
  return change_status(actor, id, proven ? UserStatus::active : UserStatus::unverified, "unblocked");
}

Status MemberService::revoke_sessions(const Actor& actor, UserId id) {
  const auto shared = deps_.database.write([&](db::Session& session) -> Result<bool> {
    const auto member = member_store::find(session, actor.tenant, id);
    if (!member) return fail(member.error());
    const auto others = member_store::other_teams(session, actor.tenant, id);
    if (!others) return fail(others.error());
    if (!actor.is(id))
      if (auto sent = notify(session, actor, *member, "sessions_revoked"); !sent) return fail(sent.error());
    if (*others == 0 || actor.is(id)) return false;
    if (auto left = member_store::leave_in_sessions(session, actor.tenant, id); !left) return fail(left.error());
    if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return fail(noted.error());
    return true;
  });
  if (!shared) return fail(shared.error());
  return *shared ? Status{} : deps_.sessions.revoke_all(id, "");
}

Status MemberService::end_membership(db::Session& session, const Tenant& tenant, const Member& member) {
  const Timestamp now = deps_.clock.now();
  const auto team = user_store::find_team(session, tenant);
  if (!team) return fail(team.error());
  if (team->owner_id == member.id) return fail(Errc::conflict, "The owner cannot be removed; transfer the ownership first.");
  const auto orphans = credential_store::orphan(session, tenant, member.id, now);
  if (!orphans) return fail(orphans.error());
  if (auto done = user_store::remove_member(session, tenant, member.id); !done) return done;
  if (auto done = member_store::leave_in_sessions(session, tenant, member.id); !done) return done;
  if (auto noted = deps_.cache.changed(session, Change::of(member.id)); !noted) return noted;
  if (!orphans->empty()) {
    const auto administrators = member_store::administrators(session, tenant);
    if (!administrators) return fail(administrators.error());
    for (const auto& name : *orphans)
      for (const Member& to : *administrators) {
        auto sent = deps_.mailer.send(session, {.to = to.email, .to_name = to.name, .template_name = "api_key_orphaned",
                                                .fields = {{"key_name", name}, {"team_name", team->name}, {"owner_name", member.name},
                                                           {"keys_link", deps_.settings.keys_link()}},
                                                .locale = to.locale, .timezone = to.timezone, .customer_id = tenant.customer_id});
        if (!sent) return sent;
      }
  }
  return deps_.bus.append(session, {.name = "team.member_removed", .id = {}, .occurred_at = now, .customer_id = tenant.customer_id, .site_id = {},
                                    .resource_id = member.id.to_string(), .data = {{"email", member.email}, {"name", member.name}}});
}

Status MemberService::close_account(db::Session& session, const Tenant& tenant, const Member& member) {
  const Timestamp now = deps_.clock.now();
  if (auto done = member_store::mark_deleted(session, member.id, now); !done) return done;
  if (auto noted = deps_.cache.changed(session, Change::of(member.id)); !noted) return noted;
  return deps_.bus.append(session, {.name = "user.deleted", .id = {}, .occurred_at = now, .customer_id = tenant.customer_id, .site_id = {},
                                    .resource_id = member.id.to_string(), .data = {{"email", member.email}, {"name", member.name}}});
}

Status MemberService::remove_other(db::Session& session, const Actor& actor, UserId id, bool& closed) {
  const auto member = member_store::find(session, actor.tenant, id);
  if (!member) return fail(member.error());
  if (auto done = end_membership(session, actor.tenant, *member); !done) return done;
  const auto others = member_store::other_teams(session, actor.tenant, id);
  if (!others) return fail(others.error());
  closed = *others == 0;
  if (auto sent = notify(session, actor, *member, closed ? "deleted" : "removed_from_team"); !sent) return sent;
  return closed ? close_account(session, actor.tenant, *member) : Status{};
}

// Who deletes himself leaves every team. A personal team goes with its owner, as long as it has nothing and nobody else in it.
Status MemberService::remove_self(db::Session& session, const Actor& actor, UserId id) {
  const auto member = member_store::find_anywhere(session, id);
  if (!member) return fail(member.error());
  const auto teams = user_store::teams_of(session, id);
  if (!teams) return fail(teams.error());
  for (const Team& team : *teams) {
    const Tenant tenant{team.id};
    if (team.owner_id != id) {
      if (auto done = end_membership(session, tenant, *member); !done) return done;
      continue;
    }
    const auto members = member_store::count(session, tenant);
    const auto sites = deps_.sites.count(session, tenant);
    if (!members || !sites) return fail(members ? sites.error() : members.error());
    if (!team.personal_team || *members > 1 || *sites > 0)
      return fail(Errc::conflict, "You own the team " + team.name + "; transfer the ownership or delete the team first.");
    if (auto done = remove_team(session, deps_.bus, deps_.cache, team, deps_.clock.now()); !done) return done;
  }
  return close_account(session, actor.tenant, *member);
}

Status MemberService::remove(const Actor& actor, UserId id) {
  bool closed = actor.is(id);
  auto done = deps_.database.write([&](db::Session& session) {
    return actor.is(id) ? remove_self(session, actor, id) : remove_other(session, actor, id, closed);
  });
  if (!done) return done;
  return closed ? deps_.sessions.revoke_all(id, "") : Status{};
}

Status MemberService::notify(db::Session& session, const Actor& actor, const Member& member, const char* change) {
  if (!member.allow_login) return {};
  const auto team = user_store::find_team(session, actor.tenant);
  if (!team) return fail(team.error());
  std::string name = "An API key";
  if (actor.user_id) {
    const auto user = user_store::find(session, *actor.user_id);
    if (!user) return fail(user.error());
    name = user->name;
  }
  return deps_.mailer.send(session, {.to = member.email, .to_name = member.name, .template_name = "account_changed",
                                     .fields = {{"change", change}, {"team_name", team->name}, {"actor_name", name},
                                                {"changed_at", to_iso8601(deps_.clock.now())}},
                                     .locale = member.locale, .timezone = member.timezone, .customer_id = actor.tenant.customer_id});
}

Status MemberService::purge() {
  const Timestamp before = deps_.clock.now() - kKeepDeleted;
  const auto ids = deps_.database.read([&](db::Session& session) { return member_store::deleted_before(session, before, kPurgeStep); });
  if (!ids) return fail(ids.error());
  for (const UserId id : *ids) {
    const auto done = deps_.database.write([&](db::Session& session) { return member_store::purge(session, id); });
    if (done) continue;
    if (done.error().code() != Errc::conflict) return done;
    log::warning("a deleted user is still referred to, so a nameless row stays", {{"user", id.to_string()}, log::of(done.error())});
    auto blanked = deps_.database.write([&](db::Session& session) { return member_store::blank(session, id); });
    if (!blanked) return blanked;
  }
  return {};
}

}  // namespace openstrat::identity
