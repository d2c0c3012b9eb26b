#include "oidc/logout_service.hpp"

#include <algorithm>

#include "audit/audit_service.hpp"
#include "oidc/client_service.hpp"
#include "oidc/form_tickets.hpp"
#include "oidc/id_tokens.hpp"
#include "oidc/parameters.hpp"

namespace openstrat::oidc {
namespace {

constexpr std::chrono::minutes kConfirmTime{10};
constexpr std::size_t kLongestState = 2000;

std::string bound_to(const identity::BrowserSession& session) { return "logout:" + session.id; }

}  // namespace

Result<LogoutService::Outcome> LogoutService::logout(std::string_view query, const std::optional<identity::BrowserSession>& session) {
  const auto refused = [](const char* message) { return Outcome(Refused{message}); };
  const auto given = Parameters::parse(query);
  if (!given || given->repeated()) return refused("The link that brought you here is damaged.");
  const auto hint = deps_.id_tokens.read_hint(given->get("id_token_hint"));
  if (!hint) return fail(hint.error());
  const auto named = given->find("client_id");
  if (*hint && named && *named != (*hint)->client_id) return refused("The application names two different applications (client_id).");
  const std::string client_id = *hint ? (*hint)->client_id : named.value_or("");
  std::shared_ptr<const Client> client;
  if (!client_id.empty() && is_plain_text(client_id, 100)) {
    auto found = deps_.clients.look_up(client_id);
    if (!found) return fail(found.error());
    client = *std::move(found);
  }
  std::string uri;
  if (const auto wanted = given->find("post_logout_redirect_uri")) {
    if (!client || std::ranges::find(client->logout_uris, *wanted) == client->logout_uris.end())
      return refused("The application wants you sent to an address that is not registered for it (post_logout_redirect_uri).");
    const auto state = given->find("state");
    if (state && !is_plain_text(*state, kLongestState)) return refused("The link that brought you here is damaged.");
    uri = state ? with_query(*wanted, {{"state", *state}}) : *wanted;
  }
  if (!session) return Outcome(Done{uri, false});
  if (*hint && (*hint)->user_id == session->user.id) return end(*session, std::move(uri));
  return Outcome(Confirm{.user_email = session->user.email, .client_name = client ? client->name : std::string(), .uri = uri,
                         .ticket = FormTickets(deps_.settings.form_key).make(uri, bound_to(*session), deps_.clock.now() + kConfirmTime)});
}

Result<LogoutService::Outcome> LogoutService::confirm(std::string_view ticket, const std::optional<identity::BrowserSession>& session) {
  if (!session) return Outcome(Done{});
  const auto uri = FormTickets(deps_.settings.form_key).open(ticket, bound_to(*session), deps_.clock.now());
  if (!uri) return Outcome(Refused{"This page was open for too long. Try again."});
  return end(*session, *uri);
}

Result<LogoutService::Outcome> LogoutService::end(const identity::BrowserSession& session, std::string uri) {
  const auto ended = deps_.sessions.revoke(session.user.id, session.id);
  if (!ended && ended.error().code() != Errc::not_found) return fail(ended.error());
  deps_.audit.record({.team_id = session.team_id, .actor_kind = audit::ActorKind::user, .user_id = session.user.id, .email = session.user.email,
                      .session_id = session.id, .event_time = deps_.clock.now(), .endpoint = "session.signed_out"});
  return Outcome(Done{std::move(uri), true});
}

}  // namespace openstrat::oidc
