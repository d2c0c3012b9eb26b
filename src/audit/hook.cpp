#include "audit/hook.hpp"

#include "http/router.hpp"
#include "audit/audit_service.hpp"

namespace openstrat::audit {
namespace {

using http::Principal;

ActorKind actor_of(Principal::Kind kind) {
  switch (kind) {
    case Principal::Kind::user: return ActorKind::user;
    case Principal::Kind::api_key: return ActorKind::api_key;
    case Principal::Kind::device: return ActorKind::device;
    case Principal::Kind::internal:
    case Principal::Kind::anonymous: return ActorKind::system;
  }
  std::unreachable();
}

std::optional<std::string> present(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

AuditEntry entry_of(const http::AuditRecord& record) {
  const Principal& who = record.principal;
  AuditEntry entry{.actor_kind = actor_of(who.kind), .user_id = who.user_id, .session_id = present(who.session_id),
                   .event_time = record.at, .method = std::string(to_string(record.endpoint.method)),
                   .endpoint = std::string(record.path), .status_code = record.status,
                   .ip_address = record.remote.to_string(), .user_agent = present(record.user_agent),
                   .frontend_page = present(record.frontend_page), .request_payload = present(record.payload),
                   .response_payload = present(record.error_body), .note = present(record.note),
                   .request_id = std::string(record.request_id)};
  if (!who.tenant.customer_id.value.is_nil()) entry.team_id = who.tenant.customer_id;
  if (who.kind == Principal::Kind::user) entry.email = present(who.display_name);
  else entry.name = present(who.display_name.empty() ? who.subject : who.display_name);
  if (!who.delegate.empty()) entry.note = entry.note.value_or("") + (entry.note ? "; " : "") + "through the application " + who.delegate;
  return entry;
}

}  // namespace

std::function<void(const http::AuditRecord&)> audit_hook(AuditLog& log) {
  return [&log](const http::AuditRecord& record) {
    if (record.principal.kind != Principal::Kind::anonymous) log.record(entry_of(record));
  };
}

}  // namespace openstrat::audit
