// Domain events between areas: `job.completed`, `site.offline`, … (names: the event table in docs/events.md).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/attributes.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::bus {

struct Event {
  std::string name;         ///< `<entity>.<past participle or state>`
  std::string id;           ///< `evt_<ksuid>`; empty on append/publish = made there. Consumers de-duplicate by it
  Timestamp occurred_at{};
  CustomerId customer_id;
  std::optional<SiteId> site_id;
  std::string resource_id;  ///< the thing it is about (job id, backup id, …); may be the site's
  Attributes data;
};

/// May be called again for the same event (at-least-once); returning an error repeats it later with back-off.
using Handler = std::function<Status(const Event&)>;

/// Implementations: in-process (this issue), NATS JetStream (later), same contract.
class Bus {
 public:
  virtual ~Bus() = default;
  /// `pattern`: an exact name, `site.*`, or `*`. `subscriber` names the consumer in logs, metrics and delivery records.
  /// Before start() only. Handlers of one subscriber run one at a time, in order, on a bus thread.
  virtual void subscribe(std::string subscriber, std::string pattern, Handler handler) = 0;
  /// Durable: written in the caller's transaction, delivered after the commit, again after a crash until every subscriber took it.
  virtual Status append(db::Session& session, Event event) = 0;
  /// Transient: lost at a crash or when the bounded queue is full (counted). For high-rate facts such as heartbeat.received.
  virtual void publish(Event event) = 0;
  virtual void start() = 0;
  /// Delivers what is already committed, up to a deadline, then stops.
  virtual void stop() = 0;
};

}  // namespace openstrat::bus
