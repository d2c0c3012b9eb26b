// What other areas tell the audit log.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::audit {

enum class ActorKind { user, api_key, ai, workflow, system, device };
std::string_view to_string(ActorKind kind);
std::optional<ActorKind> parse_actor_kind(std::string_view text);

/// Who did what, when, from where, with which result. Payloads are JSON with secrets masked.
struct AuditEntry {
  std::optional<CustomerId> team_id;
  ActorKind actor_kind = ActorKind::system;
  std::optional<UserId> user_id;
  std::optional<std::string> name;         ///< a user's is filled in when absent
  std::optional<std::string> email;
  std::optional<std::string> session_id;
  Timestamp event_time{};                  ///< zero: now
  std::string method = "EVENT";            ///< what is not a request has this method and names the event as its endpoint
  std::string endpoint;                    ///< `/sites/…` or `site.adopted`
  int status_code = 200;
  std::optional<std::string> ip_address;
  std::optional<std::string> user_agent;
  std::optional<std::string> frontend_page;
  std::optional<std::string> request_payload;
  std::optional<std::string> response_payload;
  std::optional<std::string> note;         ///< what changed: change_note(), or words
  std::string request_id;
};

/// The note of a change: {"before":{…},"after":{…}} with the members of two JSON objects that differ, secrets masked. An empty
/// `before` is a creation, an empty `after` a removal. Empty when nothing differs. Handlers put it into Call::audit_note.
std::string change_note(std::string_view before, std::string_view after);

class AuditLog {
 public:
  virtual ~AuditLog() = default;
  /// Never waits for the database, never fails the caller. Once it returns, the entry survives a crash of the process.
  virtual void record(AuditEntry entry) noexcept = 0;
};

}  // namespace openstrat::audit
