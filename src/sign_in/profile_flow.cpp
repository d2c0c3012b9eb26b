#include "sign_in/profile_flow.hpp"

#include "base/log.hpp"
#include "db/database.hpp"
#include "sign_in/link_store.hpp"
#include "sign_in/notices.hpp"

namespace openstrat::sign_in {

Result<Profile> ProfileFlow::find(UserId id) {
  return deps_.database.read([&](db::Session& session) -> Result<Profile> {
    auto user = deps_.accounts.find(session, id);
    if (!user) return fail(user.error());
    auto pending = link_store::wished_email(session, id, deps_.clock.now());
    if (!pending) return fail(pending.error());
    auto member = deps_.accounts.profile(session, id);
    if (!member) return fail(member.error());
    return Profile{.user = *std::move(user), .member = *std::move(member), .pending_email = *std::move(pending)};
  });
}

Status ProfileFlow::change(UserId id, const identity::ProfileChange& change) {
  return deps_.database.write([&](db::Session& session) { return deps_.accounts.change_profile(session, id, change); });
}

void ProfileFlow::signed_out(UserId id, std::string_view session_id, const identity::Origin& origin) noexcept {
  Notices::Event event{.name = "user.signed_out", .user_id = id, .session_id = std::string(session_id)};
  const auto found = deps_.database.read([&](db::Session& session) -> Status {
    const auto user = deps_.accounts.find(session, id);
    if (!user) return fail(user.error());
    const auto team = deps_.accounts.first_team(session, id);
    if (!team) return fail(team.error());
    event.email = user->email;
    event.team_id = *team;
    return {};
  });
  if (!found) log::warning("who signed out was not looked up", {log::of(found.error())});
  deps_.notices.record(event, origin);
}

}  // namespace openstrat::sign_in
