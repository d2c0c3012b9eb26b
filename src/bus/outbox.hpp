// The SQL of the in-process bus. Each function runs in the caller's transaction.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bus/bus.hpp"
#include "db/session.hpp"

namespace openstrat::bus {

struct StoredEvent {
  std::int64_t position = 0;  ///< `seq` of the outbox or `position` of a backlog
  int attempt = 0;            ///< backlog only: failed attempts so far
  std::shared_ptr<const Event> event;
};

/// For a subscriber's backlog: an event that it did not take at once.
struct Leftover {
  std::string subscriber;
  std::shared_ptr<const Event> event;
  int attempt = 0;
};

class Outbox {
 public:
  static Status append(db::Session& session, const Event& event);
  /// Anything to deliver, in the outbox or in a backlog.
  static Result<bool> pending(db::Session& session);
  static Result<std::vector<StoredEvent>> head(db::Session& session, int limit);
  /// Delivered events go, leftovers move to their backlogs.
  static Status settle(db::Session& session, const std::vector<std::int64_t>& seqs, const std::vector<Leftover>& leftovers);

  static Result<std::vector<std::string>> subscribers_with_backlog(db::Session& session);
  static Result<std::vector<StoredEvent>> backlog(db::Session& session, std::string_view subscriber, int limit);
  static Status remove(db::Session& session, const std::vector<std::int64_t>& positions);
  static Status remove(db::Session& session, std::string_view subscriber, std::string_view event_id);
  static Status note_attempt(db::Session& session, std::int64_t position, int attempt);
  static Status park(db::Session& session, std::int64_t position, std::string_view error, Timestamp now);
  static Status forget_dead_before(db::Session& session, Timestamp time);

  /// True while `node` is the one that delivers, until `lease_until`.
  static Result<bool> lead(db::Session& session, std::string_view node, Timestamp now, Timestamp lease_until);
};

}  // namespace openstrat::bus
