// The profile that the web application shows: everything about whoever is signed in, with the teams.
#include <algorithm>

#include "http/router.hpp"
#include "identity/member_service.hpp"
#include "identity/routes.hpp"
#include "identity/session_service.hpp"
#include "identity/team_dto.hpp"
#include "identity/team_service.hpp"

namespace openstrat::identity {

struct ProfileView {
  UserView user;
  bool mfa_verified = false;
  std::vector<TeamView> teams;
};

}  // namespace openstrat::identity

namespace openstrat {

template <>
struct http::Fields<identity::ProfileView> {
  using V = identity::ProfileView;
  static constexpr auto table = fields<V>("PortalProfile", include<&V::user>(),
      body<&V::mfa_verified>("mfa_verified", "whether a second factor was part of this sign-in"), body<&V::teams>("teams", "the teams you are in"));
};

}  // namespace openstrat

namespace openstrat::identity {
namespace {

using http::Auth;
using http::Call;
using http::NoFields;

/// The second factors of RFC 8176 that we write.
bool has_second_factor(const std::vector<std::string>& methods) {
  return std::ranges::any_of(methods, [](const auto& method) { return method == "otp" || method == "hwk" || method == "swk" || method == "mfa"; });
}

Result<ProfileView> profile(const Services& s, SessionService& sessions, const Call& call) {
  const UserId user = *call.principal.user_id;
  const auto self = s.members.find_self(call.tenant(), user);
  if (!self) return fail(self.error());
  const auto teams = s.teams.list(user, call.tenant());
  if (!teams) return fail(teams.error());
  const auto lines = sessions.list(user);
  if (!lines) return fail(lines.error());
  ProfileView view{.user = to_view(*self), .mfa_verified = false, .teams = {}};
  const auto own = std::ranges::find(*lines, call.principal.session_id, &SessionLine::id);
  view.mfa_verified = own != lines->end() && has_second_factor(own->methods);
  for (const TeamDetails& team : *teams) view.teams.push_back(to_view(team));
  return view;
}

}  // namespace

void add_profile_route(http::Router& router, const Services& services, SessionService& sessions) {
  router.add<NoFields, ProfileView>(http::Method::get, "/oauth/userinfo", {
      .family = "OAuth", .summary = "Profile of the portal", .description = "Everything about you: profile, whether a second factor was used, your teams.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true,
      .handle = [services, &sessions](Call& call, NoFields) { return profile(services, sessions, call); }});
}

}  // namespace openstrat::identity
