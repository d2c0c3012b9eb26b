#include "realtime/relay.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/rng.hpp"
#include "db/database.hpp"

namespace openstrat::realtime {
namespace {

using db::params;
using db::Query;

constexpr int kAtOnce = 1000;
constexpr int kMostMissed = 5000;   ///< frames that a returning viewer is given; whoever missed more begins anew
constexpr std::chrono::seconds kPurgeEvery{30};
constexpr std::chrono::seconds kListenEvery{2};
constexpr std::size_t kSitesAtOnce = 960;
constexpr std::string_view kReset = "reset";  ///< a row of nobody's: viewers of all teams begin anew

constexpr Query kFind{"realtime_generation.find", "SELECT value, purged, epoch FROM realtime_generation WHERE id = 1"};
constexpr Query kChoose{"realtime_generation.choose", "UPDATE realtime_generation SET epoch = ?1 WHERE id = 1 AND epoch = ''"};
constexpr Query kTake{"realtime_generation.take", "UPDATE realtime_generation SET value = value + ?1 WHERE id = 1 RETURNING value"};
constexpr Query kInsert{"realtime_frame.insert",
                        "INSERT INTO realtime_frame (number, customer_id, site_id, topic, name, data, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Query kNew{"realtime_frame.new",
                     "SELECT number, customer_id, site_id, topic, name, data FROM realtime_frame WHERE number > ?1 ORDER BY number LIMIT ?2"};
constexpr Query kMissed{"realtime_frame.missed",
                        "SELECT number, customer_id, site_id, topic, name, data FROM realtime_frame WHERE customer_id = ?1 AND number > ?2 AND number <= ?3 "
                        "ORDER BY number LIMIT ?4"};
constexpr Query kResets{"realtime_frame.resets", "SELECT COUNT(*) FROM realtime_frame WHERE customer_id = ?1 AND number > ?2 AND number <= ?3"};
constexpr Query kOld{"realtime_frame.old", "SELECT MAX(number) FROM realtime_frame WHERE created_at < ?1"};
constexpr Query kNotePurge{"realtime_generation.purge", "UPDATE realtime_generation SET purged = {{greatest}}(purged, ?1) WHERE id = 1"};
constexpr Query kPurge{"realtime_frame.purge", "DELETE FROM realtime_frame WHERE number <= ?1"};

Draft draft_of(const db::Row& row) {
  return {.customer_id = row.get<CustomerId>(1), .site_id = row.get<std::optional<SiteId>>(2), .topic = static_cast<Topic>(row.get<std::int64_t>(3)),
          .name = row.get<std::string>(4), .data = row.get<std::string>(5), .number = row.get<std::int64_t>(0)};
}

/// A newer version of the program may have topics that this one does not know.
bool is_known(const db::Row& row) { return row.get<std::int64_t>(3) >= 0 && row.get<std::int64_t>(3) < static_cast<std::int64_t>(kTopics); }

bool is_reset(const Draft& draft) { return draft.customer_id.value.is_nil(); }

}  // namespace

Result<Position> Relay::prepare() {
  const std::string epoch = random_base62(8, rng_);
  auto position = database_.write([&](db::Session& session) -> Result<Position> {
    if (const auto chosen = session.execute(kChoose, params(epoch)); !chosen) return fail(chosen.error());
    const auto row = session.one(kFind, {}, "realtime_generation has no row");
    if (!row) return fail(row.error());
    return Position{row->get<std::string>(2), row->get<std::int64_t>(0)};
  });
  if (position) seen_ = position->number;
  return position;
}

void Relay::post(Draft draft) {
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() < kMostWaiting) waiting_.push_back(std::move(draft));
    else lost_ = true;
  }
  wake_.wake();
}

/// What could not be written stays, in its order.
Status Relay::write_out() {
  std::deque<Draft> batch;
  bool lost;
  {
    const std::scoped_lock lock(mutex_);
    std::swap(batch, waiting_);
    lost = lost_;
  }
  if (batch.empty() && !lost) return {};
  if (lost) batch.push_back({.name = std::string(kReset), .data = "{}"});
  const Timestamp now = clock_.now();
  const auto written = database_.write([&](db::Session& session) -> Status {
    const auto taken = session.one(kTake, params(batch.size()), "realtime_generation has no row");
    if (!taken) return fail(taken.error());
    auto number = taken->get<std::int64_t>(0) - static_cast<std::int64_t>(batch.size());
    std::vector<db::Params> rows;
    for (const Draft& draft : batch)
      rows.push_back(params(++number, draft.customer_id, draft.site_id, static_cast<int>(draft.topic), draft.name, draft.data, now));
    const auto inserted = session.execute_many(kInsert, rows);
    if (!inserted) return fail(inserted.error());
    return {};
  });
  const std::scoped_lock lock(mutex_);
  if (written) {
    if (lost) lost_ = false;
    return {};
  }
  if (lost) batch.pop_back();
  for (auto draft = batch.rbegin(); draft != batch.rend(); ++draft) waiting_.push_front(std::move(*draft));
  return written;
}

Status Relay::read_new(Hub& hub) {
  while (true) {
    const auto rows = database_.read([&](db::Session& session) { return session.query(kNew, params(seen_, kAtOnce)); });
    if (!rows) return fail(rows.error());
    if (rows->empty()) return {};
    // Numbers have no gaps, unless this node slept so long that rows were removed unread.
    bool reset = rows->front().get<std::int64_t>(0) != seen_ + 1;
    std::vector<Draft> drafts;
    for (const auto& row : *rows) {
      if (!is_known(row)) continue;
      drafts.push_back(draft_of(row));
      reset |= is_reset(drafts.back());
    }
    seen_ = rows->back().get<std::int64_t>(0);
    hub.publish(std::move(drafts));
    if (reset) hub.reset(std::nullopt, "frames_lost");
    if (rows->size() < static_cast<std::size_t>(kAtOnce)) return {};
  }
}

Status Relay::round(Hub& hub) {
  if (auto written = write_out(); !written) return written;
  return read_new(hub);
}

Result<std::optional<std::vector<Draft>>> Relay::frames(CustomerId customer, std::int64_t after, std::int64_t until) {
  using Frames = std::optional<std::vector<Draft>>;
  return database_.read([&](db::Session& session) -> Result<Frames> {
    const auto position = session.one(kFind, {}, "realtime_generation has no row");
    if (!position) return fail(position.error());
    const auto resets = session.one(kResets, params(CustomerId(), after, until), "no count");
    if (!resets) return fail(resets.error());
    if (position->get<std::int64_t>(1) > after || resets->get<std::int64_t>(0) > 0) return Frames{};
    const auto rows = session.query(kMissed, params(customer, after, until, kMostMissed + 1));
    if (!rows) return fail(rows.error());
    if (rows->size() > static_cast<std::size_t>(kMostMissed)) return Frames{};
    Frames out(std::in_place);
    for (const auto& row : *rows)
      if (is_known(row)) out->push_back(draft_of(row));
    return out;
  });
}

Status Relay::listen(Hub& hub) {
  if (!beats_) return {};
  const auto watched = hub.watched();
  for (std::size_t first = 0; first < watched.size(); first += kSitesAtOnce) {
    const auto end = std::min(first + kSitesAtOnce, watched.size());
    const auto beats = beats_({watched.begin() + static_cast<std::ptrdiff_t>(first), watched.begin() + static_cast<std::ptrdiff_t>(end)});
    if (!beats) return fail(beats.error());
    for (const Beat& beat : *beats) hub.heartbeat(beat.site, beat.customer, beat.at);
  }
  return {};
}

Status Relay::purge() {
  const Timestamp before = clock_.now() - kKeep;
  return database_.write([&](db::Session& session) -> Status {
    const auto old = session.one(kOld, params(before), "no maximum");
    if (!old) return fail(old.error());
    if (old->is_null(0)) return {};
    const auto number = old->get<std::int64_t>(0);
    if (const auto noted = session.execute(kNotePurge, params(number)); !noted) return fail(noted.error());
    const auto removed = session.execute(kPurge, params(number));
    if (!removed) return fail(removed.error());
    return {};
  });
}

void Relay::start(Hub& hub) {
  thread_ = std::jthread([this, &hub](std::stop_token stop) {
    Duration purged_at = clock_.monotonic(), listened_at{};
    bool trouble = false;
    while (!stop.stop_requested()) {
      wake_.wait_for(kPollEvery);
      auto done = round(hub);
      if (done && clock_.monotonic() - listened_at > kListenEvery) {
        listened_at = clock_.monotonic();
        done = listen(hub);
      }
      if (done && clock_.monotonic() - purged_at > kPurgeEvery) {
        purged_at = clock_.monotonic();
        done = purge();
      }
      if (!done && !trouble) log::warning("live frames cannot be exchanged between nodes", {log::of(done.error())});
      trouble = !done;
      wake_.rest(trouble ? std::chrono::seconds(1) : std::chrono::milliseconds(20));
    }
  });
}

void Relay::stop() {
  thread_.request_stop();
  wake_.end();
  if (thread_.joinable()) thread_.join();
}

}  // namespace openstrat::realtime
