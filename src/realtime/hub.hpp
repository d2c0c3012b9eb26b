// Brings frames to the viewers who may see them. One thread gives frames their numbers and hands them out, a batch at a time.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/wake_signal.hpp"
#include "realtime/history.hpp"
#include "realtime/settings.hpp"
#include "realtime/stream.hpp"

namespace openstrat::metrics {
class Registry;
}

namespace openstrat::realtime {

/// Where the frames of all nodes are kept for a while (relay.hpp).
class Archive {
 public:
  virtual ~Archive() = default;
  /// Frames of a team with numbers in (after, until]; nullopt: what came after `after` is not kept any more. May block.
  virtual Result<std::optional<std::vector<Draft>>> frames(CustomerId customer, std::int64_t after, std::int64_t until) = 0;
};

class Hub {
 public:
  struct Dependencies {
    const Clock& clock;
    metrics::Registry& metrics;
    Settings settings;
    std::string epoch;              ///< of its numbers, see Position
    Archive* archive = nullptr;     ///< null: what this hub has seen is all there is
    /// Told when the first viewer of a site comes (true) and the last has gone. Must not block.
    std::function<void(SiteId, bool)> watch_site = {};
  };
  explicit Hub(Dependencies dependencies);
  ~Hub();

  /// Goes on from numbers that others have given. Before start().
  void go_on_from(Position position);

  /// `last_id`: of the last frame that the client has. When it is not known what came after it, the first frame is `reset`.
  /// unavailable: stopped, or too many streams. A person's oldest stream gives way to one too many.
  Result<std::shared_ptr<Stream>> open(Viewer viewer, std::optional<std::string_view> last_id);

  // Any thread; never blocks for long.
  void publish(Draft draft);
  void publish(std::vector<Draft> drafts);
  /// A site that somebody watches was heard of; at most one frame a second and site.
  void heartbeat(SiteId site, CustomerId customer, Timestamp at);
  /// What was seen so far is not all there was: viewers of the team (nullopt: all) begin anew.
  void reset(std::optional<CustomerId> customer, std::string_view reason);

  std::vector<std::shared_ptr<Stream>> streams() const;
  std::vector<SiteId> watched() const;
  /// Who has one of these sights begins anew.
  void sights_changed(const std::vector<std::shared_ptr<const Sight>>& changed);
  /// Rights that have changed count from the next frame on, and the client is told to begin anew.
  void set_rights(const std::shared_ptr<Stream>& stream, Rights rights);
  /// Says why and ends it.
  void revoke(const std::shared_ptr<Stream>& stream, std::string_view reason);

  /// One round: what was published goes out; returns to how many streams. The thread calls it; tests without thread, too.
  std::size_t round();
  void start();
  /// Ends every stream and refuses new ones. The clients come back, perhaps to another node.
  void stop();

 private:
  struct Room {
    explicit Room(std::int64_t floor) : history(floor) {}
    std::vector<std::shared_ptr<Stream>> streams;
    History history;
    Duration last_used_at{};
  };
  struct Watch {
    std::vector<std::shared_ptr<Stream>> streams;
    Duration told_at{};
    Timestamp seen_at{};  ///< of the newest heartbeat that was told of
  };
  struct Heard {
    CustomerId customer;
    Timestamp at;
  };
  struct Inbox {
    std::vector<Draft> drafts;
    std::unordered_map<SiteId, Heard> heartbeats;
    bool overflown = false;
  };
  using Touched = std::vector<std::shared_ptr<Stream>>;

  Position position() const { return {epoch_, number_}; }
  FramePointer notice(std::string_view name, std::string_view reason) const;
  Room& room_of(CustomerId customer);
  Status load_missed(CustomerId customer, std::int64_t after);
  void greet(Stream& stream, const Room& room, std::optional<std::string_view> last_id);
  void make_way(const std::string& person);
  void add(const std::shared_ptr<Stream>& stream, Room& room);
  void forget(Stream& stream);
  void deliver(Draft draft, Touched& touched);
  void deliver_fleeting(const Draft& draft, Touched& touched);
  void deliver(SiteId site, const Heard& heard, Touched& touched);
  void push(const std::shared_ptr<Stream>& stream, const FramePointer& frame, Touched& touched);
  void keep_house(Touched& touched);
  void flush(Touched& touched);

  const Dependencies deps_;
  const StreamTotals totals_;
  WakeSignal wake_;
  std::thread thread_;

  std::mutex inbox_mutex_;
  Inbox inbox_;

  mutable std::mutex mutex_;  ///< everything below; may be held while inbox_mutex_ is not
  std::string epoch_;
  std::int64_t number_ = 0;
  bool stopped_ = false;
  Duration housekept_at_{}, rewatched_at_{};
  std::size_t history_bytes_ = 0;
  std::unordered_map<CustomerId, Room> rooms_;
  std::unordered_map<std::string, std::vector<std::weak_ptr<Stream>>> by_person_;  ///< oldest first
  std::unordered_map<SiteId, Watch> watches_;
};

}  // namespace openstrat::realtime
