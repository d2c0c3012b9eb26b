// What other areas tell the audit log.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::audit {

enum class ActorKind { user, api_key, ai, workflow, system, device };
std::string_view to_string(ActorKind kind);

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
  std::optional<std::string> note;
  std::string request_id;
};

class AuditLog {
 public:
  virtual ~AuditLog() = default;
  /// Never waits, never fails the caller. An entry that does not fit into the queue is counted and lost.
  virtual void record(AuditEntry entry) noexcept = 0;
};

}  // namespace openstrat::audit
