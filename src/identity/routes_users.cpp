#include <algorithm>

#include "http/pagination.hpp"
#include "http/router.hpp"
#include "identity/actor.hpp"
#include "identity/countries.hpp"
#include "identity/member_service.hpp"
#include "identity/routes.hpp"
#include "identity/user_dto.hpp"

namespace openstrat::identity {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::NoContent;
using http::NoFields;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Users";
constexpr int kWholeList = 1000;

Status check_sites(const RoleSites& all, const std::vector<RoleId>& roles) {
  const auto wrong = [](const std::string& why) { return Status(invalid_field("role_sites", why)); };
  for (const auto& [role, sites] : all) {
    const auto id = RoleId::parse(role);
    if (!id || std::ranges::find(roles, *id) == roles.end()) return wrong("names a role that is not in `roles`: " + role);
    if (sites.size() > 10) return wrong("must not have more than 10 keys for a role");
    for (const auto& [key, values] : sites) {
      if (key.empty() || key.size() > 100) return wrong("has a key that is no tag key");
      if (values.empty() || values.size() > 50) return wrong("must have 1 to 50 values for " + key);
      for (const auto& value : values)
        if (value.empty() || value.size() > 255) return wrong("has a value of " + key + " that is no tag value");
    }
  }
  return {};
}

Result<std::optional<std::vector<WantedRole>>> wanted_roles(const std::optional<std::vector<RoleId>>& roles, const std::optional<RoleSites>& sites) {
  if (!roles && sites) return invalid_field("role_sites", "needs `roles` beside it");
  if (!roles) return std::optional<std::vector<WantedRole>>{};
  if (sites)
    if (auto valid = check_sites(*sites, *roles); !valid) return fail(valid.error());
  std::vector<WantedRole> out;
  for (const RoleId id : *roles) {
    WantedRole role{.role_id = id, .sites = std::nullopt};
    if (sites) {
      role.sites.emplace();
      if (const auto found = sites->find(id.to_string()); found != sites->end()) role.sites = found->second;
      for (auto& [key, values] : *role.sites) {
        std::ranges::sort(values);
        values.erase(std::ranges::unique(values).begin(), values.end());
      }
    }
    out.push_back(std::move(role));
  }
  return std::optional(std::move(out));
}

std::optional<Mobile> to_mobile(const std::optional<MobileInput>& input) {
  return input ? std::optional(Mobile{.e164 = {}, .local = input->local, .country = input->country}) : std::nullopt;
}

std::optional<std::string> unless_empty(std::string_view text) { return text.empty() ? std::nullopt : std::optional(std::string(text)); }

Result<Member> find_user(const Services& s, const Call& call, UserId id) {
  if (call.principal.user_id == id) return s.members.find_self(call.tenant(), id);
  if (auto allowed = require(actor_of(call), "user:view"); !allowed) return fail(allowed.error());
  return s.members.find(call.tenant(), id);
}

Result<UserView> update_user(const Services& s, const Call& call, UpdateUserRequest request) {
  auto roles = wanted_roles(request.roles, request.role_sites);
  if (!roles) return fail(roles.error());
  MemberChange change{.name = std::move(request.name), .allow_login = request.allow_login, .mobile = {}, .country = std::move(request.country),
                      .picture = std::move(request.picture), .timezone = std::move(request.timezone), .date_format = std::move(request.date_format),
                      .time_format = std::move(request.time_format), .locale = std::move(request.locale), .roles = *std::move(roles)};
  if (request.mobile) change.mobile = to_mobile(*request.mobile);
  const auto member = s.members.update(actor_of(call), request.user, std::move(change));
  if (!member) return fail(member.error());
  return to_view(*member);
}

void add_reading(http::Router& router, const Services& s) {
  router.add<ListUsersRequest, std::vector<UserView>>(Method::get, "/users", {
      .family = kFamily, .summary = "List users", .description = "The users of the active team, by name; up to 1,000 unless you ask for pages.",
      .auth = kUsers, .scope = "user:view",
      .handle = [s](Call& call, ListUsersRequest request) -> Result<std::vector<UserView>> {
        const auto page = s.members.list(call.tenant(), request.paging.offset(kWholeList), request.paging.size(kWholeList));
        if (!page) return fail(page.error());
        if (request.paging.is_given()) http::add_page_links(call, request.paging, page->total);
        else http::add_total_count(call, page->total);
        std::vector<UserView> views;
        for (const Member& member : page->members) views.push_back(to_view(member));
        return views;
      }});
  router.add<UserRequest, UserView>(Method::get, "/users/{user}", {
      .family = kFamily, .summary = "Get a user", .description = "Yourself without any scope, others with `user:view`.", .auth = kUsers, .scope = "-",
      .needs_team = false, .errors = {Errc::not_found},
      .handle = [s](Call& call, UserRequest request) -> Result<UserView> {
        const auto member = find_user(s, call, request.user);
        if (!member) return fail(member.error());
        return to_view(*member);
      }});
  router.add<NoFields, CountriesView>(Method::get, "/users/country-codes", {
      .family = kFamily, .summary = "Country codes", .description = "Countries with flags, telephone codes and currencies, and a guess at yours.",
      .auth = kUsers, .scope = "-", .needs_team = false,
      .handle = [s](Call& call, NoFields) -> Result<CountriesView> {
        CountriesView view;
        for (const Country& country : countries())
          view.countries.push_back({.code = std::string(country.code), .name = std::string(country.name), .flag = flag_of(country.code),
                                    .calling_code = unless_empty(country.calling), .currency = unless_empty(country.currency),
                                    .locale = unless_empty(country.locale)});
        const Country* guess = nullptr;
        if (call.principal.user_id)
          if (const auto self = s.members.find_self(call.tenant(), *call.principal.user_id); self && self->country) guess = find_country(*self->country);
        if (guess == nullptr) guess = preferred_country(call.request.headers.find("Accept-Language").value_or(""));
        if (guess != nullptr)
          view.guess = {.country = std::string(guess->code), .locale = unless_empty(guess->locale), .currency = unless_empty(guess->currency)};
        return view;
      }});
  router.add<StatesRequest, std::map<std::string, std::vector<StateView>>>(Method::get, "/users/states", {
      .family = kFamily, .summary = "States of a country", .description = "By country: codes and names of its states, provinces or regions.",
      .auth = kUsers, .scope = "-", .needs_team = false,
      .handle = [](Call&, StatesRequest request) -> Result<std::map<std::string, std::vector<StateView>>> {
        std::map<std::string, std::vector<StateView>> view;
        const Country* only = request.country ? find_country(*request.country) : nullptr;
        if (request.country && only == nullptr) return invalid_field("country", "must be an ISO 3166 code of two letters such as DE");
        for (const Country& country : countries()) {
          if (only != nullptr && &country != only) continue;
          auto& states = view[std::string(country.code)];
          for (const Subdivision& part : subdivisions(country.code)) states.push_back({std::string(part.code), std::string(part.name)});
        }
        return view;
      }});
}

void add_writing(http::Router& router, const Services& s) {
  router.add<CreateUserRequest, CreatedUserView>(Method::post, "/users", {
      .family = kFamily, .summary = "Create a user",
      .description = "A new user gets a temporary password, shown once, which must be changed at the first sign-in, and a mail. An existing user joins the team. "
                     "With `allow_login: false` the user only receives notifications.",
      .auth = kUsers, .scope = "user:create", .status = 201, .errors = {Errc::conflict},
      .handle = [s](Call& call, CreateUserRequest request) -> Result<CreatedUserView> {
        auto roles = wanted_roles(request.roles, request.role_sites);
        if (!roles) return fail(roles.error());
        auto added = s.members.add(actor_of(call), {.email = std::move(request.email), .name = std::move(request.name).value_or(""), .allow_login = request.allow_login,
                                                    .mobile = to_mobile(request.mobile), .timezone = std::move(request.timezone), .roles = *std::move(roles)});
        if (!added) return fail(added.error());
        call.reply.headers.set("Cache-Control", "no-store");
        call.audit_note = "user " + added->member.id.to_string();
        return CreatedUserView{.user = to_view(added->member), .password = std::move(added->password)};
      }});
  router.add<UpdateUserRequest, UserView>(Method::put, "/users/{user}", {
      .family = kFamily, .summary = "Update a user",
      .description = "Your own profile without any scope; others, roles and `allow_login` with `user:update`. Roles can be given and taken only by who holds their "
                     "scopes. The account of a person who is in other teams, too, is that person's own: there only roles can be changed.",
      .auth = kUsers, .scope = "-", .needs_team = false, .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, UpdateUserRequest request) { return update_user(s, call, std::move(request)); }});
  router.add<UserRequest, NoContent>(Method::delete_, "/users/{user}", {
      .family = kFamily, .summary = "Delete a user",
      .description = "Ends the membership in the active team; a person who is in no other team is deleted, with all sessions. 409 for the owner of a team. "
                     "API keys that the user made live on and are marked as orphaned.",
      .auth = kUsers, .scope = "user:delete", .errors = {Errc::not_found, Errc::conflict},
      .handle = [s](Call& call, UserRequest request) -> Result<NoContent> {
        if (auto removed = s.members.remove(actor_of(call), request.user); !removed) return fail(removed.error());
        return NoContent{};
      }});

  using Action = Status (MemberService::*)(const Actor&, UserId);
  const auto act = [&](std::string_view path, std::string_view summary, std::string_view description, Action action) {
    router.add<UserRequest, NoContent>(Method::post, path, {
        .family = kFamily, .summary = summary, .description = description, .auth = Auth::bearer, .scope = "user:update", .errors = {Errc::not_found, Errc::conflict},
        .handle = [s, action](Call& call, UserRequest request) -> Result<NoContent> {
          if (auto done = (s.members.*action)(actor_of(call), request.user); !done) return fail(done.error());
          return NoContent{};
        }});
  };
  act("/users/{user}/block", "Block a user", "Nobody signs in as the user any more, and what is signed in ends within a second.", &MemberService::block);
  act("/users/{user}/unblock", "Unblock a user", "Takes the block back.", &MemberService::unblock);
  act("/users/{user}/sessions/revoke", "Revoke sessions of a user",
      "Ends all sessions, with their tokens, within a second. Of a person who is in other teams, too, those that act for this one.", &MemberService::revoke_sessions);
}

}  // namespace

UserView to_view(const Member& member) {
  UserView view{.id = member.id, .idp = member.idp, .name = member.name, .email = member.email, .email_verified = member.email_verified, .mobile = {},
                .mobile_verified = member.mobile_verified, .allow_login = member.allow_login, .country = member.country, .timezone = member.timezone,
                .date_format = member.date_format, .time_format = member.time_format, .locale = member.locale, .picture = member.picture,
                .mfa_enabled = member.mfa_enabled, .status = std::string(to_string(member.status)), .last_login_at = member.last_login_at,
                .created_at = member.created_at, .updated_at = member.updated_at, .roles = {}};
  if (member.mobile) view.mobile = MobileView{member.mobile->e164, member.mobile->local, member.mobile->country};
  for (const Assignment& role : member.roles) view.roles.push_back({role.role_id, role.role_name, role.sites});
  return view;
}

void add_user_routes(http::Router& router, const Services& services) {
  add_reading(router, services);
  add_writing(router, services);
}

}  // namespace openstrat::identity
