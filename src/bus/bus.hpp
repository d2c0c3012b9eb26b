// Domain events between areas: `job.completed`, `site.offline`, … (names: the event table in docs/events.md).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/attributes.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::metrics {
class Registry;
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

struct BusOptions {
  std::string node;                                       ///< names this process; stays the same over a restart
  std::optional<std::chrono::milliseconds> poll;          ///< looking for events of other processes; default 1 s, 5 s on SQLite
  std::chrono::milliseconds patience{250};                ///< a slower subscriber goes on from its own backlog
  int max_attempts = 8;                                   ///< then the event is parked as dead for that subscriber
  std::chrono::milliseconds first_backoff{1000};          ///< doubles each time …
  std::chrono::milliseconds max_backoff{30'000};          ///< … up to this
  std::chrono::milliseconds stop_deadline{5000};
  std::size_t transient_capacity = 4096;                  ///< published events that may wait for one subscriber
};

/// The bus of one installation without a message server: a durable outbox in the database and one thread a subscriber.
/// `database` must have the migrations of schema/ and, like the others, outlive the bus.
std::unique_ptr<Bus> make_in_process_bus(db::Database& database, const Clock& clock, Rng& rng, metrics::Registry* metrics,
                                         BusOptions options);

}  // namespace openstrat::bus
