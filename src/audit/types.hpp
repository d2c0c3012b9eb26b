// What is asked of the audit log, and what it answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit_service.hpp"

namespace openstrat::audit {

/// An entry as it stands in the chain.
struct StoredEntry {
  std::int64_t seq = 0;
  std::string log_id;
  AuditEntry entry;
  std::int64_t ttl = 0;  ///< epoch seconds after which retention removes it
  std::string prev_hash, hash;
};

enum class Order { newest_first, oldest_first };

/// Everything that is set must hold.
struct Filter {
  std::optional<Timestamp> from;              ///< inclusive
  std::optional<Timestamp> until;             ///< exclusive
  std::optional<std::string> method;          ///< `PUT`; `!GET` is everything else
  std::optional<std::string> status_class;    ///< `4xx`
  std::optional<int> status_code;
  std::optional<UserId> user_id;
  std::optional<std::string> endpoint_prefix;
  std::optional<std::string> ip_address;
  std::optional<std::string> session_id;
  std::optional<ActorKind> actor_kind;
  std::optional<std::string> search_term;     ///< anywhere in names, endpoint, payloads and notes; without case
  Order order = Order::newest_first;
};

/// Where a reader stands.
struct Position {
  Timestamp time{};
  std::int64_t seq = 0;
};

struct Page {
  std::vector<StoredEntry> entries;
  std::optional<Position> next;    ///< nullopt: there are no more
  std::int64_t scanned = 0;        ///< rows that were looked at
  bool stopped_early = false;      ///< the reader gave up before the page was full; `next` goes on there
};

}  // namespace openstrat::audit
