#include "realtime/hub.hpp"

#include <algorithm>

#include "base/attributes.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"

namespace openstrat::realtime {
namespace {

constexpr std::size_t kInbox = 20'000;                ///< drafts that may wait for a round
constexpr std::size_t kTeamsOfHistory = 64;
constexpr std::chrono::seconds kKeepEmptyRoom{120};   ///< for viewers who come back
constexpr std::chrono::milliseconds kHousework{1000};
constexpr std::chrono::seconds kRewatch{15};          ///< a site that was not known when its viewer came may be now
constexpr std::chrono::milliseconds kTick{500};
constexpr Duration kRestForStream{20};
constexpr Duration kHeartbeatsApart = std::chrono::seconds(1);
constexpr std::string_view kRetry = "retry: 3000\n";

FramePointer plain(std::string text) {
  auto frame = std::make_shared<Frame>();
  frame->text = std::move(text);
  return frame;
}

}  // namespace

Hub::Hub(Dependencies dependencies)
    : deps_(std::move(dependencies)),
      totals_{deps_.metrics.gauge("openstrat_realtime_streams", "Open live streams"),
              deps_.metrics.gauge("openstrat_realtime_queue_bytes", "Bytes that wait for live streams"),
              deps_.metrics.counter("openstrat_realtime_frames_sent_total", "Frames handed to connections"),
              deps_.metrics.counter("openstrat_realtime_frames_dropped_total", "Frames that a slow stream lost; its client resumes")},
      epoch_(deps_.epoch) {}


Hub::~Hub() { stop(); }

void Hub::go_on_from(Position position) {
  const std::scoped_lock lock(mutex_);
  epoch_ = std::move(position.epoch);
  number_ = position.number;
}

FramePointer Hub::notice(std::string_view name, std::string_view reason) const {
  const Attributes data{{"reason", std::string(reason)}, {"occurred_at", to_iso8601(deps_.clock.now())}};
  return plain(event_text(name, position().to_string(), data.to_json()));
}

Hub::Room& Hub::room_of(CustomerId customer) {
  const auto [found, is_new] = rooms_.try_emplace(customer, number_);
  if (is_new) found->second.last_used_at = deps_.clock.monotonic();
  return found->second;
}

/// Frames from before this node had viewers of the team, or from before its start. Without the lock.
Status Hub::load_missed(CustomerId customer, std::int64_t after) {
  std::int64_t floor;
  {
    const std::scoped_lock lock(mutex_);
    if (after > number_) return {};
    floor = room_of(customer).history.floor();
  }
  if (after >= floor) return {};
  auto drafts = deps_.archive->frames(customer, after, floor);
  if (!drafts) return fail(drafts.error());
  if (!*drafts) return {};
  std::vector<FramePointer> frames;
  for (Draft& draft : **drafts)
    frames.push_back(std::make_shared<const Frame>(Frame{draft.customer_id, draft.site_id, draft.topic, draft.number, deps_.clock.monotonic(),
                                                         event_text(draft.name, Position{epoch_, draft.number}.to_string(), draft.data)}));
  const std::scoped_lock lock(mutex_);
  History& history = room_of(customer).history;
  if (history.floor() != floor) return {};  // trimmed, or somebody else was faster
  const std::size_t before = history.bytes();
  history.prepend(std::move(frames), after);
  history_bytes_ += history.bytes() - before;
  return {};
}

/// `ready` is an event and not only an id, because some clients forget an id that comes without one.
void Hub::greet(Stream& stream, const Room& room, std::optional<std::string_view> last_id) {
  const auto last = last_id ? Position::parse(*last_id) : std::nullopt;
  const bool is_ours = last && last->epoch == epoch_ && last->number <= number_;
  auto missed = is_ours ? room.history.after(last->number) : std::nullopt;
  if (missed) {
    std::size_t bytes = 0;
    std::erase_if(*missed, [&](const FramePointer& frame) { return !stream.viewer.rights.sees(frame->topic, frame->site_id); });
    for (const auto& frame : *missed) bytes += frame->text.size();
    if (bytes > deps_.settings.queue_bytes / 2) missed.reset();  // it would be cut off again, and again
  }
  stream.push(plain(std::string(kRetry) + "\n"));
  if (last_id && !missed) return stream.push(notice("reset", "history_gone"));
  if (missed)
    for (const auto& frame : *missed) stream.push(frame);
  stream.push(notice("ready", missed ? "resumed" : "new"));
}

/// A browser has many tabs, but its user looks at one or two.
void Hub::make_way(const std::string& person) {
  auto& theirs = by_person_[person];
  std::erase_if(theirs, [](const auto& weak) {
    const auto stream = weak.lock();
    return !stream || stream->ended() != Ended::not_yet;
  });
  while (theirs.size() >= deps_.settings.streams_per_person) {
    if (const auto oldest = theirs.front().lock()) {
      oldest->push(notice("superseded", "too_many_streams"));
      oldest->end(Ended::superseded);
      oldest->flush();
    }
    theirs.erase(theirs.begin());
  }
}

void Hub::add(const std::shared_ptr<Stream>& stream, Room& room) {
  room.streams.push_back(stream);
  by_person_[stream->viewer.credential.person].push_back(stream);
  for (const SiteId site : stream->viewer.watched) {
    auto& watch = watches_[site];
    watch.streams.push_back(stream);
    if (watch.streams.size() == 1 && deps_.watch_site) deps_.watch_site(site, true);
  }
}

Result<std::shared_ptr<Stream>> Hub::open(Viewer viewer, std::optional<std::string_view> last_id) {
  const auto last = last_id ? Position::parse(*last_id) : std::nullopt;
  if (deps_.archive != nullptr && last && last->epoch == epoch_)
    if (auto loaded = load_missed(viewer.customer_id, last->number); !loaded) return fail(loaded.error());

  auto& watched = viewer.watched;
  std::ranges::sort(watched);
  watched.erase(std::unique(watched.begin(), watched.end()), watched.end());
  const std::scoped_lock lock(mutex_);
  if (stopped_) return fail(Error(Errc::unavailable, "The server is stopping.").with_retry_after(std::chrono::seconds(3)));
  make_way(viewer.credential.person);
  if (totals_.open.value() >= static_cast<double>(deps_.settings.streams))
    return fail(Error(Errc::unavailable, "too_many_streams", "The server has as many live streams as it may have; try again.").with_retry_after(std::chrono::seconds(10)));
  Room& room = room_of(viewer.customer_id);
  auto stream = std::make_shared<Stream>(std::move(viewer), deps_.settings.queue_bytes, totals_);
  stream->spoken_at = stream->checked_at = deps_.clock.monotonic();
  greet(*stream, room, last_id);
  add(stream, room);
  return stream;
}

void Hub::publish(Draft draft) {
  std::vector<Draft> one;
  one.push_back(std::move(draft));
  publish(std::move(one));
}

void Hub::publish(std::vector<Draft> drafts) {
  {
    const std::scoped_lock lock(inbox_mutex_);
    for (Draft& draft : drafts) {
      if (inbox_.drafts.size() >= kInbox) {
        inbox_.overflown = true;
        break;
      }
      inbox_.drafts.push_back(std::move(draft));
    }
  }
  wake_.wake();
}

void Hub::heartbeat(SiteId site, CustomerId customer, Timestamp at) {
  {
    const std::scoped_lock lock(inbox_mutex_);
    inbox_.heartbeats[site] = {customer, at};
  }
  wake_.wake();
}

void Hub::push(const std::shared_ptr<Stream>& stream, const FramePointer& frame, Touched& touched) {
  stream->push(frame);
  if (std::exchange(stream->touched, true)) return;
  touched.push_back(stream);
}

void Hub::deliver(Draft draft, Touched& touched) {
  if (draft.fleeting) return deliver_fleeting(draft, touched);
  if (draft.number != 0 && draft.number <= number_) return;  // read twice
  number_ = draft.number != 0 ? draft.number : number_ + 1;
  const auto found = rooms_.find(draft.customer_id);
  if (found == rooms_.end()) return;
  Room& room = found->second;
  const auto frame = std::make_shared<const Frame>(Frame{draft.customer_id, draft.site_id, draft.topic, number_, deps_.clock.monotonic(),
                                                         event_text(draft.name, position().to_string(), draft.data)});
  const std::size_t before = room.history.bytes();
  room.history.add(frame);
  history_bytes_ += room.history.bytes() - before;
  for (const auto& stream : room.streams)
    if (stream->ended() == Ended::not_yet && stream->viewer.rights.sees(frame->topic, frame->site_id)) push(stream, frame, touched);
}

void Hub::deliver_fleeting(const Draft& draft, Touched& touched) {
  const auto room = rooms_.find(draft.customer_id);
  if (room == rooms_.end()) return;
  const FramePointer frame = plain(event_text(draft.name, {}, draft.data));
  for (const auto& stream : room->second.streams)
    if (stream->ended() == Ended::not_yet && stream->viewer.rights.sees(draft.topic, draft.site_id)) push(stream, frame, touched);
}

void Hub::deliver(SiteId site, const Heard& heard, Touched& touched) {
  const auto found = watches_.find(site);
  const Duration now = deps_.clock.monotonic();
  if (found == watches_.end() || now - found->second.told_at < kHeartbeatsApart || heard.at <= found->second.seen_at) return;
  found->second.told_at = now;
  found->second.seen_at = heard.at;
  const std::string at = to_iso8601(heard.at);
  const Attributes data{{"site_id", site.to_string()}, {"online", true}, {"last_seen_at", at}, {"occurred_at", at}};
  const FramePointer frame = plain(event_text("site.pulse", {}, data.to_json()));
  for (const auto& stream : found->second.streams)
    if (stream->ended() == Ended::not_yet && stream->viewer.customer_id == heard.customer && stream->viewer.rights.sees(Topic::sites, site)) push(stream, frame, touched);
}

/// Takes a stream that has ended out of the indexes.
void Hub::forget(Stream& stream) {
  for (const SiteId site : stream.viewer.watched) {
    const auto found = watches_.find(site);
    if (found == watches_.end()) continue;
    std::erase_if(found->second.streams, [&](const auto& watcher) { return watcher.get() == &stream; });
    if (!found->second.streams.empty()) continue;
    watches_.erase(found);
    if (deps_.watch_site) deps_.watch_site(site, false);
  }
  const auto theirs = by_person_.find(stream.viewer.credential.person);
  if (theirs == by_person_.end()) return;
  std::erase_if(theirs->second, [&](const auto& weak) {
    const auto other = weak.lock();
    return !other || other.get() == &stream;
  });
  if (theirs->second.empty()) by_person_.erase(theirs);
}

/// Pings, streams that have ended, history that nobody needs any more.
void Hub::keep_house(Touched& touched) {
  const Duration now = deps_.clock.monotonic();
  housekept_at_ = now;
  if (deps_.watch_site && now - rewatched_at_ >= kRewatch) {
    rewatched_at_ = now;
    for (const auto& [site, watch] : watches_) deps_.watch_site(site, true);
  }
  const FramePointer ping = plain(": ping\nid: " + position().to_string() + "\n\n");
  for (auto next = rooms_.begin(); next != rooms_.end();) {
    Room& room = next->second;
    if (!room.streams.empty()) room.last_used_at = now;
    std::erase_if(room.streams, [&](const auto& stream) {
      if (stream->ended() == Ended::not_yet) return false;
      forget(*stream);
      return true;
    });
    for (const auto& stream : room.streams)
      if (now - stream->spoken_at >= deps_.settings.ping) push(stream, ping, touched);
    const std::size_t before = room.history.bytes();
    const bool over = room.streams.empty() && now - room.last_used_at > kKeepEmptyRoom;
    const bool crowded = history_bytes_ > deps_.settings.history_bytes * kTeamsOfHistory;
    if (!over) room.history.trim(now, crowded ? deps_.settings.history_bytes / kTeamsOfHistory : deps_.settings.history_bytes);
    history_bytes_ -= before - (over ? 0 : room.history.bytes());
    next = over ? rooms_.erase(next) : std::next(next);
  }
}

void Hub::flush(Touched& touched) {
  for (const auto& stream : touched) stream->flush();
}

std::size_t Hub::round() {
  Inbox inbox;
  {
    const std::scoped_lock lock(inbox_mutex_);
    std::swap(inbox, inbox_);
  }
  Touched touched;
  {
    const std::scoped_lock lock(mutex_);
    for (Draft& draft : inbox.drafts) deliver(std::move(draft), touched);
    for (const auto& [site, heard] : inbox.heartbeats) deliver(site, heard, touched);
    const Duration now = deps_.clock.monotonic();
    if (now - housekept_at_ >= kHousework) keep_house(touched);
    for (const auto& stream : touched) {
      stream->touched = false;
      stream->spoken_at = now;
    }
  }
  flush(touched);
  if (inbox.overflown) {
    log::warning("more happens than live streams can be told of: their clients begin anew");
    reset(std::nullopt, "overload");
  }
  return touched.size();
}

void Hub::reset(std::optional<CustomerId> customer, std::string_view reason) {
  Touched touched;
  {
    const std::scoped_lock lock(mutex_);
    for (auto& [id, room] : rooms_) {
      if (customer && id != *customer) continue;
      history_bytes_ -= room.history.bytes();
      room.history = History(number_);
      for (const auto& stream : room.streams) {
        stream->push(notice("reset", reason));
        touched.push_back(stream);
      }
    }
  }
  flush(touched);
}

std::vector<std::shared_ptr<Stream>> Hub::streams() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::shared_ptr<Stream>> all;
  for (const auto& [id, room] : rooms_)
    std::ranges::copy_if(room.streams, std::back_inserter(all), [](const auto& stream) { return stream->ended() == Ended::not_yet; });
  return all;
}

std::vector<SiteId> Hub::watched() const {
  const std::scoped_lock lock(mutex_);
  std::vector<SiteId> sites;
  for (const auto& [site, watch] : watches_) sites.push_back(site);
  return sites;
}

void Hub::sights_changed(const std::vector<std::shared_ptr<const Sight>>& changed) {
  Touched touched;
  {
    const std::scoped_lock lock(mutex_);
    for (auto& [id, room] : rooms_)
      for (const auto& stream : room.streams) {
        const auto& grants = stream->viewer.rights.grants;
        if (std::ranges::none_of(grants, [&](const auto& grant) { return grant.sight && std::ranges::find(changed, grant.sight) != changed.end(); })) continue;
        stream->push(notice("reset", "sites_changed"));
        touched.push_back(stream);
      }
  }
  flush(touched);
}

void Hub::set_rights(const std::shared_ptr<Stream>& stream, Rights rights) {
  {
    const std::scoped_lock lock(mutex_);
    if (stream->viewer.rights == rights) return;
    stream->viewer.rights = std::move(rights);
    stream->push(notice("reset", "rights_changed"));
  }
  stream->flush();
}

void Hub::revoke(const std::shared_ptr<Stream>& stream, std::string_view reason) {
  {
    const std::scoped_lock lock(mutex_);
    stream->push(notice("revoked", reason));
    stream->end(Ended::revoked);
  }
  stream->flush();
}

void Hub::start() {
  thread_ = std::thread([this] {
    while (true) {
      wake_.wait_for(kTick);
      {
        const std::scoped_lock lock(mutex_);
        if (stopped_) return;
      }
      // Each piece costs its connection a system call: with thousands of streams fewer, larger ones keep a processor free.
      wake_.rest(deps_.settings.batch + kRestForStream * static_cast<int>(round()));
    }
  });
}

void Hub::stop() {
  Touched all;
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    for (auto& [id, room] : rooms_) all.insert(all.end(), room.streams.begin(), room.streams.end());
    rooms_.clear();
    by_person_.clear();
    watches_.clear();
  }
  for (const auto& stream : all) stream->end(Ended::stopped);
  flush(all);
  wake_.end();
  if (thread_.joinable()) thread_.join();
}

}  // namespace openstrat::realtime
