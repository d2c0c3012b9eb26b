#include "mfa/notices.hpp"

#include "base/log.hpp"
#include "db/session.hpp"
#include "audit/audit_service.hpp"
#include "mail/mail_service.hpp"

namespace openstrat::mfa {

Status Notices::tell(db::Session& session, const identity::User& user, const Caller& caller, const Notice& notice) {
  session.on_commit([this, user, caller, notice] { audit(user, caller, notice); });
  if (notice.change.empty()) return {};
  mail::Message message{.to = user.email, .to_name = user.name, .template_name = "mfa_changed",
                        .fields = {{"change", std::string(notice.change)},
                                   {"changed_at", to_iso8601(deps_.clock.now())},
                                   {"security_link", deps_.settings.security_link}},
                        .locale = user.locale, .timezone = user.timezone};
  if (notice.factor) message.fields.set("factor", *notice.factor);
  if (notice.codes_left) message.fields.set("codes_left", *notice.codes_left);
  if (!notice.actor && caller.ip) message.fields.set("address", *caller.ip);
  if (!notice.actor && caller.user_agent) message.fields.set("device", *caller.user_agent);
  const auto sent = deps_.mailer.send(session, message);
  if (sent || sent.error().code() != Errc::invalid) return sent;
  // An address that cannot be mailed to must not keep anybody from securing the account.
  log::warning("a change of second factors could not be mailed", {{"user", user.id.to_string()}, log::of(sent.error())});
  return {};
}

void Notices::audit(const identity::User& user, const Caller& caller, const Notice& notice) const {
  audit::AuditEntry entry{.team_id = caller.team_id, .actor_kind = audit::ActorKind::user, .user_id = notice.actor.value_or(user.id),
                             .event_time = deps_.clock.now(), .endpoint = std::string(notice.event), .status_code = notice.status,
                             .ip_address = caller.ip, .user_agent = caller.user_agent, .request_id = caller.request_id};
  if (notice.by_operator) entry.actor_kind = audit::ActorKind::system, entry.user_id.reset(), entry.name = "command line";
  if (!caller.session_id.empty()) entry.session_id = caller.session_id;
  std::string note = notice.note;
  if (notice.factor) note += (note.empty() ? "" : " ") + *notice.factor;
  if (notice.actor || notice.by_operator) note += (note.empty() ? "of " : " of ") + user.email;
  if (!note.empty()) entry.note = note;
  deps_.audit.record(std::move(entry));
}

}  // namespace openstrat::mfa
