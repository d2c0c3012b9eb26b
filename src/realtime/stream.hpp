// One connection of one viewer: the frames that wait for it, and its connection waiting for frames.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "realtime/rights.hpp"

namespace openstrat::realtime {

/// By what a stream is open, so that it can be asked for again whether that still stands.
struct Credential {
  std::string authorization;  ///< the header as sent; never logged
  std::string person;         ///< `user:<id>` or `key:<id>`: whose streams are counted together
  std::string session_id;     ///< empty for keys
};

struct Viewer {
  CustomerId customer_id;
  Credential credential;
  Rights rights;
  std::vector<SiteId> watched;  ///< sites of which every heartbeat is wanted
};

enum class Ended { not_yet, superseded, slow, revoked, stopped, left };

/// What all streams of a hub count together; the registry outlives them.
struct StreamTotals {
  metrics::Gauge& open;
  metrics::Gauge& queued_bytes;
  metrics::Counter& sent;
  metrics::Counter& dropped;
};

/// The hub pushes, the connection takes. Thread-safe; what a viewer may see and watch belongs to the hub's lock.
class Stream {
 public:
  /// Takes bytes, or an empty text at the end. Called once, from any thread.
  using Taker = std::move_only_function<void(std::string)>;

  Stream(Viewer viewer, std::size_t queue_bytes, const StreamTotals& totals);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // For the hub.
  Viewer viewer;
  bool touched = false;    ///< has been pushed to in this round
  Duration spoken_at{};    ///< when anything was pushed last
  Duration checked_at{};   ///< when the credential last held; CredentialWatch's own
  /// Queues; nothing is handed over before flush(). A queue that is too long is thrown away and the stream ends: the client
  /// comes back and goes on from what it has.
  void push(const FramePointer& frame);
  void flush();
  /// Nothing is pushed after this; what waits still goes out.
  void end(Ended why);
  Ended ended() const { return ended_.load(std::memory_order_relaxed); }

  // For the connection.
  void next(Taker taker);
  /// The connection is gone.
  void leave();

 private:
  std::string take_piece();

  const std::size_t queue_bytes_;
  const StreamTotals totals_;
  std::atomic<Ended> ended_ = Ended::not_yet;
  std::mutex mutex_;
  std::vector<FramePointer> queue_;
  std::size_t taken_ = 0;   ///< frames of queue_ that are on their way already
  std::size_t waiting_ = 0; ///< bytes of the others
  Taker taker_;
  bool left_ = false;
};

}  // namespace openstrat::realtime
