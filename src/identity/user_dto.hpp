// Requests and responses about the users of a team.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/dto.hpp"
#include "http/pagination.hpp"
#include "identity/access_types.hpp"

namespace openstrat::identity {

struct MobileView { std::string e164, local, country; };
struct HeldRoleView { RoleId id; std::string name; SiteSelection sites; };
struct UserView {
  UserId id;
  std::string idp, name, email;
  bool email_verified = false;
  std::optional<MobileView> mobile;
  bool mobile_verified = false, allow_login = true;
  std::optional<std::string> country;
  std::string timezone, date_format, time_format, locale;
  std::optional<std::string> picture;
  bool mfa_enabled = false;
  std::string status;
  std::optional<Timestamp> last_login_at;
  Timestamp created_at{}, updated_at{};
  std::vector<HeldRoleView> roles;
};

struct ListUsersRequest { http::PageQuery paging; };
struct UserRequest { UserId user; };
struct MobileInput { std::string local, country; };
using RoleSites = std::map<std::string, SiteSelection>;
struct CreateUserRequest {
  std::string email;
  std::optional<std::string> name;
  bool allow_login = true;
  std::optional<MobileInput> mobile;
  std::optional<std::string> timezone;
  std::optional<std::vector<RoleId>> roles;
  std::optional<RoleSites> role_sites;
};
struct CreatedUserView { UserView user; std::optional<std::string> password; };
struct UpdateUserRequest {
  UserId user;
  std::optional<std::string> name;
  std::optional<bool> allow_login;
  std::optional<std::optional<MobileInput>> mobile;
  std::optional<std::optional<std::string>> country, picture;
  std::optional<std::string> timezone, date_format, time_format, locale;
  std::optional<std::vector<RoleId>> roles;
  std::optional<RoleSites> role_sites;
};

struct CountryView { std::string code, name, flag; std::optional<std::string> calling_code, currency, locale; };
struct CountryGuessView { std::optional<std::string> country, locale, currency; };
struct CountriesView { std::vector<CountryView> countries; CountryGuessView guess; };
struct StateView { std::string code, name; };
struct StatesRequest { std::optional<std::string> country; };

UserView to_view(const Member& member);

}  // namespace openstrat::identity

namespace openstrat {

template <>
struct http::Fields<identity::MobileView> {
  using V = identity::MobileView;
  static constexpr auto table = fields<V>("Mobile", body<&V::e164>("e164", "international form"), body<&V::local>("local", "as written in the country"),
      body<&V::country>("country", "ISO 3166 code"));
};
template <>
struct http::Fields<identity::HeldRoleView> {
  using V = identity::HeldRoleView;
  static constexpr auto table = fields<V>("HeldRole", body<&V::id>("id", "the role"), body<&V::name>("name", "its name"),
      body<&V::sites>("sites", "limits the role to sites with these tags: for every key one of its values; empty: every site"));
};
template <>
struct http::Fields<identity::UserView> {
  using V = identity::UserView;
  static constexpr auto table = fields<V>("User", body<&V::id>("id", "UUID"), body<&V::idp>("idp", "who vouches for the user: `local`, `google`, `microsoft`, `azure`, `github`, `saml2`"),
      body<&V::name>("name", "name"), body<&V::email>("email", "e-mail address"), body<&V::email_verified>("email_verified", "whether the address is known to be the user's"),
      body<&V::mobile>("mobile", "mobile telephone"), body<&V::mobile_verified>("mobile_verified", "whether the number is known to be the user's"),
      body<&V::allow_login>("allow_login", "false: receives notifications only"), body<&V::country>("country", "ISO 3166 code"),
      body<&V::timezone>("timezone", "IANA time zone"), body<&V::date_format>("date_format", "how dates are shown (PHP letters)"),
      body<&V::time_format>("time_format", "how times are shown (PHP letters)"), body<&V::locale>("locale", "language"),
      body<&V::picture>("picture", "URL of a picture"), body<&V::mfa_enabled>("mfa_enabled", "whether a second factor is set up"),
      body<&V::status>("status", "`invited`, `unverified`, `active` or `blocked`"), body<&V::last_login_at>("last_login_at", "last sign-in"),
      body<&V::created_at>("created_at", "creation"), body<&V::updated_at>("updated_at", "last change"), body<&V::roles>("roles", "in the active team"));
};
template <>
struct http::Fields<identity::ListUsersRequest> {
  using V = identity::ListUsersRequest;
  static constexpr auto table = fields<V>("ListUsers", include<&V::paging>());
};
template <>
struct http::Fields<identity::UserRequest> {
  using V = identity::UserRequest;
  static constexpr auto table = fields<V>("UserId", path<&V::user>("user", "UUID of a user of the team"));
};
template <>
struct http::Fields<identity::MobileInput> {
  using V = identity::MobileInput;
  static constexpr auto table = fields<V>("MobileInput", body<&V::local>("local", "number as written in the country, or with `+`").required().length(3, 40),
      body<&V::country>("country", "ISO 3166 code of two letters").required().length(2, 2));
};
template <>
struct http::Fields<identity::CreateUserRequest> {
  using V = identity::CreateUserRequest;
  static constexpr auto table = fields<V>("CreateUser", body<&V::email>("email", "unique; an existing user joins the team").required().length(3, 254).example("ann@example.com"),
      body<&V::name>("name", "required for a new user").length(1, 100), body<&V::allow_login>("allow_login", "false: receives notifications only"),
      body<&V::mobile>("mobile", "mobile telephone"), body<&V::timezone>("timezone", "IANA time zone; required for a new user").example("Europe/Berlin"),
      body<&V::roles>("roles", "ids of roles in the active team; null: Viewer, if the user may sign in").items(20),
      body<&V::role_sites>("role_sites", "by role id: limits the role to sites with these tags, `{\"region\": [\"north\"]}`"));
};
template <>
struct http::Fields<identity::CreatedUserView> {
  using V = identity::CreatedUserView;
  static constexpr auto table = fields<V>("CreatedUser", body<&V::user>("user", "the user"),
      body<&V::password>("password", "temporary, shown only here; null for existing and notification-only users").secret());
};
template <>
struct http::Fields<identity::UpdateUserRequest> {
  using V = identity::UpdateUserRequest;
  static constexpr auto table = fields<V>("UpdateUser", path<&V::user>("user", "UUID of a user of the team"), body<&V::name>("name", "name").length(1, 100),
      body<&V::allow_login>("allow_login", "false: receives notifications only"), body<&V::mobile>("mobile", "mobile telephone; null clears"),
      body<&V::country>("country", "ISO 3166 code; null clears").length(2, 2),
      body<&V::picture>("picture", "https:// address, or a small image as data: URI; null clears").length(9, 16384),
      body<&V::timezone>("timezone", "IANA time zone").length(1, 64), body<&V::date_format>("date_format", "PHP letters").length(1, 40), body<&V::time_format>("time_format", "PHP letters").length(1, 40),
      body<&V::locale>("locale", "language").length(2, 35), body<&V::roles>("roles", "ids of all roles in the active team").items(20),
      body<&V::role_sites>("role_sites", "beside `roles`, by role id: limits to sites with these tags; absent: limits stay as they are"));
};
template <>
struct http::Fields<identity::CountryView> {
  using V = identity::CountryView;
  static constexpr auto table = fields<V>("Country", body<&V::code>("code", "ISO 3166-1 alpha-2"), body<&V::name>("name", "English name"), body<&V::flag>("flag", "as an emoji"),
      body<&V::calling_code>("calling_code", "telephone code without `+`"), body<&V::currency>("currency", "ISO 4217"), body<&V::locale>("locale", "language of most people"));
};
template <>
struct http::Fields<identity::CountryGuessView> {
  using V = identity::CountryGuessView;
  static constexpr auto table = fields<V>("CountryGuess", body<&V::country>("country", "of your profile, else of your browser's languages"),
      body<&V::locale>("locale", "language there"), body<&V::currency>("currency", "ISO 4217"));
};
template <>
struct http::Fields<identity::CountriesView> {
  using V = identity::CountriesView;
  static constexpr auto table = fields<V>("Countries", body<&V::countries>("countries", "all, by code"), body<&V::guess>("guess", "what to preselect"));
};
template <>
struct http::Fields<identity::StateView> {
  using V = identity::StateView;
  static constexpr auto table = fields<V>("State", body<&V::code>("code", "ISO 3166-2"), body<&V::name>("name", "name"));
};
template <>
struct http::Fields<identity::StatesRequest> {
  using V = identity::StatesRequest;
  static constexpr auto table = fields<V>("States", query<&V::country>("country", "only those of this country").length(2, 2));
};

}  // namespace openstrat
