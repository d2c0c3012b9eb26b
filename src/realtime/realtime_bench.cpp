// What live streams cost: a heartbeat that nobody watches, a frame for each of thousands of streams, the memory of an idle one. CPU time of one thread, so
// that a busy machine does not blur it; connections are played by callbacks (bench/run.py --only live has real ones).
#include <malloc.h>

#include <cstdio>
#include <ctime>
#include <vector>

#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "realtime/hub.hpp"
#include "realtime/pulse_tap.hpp"

using namespace openstrat;
using namespace openstrat::realtime;

namespace {

constexpr int kSites = 100'000;
constexpr int kStreams = 5000;
constexpr int kFrames = 50;

double cpu_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <class Work>
void report(const char* what, double times, Work work) {
  const double start = cpu_ns();
  work();
  std::printf("%-72s %10.1f ns\n", what, (cpu_ns() - start) / times);
}

std::vector<SiteId> fill(fleet::LiveSites& live, Rng& rng) {
  std::vector<SiteId> ids;
  for (int i = 0; i < kSites; ++i) {
    fleet::Site site;
    site.id = SiteId(uuid_v4(rng));
    site.number = fleet::SiteNumber{i};
    live.put(site);
    ids.push_back(site.id);
  }
  return ids;
}

void beat(fleet::LiveSites& live, const std::vector<SiteId>& ids, Timestamp now) {
  for (const SiteId id : ids) live.with(id, [&](fleet::LiveSite& site) { live.count_heartbeat(id, site, now); });
}

Viewer viewer(int person) {
  Viewer viewer;
  viewer.credential.person = "user:" + std::to_string(person);
  for (auto& grant : viewer.rights.grants) grant.held = true;
  return viewer;
}

/// A connection that takes everything at once.
void read(const std::shared_ptr<Stream>& stream) {
  stream->next([&stream](std::string) { read(stream); });
}

}  // namespace

int main() {
  SeededRng rng(7);
  metrics::Registry metrics;
  ManualClock clock(from_unix_us(1'770'000'000'000'000));
  Hub hub({.clock = clock, .metrics = metrics, .settings = {.streams = 100'000}, .epoch = "bench"});
  PulseTap tap(hub);
  fleet::LiveSites live;
  const auto ids = fill(live, rng);
  constexpr int kRounds = 10;
  for (const char* what : {"heartbeat in the live table, no observer (first round: cold)", "heartbeat in the live table, no observer"})
    report(what, kSites * kRounds, [&] { for (int i = 0; i < kRounds; ++i) beat(live, ids, clock.now()); });
  live.observe(tap);
  report("… with an observer, nobody watches", kSites * kRounds, [&] { for (int i = 0; i < kRounds; ++i) beat(live, ids, clock.now()); });
  for (int i = 0; i < 200; ++i) live.watch(ids[static_cast<std::size_t>(i)], true);
  report("… 200 of 100,000 sites watched", kSites * kRounds, [&] { for (int i = 0; i < kRounds; ++i) beat(live, ids, clock.now()); });

  const auto before = ::mallinfo2().uordblks;
  std::vector<std::shared_ptr<Stream>> streams;
  for (int i = 0; i < kStreams; ++i) streams.push_back(hub.open(viewer(i), std::nullopt).value());
  for (const auto& stream : streams) read(stream);
  std::printf("%-72s %10.0f bytes\n", "memory of an idle stream, without its connection", static_cast<double>(::mallinfo2().uordblks - before) / kStreams);
  const std::string data = R"({"site_id":"0198c5d9-b0e1-7111-8222-333344445555","job_id":"0198c5d9-b0e1-7111-8222-333344445556","status":"sent"})";
  report("a frame to one of 5,000 streams, one frame a round", double(kFrames) * kStreams, [&] {
    for (int i = 0; i < kFrames; ++i) {
      hub.publish(Draft{.topic = Topic::jobs, .name = "job.updated", .data = data});
      hub.round();
    }
  });
  report("… fifty frames a round", double(kFrames) * kStreams, [&] {
    for (int i = 0; i < kFrames; ++i) hub.publish(Draft{.topic = Topic::jobs, .name = "job.updated", .data = data});
    hub.round();
  });
}
