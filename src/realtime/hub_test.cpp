#include "realtime/hub.hpp"

#include <future>

#include "realtime/test_support.hpp"

namespace openstrat::realtime {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Hub, AFrameIsAnEventWithIdAndData) {
  HubWorld world;
  Reader reader(world.open(world.viewer(1)));
  EXPECT_THAT(reader.take(), StartsWith("retry: 3000\n\nevent: ready\nid: e1-0\ndata: {"));
  world.tell(1, "site.changed");
  EXPECT_EQ(reader.take(), "event: site.changed\nid: e1-1\ndata: {}\n\n");
}

TEST(Hub, TeamsNeverSeeEachOther) {
  HubWorld world;
  Reader acme(world.open(world.viewer(1))), mallory(world.open(world.viewer(2, "user:m")));
  acme.take(), mallory.take();
  world.tell(1, "site.changed", site_number(1));
  EXPECT_THAT(acme.take(), HasSubstr("site.changed"));
  EXPECT_THAT(mallory.take(), IsEmpty());
}

TEST(Hub, WhatNeedsAScopeGoesToWhoHoldsIt) {
  HubWorld world;
  Rights rights;
  rights.grants[static_cast<std::size_t>(Topic::sites)].held = true;
  Reader reader(world.open(world.viewer(1, "user:a", rights)));
  reader.take();
  world.tell(1, "job.updated", site_number(1), Topic::jobs);
  EXPECT_THAT(reader.take(), IsEmpty());
  world.tell(1, "site.changed", site_number(1), Topic::sites);
  EXPECT_THAT(reader.take(), HasSubstr("site.changed"));
}

TEST(Hub, WhoIsLimitedToSitesHearsOfTheseOnly) {
  HubWorld world;
  Rights rights = all_rights();
  rights.grants[static_cast<std::size_t>(Topic::sites)].sight = std::make_shared<Sight>(Tenant{customer_number(1)}, std::vector{site_number(1)});
  Reader reader(world.open(world.viewer(1, "user:a", rights)));
  reader.take();
  world.tell(1, "site.changed", site_number(2));
  world.tell(1, "adoption.step");
  EXPECT_THAT(reader.take(), IsEmpty());
  world.tell(1, "site.changed", site_number(1));
  EXPECT_THAT(reader.take(), HasSubstr("site.changed"));
}

TEST(Hub, ThoseWhoComeBackGetWhatTheyMissed) {
  HubWorld world;
  std::string last;
  {
    Reader reader(world.open(world.viewer(1)));
    world.tell(1, "first");
    last = reader.last_id();
  }
  world.tell(1, "second");
  world.tell(2, "foreign");
  world.tell(1, "third");
  Reader again(world.open(world.viewer(1), last));
  const std::string text = again.take();
  EXPECT_THAT(text, HasSubstr("event: second\nid: e1-2\n"));
  EXPECT_THAT(text, HasSubstr("event: third\nid: e1-4\n"));
  EXPECT_EQ(count(text, "event: "), 3u) << text;  // and `ready`
  EXPECT_EQ(again.last_id(), "e1-4");
}

TEST(Hub, AnIdOfAnotherLifeOrOfNothingBeginsWithReset) {
  HubWorld world;
  { Reader first(world.open(world.viewer(1))); }
  const std::string huge(5000, '9');
  for (const std::string& id : {std::string("e0-0"), std::string("e1-1"), std::string("e1--1"), std::string("nonsense"), std::string(), std::string("e1-99999999999999999999"), "e1-" + huge,
                                std::string("e1-0\n"), std::string("-"), std::string("e1-"), std::string("e1-0x1")}) {
    Reader reader(world.open(world.viewer(1), id));
    EXPECT_THAT(reader.take(), StartsWith("retry: 3000\n\nevent: reset\nid: e1-0\ndata: {")) << id;
  }
}

TEST(Hub, HistoryKeepsFiveHundredFramesAndAMinute) {
  HubWorld world;
  { Reader first(world.open(world.viewer(1))); }
  for (int i = 0; i < 700; ++i) world.tell(1, "x");
  world.clock.advance(30s);
  { Reader still(world.open(world.viewer(1), "e1-0")); EXPECT_EQ(count(still.take(), "event: x"), 700u); }
  world.clock.advance(40s);
  world.hub.round();
  { Reader late(world.open(world.viewer(1), "e1-0")); EXPECT_THAT(late.take(), HasSubstr("event: reset")); }
  { Reader in_time(world.open(world.viewer(1), "e1-200")); EXPECT_EQ(count(in_time.take(), "event: x"), 500u); }
}

TEST(Hub, HistoryHasABoundInBytes) {
  HubWorld world({.history_bytes = 50'000});
  { Reader first(world.open(world.viewer(1))); }
  for (int i = 0; i < 100; ++i) world.hub.publish(Draft{.customer_id = customer_number(1), .name = "x", .data = std::string(2000, ' ')});
  world.clock.advance(2s);
  world.hub.round();
  Reader late(world.open(world.viewer(1), "e1-0")), recent(world.open(world.viewer(1), "e1-95"));
  EXPECT_THAT(late.take(), HasSubstr("event: reset"));
  EXPECT_EQ(count(recent.take(), "event: x"), 5u);
}

TEST(Hub, ATeamThatNobodyWatchesIsForgotten) {
  HubWorld world;
  { Reader first(world.open(world.viewer(1))); }
  world.clock.advance(2s);
  world.hub.round();
  world.clock.advance(130s);
  world.hub.round();
  Reader late(world.open(world.viewer(1), "e1-0"));
  EXPECT_THAT(late.take(), Not(HasSubstr("reset")));  // nothing has happened to anybody
  world.tell(2, "elsewhere");
  late.leave();
  world.clock.advance(2s);
  world.hub.round();
  world.clock.advance(130s);
  world.hub.round();
  Reader later(world.open(world.viewer(1), "e1-0"));
  EXPECT_THAT(later.take(), HasSubstr("reset"));
}

TEST(Hub, TheSixthStreamOfAPersonEndsTheFirst) {
  HubWorld world;
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 6; ++i) readers.push_back(std::make_unique<Reader>(world.open(world.viewer(1))));
  EXPECT_THAT(readers[0]->text(), HasSubstr("event: superseded"));
  EXPECT_TRUE(readers[0]->ended());
  EXPECT_FALSE(readers[1]->ended());
  Reader other(world.open(world.viewer(1, "user:b")));
  EXPECT_FALSE(readers[1]->ended());
}

TEST(Hub, StreamsHaveABound) {
  HubWorld world({.streams = 2});
  Reader a(world.open(world.viewer(1, "user:a"))), b(world.open(world.viewer(1, "user:b")));
  const auto refused = world.hub.open(world.viewer(1, "user:c"), std::nullopt);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Errc::unavailable);
  a.leave();
  EXPECT_TRUE(world.hub.open(world.viewer(1, "user:c"), std::nullopt).has_value());
}

TEST(Hub, WhoDoesNotReadIsCutOffAndResumes) {
  HubWorld world({.queue_bytes = 10'000});
  const auto slow = world.open(world.viewer(1));
  std::string first;
  slow->next([&](std::string piece) { first = std::move(piece); });
  for (int i = 0; i < 20; ++i) world.hub.publish(Draft{.customer_id = customer_number(1), .name = "x", .data = std::string(1000, ' ')});
  world.hub.round();
  EXPECT_EQ(slow->ended(), Ended::slow);
  EXPECT_GT(world.metrics.counter("openstrat_realtime_frames_dropped_total", "").value(), 0u);
  EXPECT_EQ(world.metrics.gauge("openstrat_realtime_queue_bytes", "").value(), 0);
  bool ended = false;
  slow->next([&](std::string piece) { ended = piece.empty(); });
  EXPECT_TRUE(ended);
  Reader again(world.open(world.viewer(1), "e1-17")), too_much(world.open(world.viewer(1), "e1-0"));
  EXPECT_EQ(count(again.take(), "event: x"), 3u);
  EXPECT_THAT(too_much.take(), HasSubstr("event: reset"));  // what it missed would not fit its queue either
}

TEST(Hub, AQuietStreamSaysThatItIsAlive) {
  HubWorld world;
  Reader reader(world.open(world.viewer(1)));
  reader.take();
  world.tell(2, "elsewhere");
  world.clock.advance(15s);
  world.hub.round();
  EXPECT_THAT(reader.take(), IsEmpty());
  world.clock.advance(6s);
  world.hub.round();
  EXPECT_EQ(reader.take(), ": ping\nid: e1-1\n\n");
}

TEST(Hub, HeartbeatsGoToWatchersOnceASecond) {
  HubWorld world;
  Viewer viewer = world.viewer(1);
  viewer.watched = {site_number(1), site_number(1)};
  Reader watcher(world.open(viewer)), other(world.open(world.viewer(1, "user:b")));
  EXPECT_THAT(world.watched, ::testing::ElementsAre(std::pair(site_number(1), true)));
  watcher.take(), other.take();
  const auto beat = [&] {
    world.hub.heartbeat(site_number(1), customer_number(1), world.clock.now());
    world.hub.round();
  };
  beat();
  const std::string pulse = watcher.take();
  EXPECT_THAT(pulse, StartsWith("event: site.pulse\ndata: {"));
  EXPECT_THAT(pulse, HasSubstr("\"last_seen_at\":\"2026-"));
  beat();
  EXPECT_THAT(watcher.take(), IsEmpty());
  world.clock.advance(1100ms);
  beat();
  EXPECT_THAT(watcher.take(), HasSubstr("site.pulse"));
  EXPECT_THAT(other.take(), IsEmpty());
  watcher.leave();
  world.clock.advance(2s);
  world.hub.round();
  EXPECT_EQ(world.watched.back(), std::pair(site_number(1), false));
}

TEST(Hub, WatchingASiteOfAnotherTeamShowsNothing) {
  HubWorld world;
  Viewer viewer = world.viewer(2);
  viewer.watched = {site_number(1)};
  Reader reader(world.open(viewer));
  reader.take();
  world.hub.heartbeat(site_number(1), customer_number(1), world.clock.now());
  world.hub.round();
  EXPECT_THAT(reader.take(), IsEmpty());
}

TEST(Hub, OtherRightsCountAtOnceAndBeginAnew) {
  HubWorld world;
  Reader reader(world.open(world.viewer(1)));
  reader.take();
  world.hub.set_rights(world.hub.streams().front(), all_rights());
  EXPECT_THAT(reader.take(), IsEmpty());
  world.hub.set_rights(world.hub.streams().front(), Rights{});
  EXPECT_THAT(reader.take(), HasSubstr("event: reset"));
  world.tell(1, "site.changed");
  EXPECT_THAT(reader.take(), IsEmpty());
}

TEST(Hub, ARevokedStreamSaysWhyAndEnds) {
  HubWorld world;
  Reader reader(world.open(world.viewer(1)));
  world.hub.revoke(world.hub.streams().front(), "token_invalid");
  EXPECT_THAT(reader.text(), HasSubstr("event: revoked"));
  EXPECT_THAT(reader.text(), HasSubstr("token_invalid"));
  EXPECT_TRUE(reader.ended());
  EXPECT_THAT(world.hub.streams(), IsEmpty());
}

TEST(Hub, StoppingEndsStreamsAndRefusesNewOnes) {
  HubWorld world;
  Reader reader(world.open(world.viewer(1)));
  world.hub.stop();
  EXPECT_TRUE(reader.ended());
  EXPECT_EQ(world.hub.open(world.viewer(1), std::nullopt).error().code(), Errc::unavailable);
}

TEST(Hub, TooMuchAtOnceBeginsAnew) {
  HubWorld world({.queue_bytes = 100'000'000});
  Reader reader(world.open(world.viewer(1)));
  std::vector<Draft> many(25'000, Draft{.customer_id = customer_number(1), .name = "x", .data = "{}"});
  world.hub.publish(std::move(many));
  world.hub.round();
  EXPECT_THAT(reader.take(), HasSubstr("event: reset"));
}

TEST(Hub, ItsThreadDeliversByItself) {
  HubWorld world({.batch = 1ms});
  std::promise<std::string> got;
  const auto stream = world.open(world.viewer(1));
  stream->next([](std::string) {});  // the greeting
  stream->next([&](std::string piece) { got.set_value(std::move(piece)); });
  world.hub.start();
  world.hub.publish(Draft{.customer_id = customer_number(1), .name = "x", .data = "{}"});
  auto text = got.get_future();
  ASSERT_EQ(text.wait_for(5s), std::future_status::ready);
  EXPECT_THAT(text.get(), HasSubstr("event: x"));
  world.hub.stop();
}

}  // namespace
}  // namespace openstrat::realtime
