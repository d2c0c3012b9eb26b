// Values of monitoring.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::monitoring {

enum class Severity { low, medium, high, critical };
constexpr const char* to_string(Severity severity) {
  switch (severity) {
    case Severity::low: return "low";
    case Severity::medium: return "medium";
    case Severity::high: return "high";
    case Severity::critical: return "critical";
  }
  std::unreachable();
}
/// As stored.
std::optional<Severity> parse_severity(std::string_view text);

/// A severity as clients write it: any case; `error`, which old examples have, is `high`.
struct SeverityWord {
  static constexpr std::string_view kExpected = "low, medium, high or critical";
  Severity value = Severity::low;
  static std::optional<SeverityWord> parse(std::string_view text);
  std::string to_string() const { return monitoring::to_string(value); }
};

/// A fault as clients name it: its UUID or its `pid`, with or without `flt_`.
struct FaultRef {
  static constexpr std::string_view kFormat = "fault";
  static constexpr std::string_view kExpected = "a fault id (flt_… or UUID)";
  std::string text;  ///< a UUID, or `flt_` and the rest
  static std::optional<FaultRef> parse(std::string_view text);
  std::string to_string() const { return text; }
};

struct Fault {
  CustomerId customer_id;
  FaultId id;
  std::string pid;                    ///< `flt_<ksuid>`
  std::string type;                   ///< `site`, `wantunnel`, or what a person or a tool says
  std::string kind;                   ///< cause class: `offline`, `rebooted`, `manual/…`
  std::string resource_id;
  std::optional<SiteId> site_id;
  std::string message;
  Severity severity = Severity::low;
  std::string cause;                  ///< of outages: `Unknown` while open, then `Disconnected`, `Power Outage`, `Rebooted`
  Timestamp created_at{};             ///< when the disturbance began, not when it was noticed
  std::optional<Timestamp> resolved_at;
  std::string reporter = "heartbeat-monitor";  ///< `microservice_id` on the wire
  std::optional<std::string> resource_path;    ///< `resource_ancestry_path`: ids from the outermost to the resource, `a|b`

  /// Said by a person or a tool; the others follow from measurements and change only with them.
  bool is_manual() const { return kind.starts_with("manual/"); }
  Tenant tenant() const { return {customer_id}; }
};

struct FaultComment {
  Uuid id;
  std::optional<UserId> user_id;      ///< absent: an API key
  std::string author;
  std::string comment;
  Timestamp created_at{};
};

enum class FaultStatus { unresolved, resolved, recent };  ///< recent: unresolved, or resolved in the last ten minutes
inline constexpr std::chrono::minutes kRecent{10};

struct FaultFilter {
  std::optional<SiteId> site;
  std::optional<FaultStatus> status;
  std::vector<std::string> types;
  std::vector<Severity> severities;
  std::optional<std::string> cause, resource_id;
  std::optional<std::string> search;            ///< in message and cause
  std::optional<Timestamp> from, until;         ///< of created_at; until is exclusive
};

/// Where a list was left; it runs from the newest to the oldest.
struct FaultPosition {
  Timestamp created_at{};
  FaultId id;
};

}  // namespace openstrat::monitoring
